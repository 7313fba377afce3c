// The optimizer over stretches of the parameters of all members at once: [M, stride], of which the first `decayed` decay; and
// norms of gradients.
#include "kleiber.cuh"

constexpr int THREADS = 256;
constexpr int EACH = 16;

/// A member's settings, already combined: active (1 or 0), gradient scale, beta1, 1 - beta1, beta2, 1 - beta2, learning rate
/// / (1 - beta1^t), 1 / (1 - beta2^t), epsilon, learning rate · decay.
constexpr int SETTINGS = 10;

/// On elements `from` to `to` of each member, their learning rate (not that of decay) being `rate` times as high.
extern "C" __global__ void adamw(
    float* w, const float* gradient, float* first, float* second, const float* settings, long long from, long long to,
    float rate, long long decayed, long long stride) {
  const float* own = settings + blockIdx.y * SETTINGS;
  long long in_member = from + index_in_grid();
  if (in_member >= to || own[0] == 0) {
    return;
  }
  long long i = blockIdx.y * stride + in_member;
  float g = gradient[i] * own[1];
  float m = own[2] * first[i] + own[3] * g;
  float v = own[4] * second[i] + own[5] * g * g;
  float decay = in_member < decayed ? own[9] : 0;
  first[i] = m;
  second[i] = v;
  w[i] = w[i] - decay * w[i] - own[6] * rate * m / (sqrtf(v * own[7]) + own[8]);
}

__device__ static double block_sum(double value) {
  __shared__ double of_warps[THREADS / LANES];
  value = warp_sum(value);
  if (lane_of_warp() == 0) {
    of_warps[threadIdx.x / LANES] = value;
  }
  __syncthreads();
  double sum = 0;
  for (int warp = 0; warp < THREADS / LANES; warp++) {
    sum += of_warps[warp];
  }
  return sum;
}

/// sums[m, block] = the sum of the squares of 4096 elements. Members along y.
extern "C" __global__ void squares(const float* gradient, double* sums, long long stride) {
  double sum = 0;
  for (int n = 0; n < EACH; n++) {
    long long i = (static_cast<long long>(blockIdx.x) * EACH + n) * THREADS + threadIdx.x;
    double value = i < stride ? gradient[blockIdx.y * stride + i] : 0;
    sum += value * value;
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) {
    sums[static_cast<long long>(blockIdx.y) * gridDim.x + blockIdx.x] = sum;
  }
}

/// norms[m] = sqrt(the sum of sums[m]). Members along x.
extern "C" __global__ void norms(const double* sums, double* norms, int count) {
  double sum = 0;
  for (int i = threadIdx.x; i < count; i += THREADS) {
    sum += sums[static_cast<long long>(blockIdx.x) * count + i];
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) {
    norms[blockIdx.x] = sqrt(sum);
  }
}

/// Whether a row of settings, [2, M, SETTINGS], is taken, and what its gradient is scaled by; a thread a row.
extern "C" __global__ void settle(
    const double* losses, const double* norms, const double* clips, float* settings, int members) {
  long long row = index_in_grid();
  if (row >= 2 * members) {
    return;
  }
  int member = row % members;
  double norm = norms[member];
  bool taken = fabs(losses[member]) < infinity() && fabs(norm) < infinity();
  settings[row * SETTINGS] = taken ? 1 : 0;
  settings[row * SETTINGS + 1] = norm > clips[member] ? clips[member] / norm : 1;
}
