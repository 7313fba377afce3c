// Layer norm and RMS norm over groups of d columns, of which the first `groups` of each row's `groups_of_row` are normalized
// and the others copied. A gain (and bias) for each of `sets` sets of groups. One warp takes a group.
#include "kleiber.cuh"
#include "bfloat16.cuh"

constexpr int WARPS = 4;
constexpr int STRIPES = 8;

struct Layout {
  int groups_of_row, groups, sets, d;

  __device__ bool normalized(long long group) const { return group % groups_of_row < groups; }
  __device__ int set(long long group) const { return static_cast<int>(group % groups_of_row) * sets / groups; }
};

/// mean[m, group] and scale[m, group] = 1 / sqrt(var + epsilon) are kept for the backward pass. `size` counts groups, of one
/// member, along x; members along y.
extern "C" __global__ void norm_forward(
    const float* x, const float* gain, const float* bias, long long stride, void* y, int y_halves, float* means,
    float* scales, int groups_of_row, int groups, int sets, int d, int centred, float epsilon, int size) {
  Layout layout{groups_of_row, groups, sets, d};
  long long group = static_cast<long long>(blockIdx.x) * WARPS + threadIdx.x / LANES;
  if (group >= size) {
    return;
  }
  long long at = static_cast<long long>(blockIdx.y) * size + group;
  const float* in = x + at * d;
  Results out = Results{y, y_halves}.from(at * d);
  if (!layout.normalized(group)) {
    for (int i = lane_of_warp(); i < d; i += LANES) {
      out.give(i, in[i]);
    }
    return;
  }
  float mean = 0;
  if (centred) {
    for (int i = lane_of_warp(); i < d; i += LANES) {
      mean += in[i];
    }
    mean = warp_sum(mean) / d;
  }
  float squares = 0;
  for (int i = lane_of_warp(); i < d; i += LANES) {
    float off = in[i] - mean;
    squares += off * off;
  }
  float scale = 1 / sqrtf(warp_sum(squares) / d + epsilon);
  if (lane_of_warp() == 0) {
    means[at] = mean;
    scales[at] = scale;
  }
  long long parameters = blockIdx.y * stride + layout.set(group) * d;
  for (int i = lane_of_warp(); i < d; i += LANES) {
    float shift = bias == nullptr ? 0 : bias[parameters + i];
    out.give(i, (in[i] - mean) * scale * gain[parameters + i] + shift);
  }
}

extern "C" __global__ void norm_backward(
    const float* x, const float* gain, long long stride, const float* dy, const float* means, const float* scales,
    void* dx, int dx_halves, int add, int groups_of_row, int groups, int sets, int d, int centred, int size) {
  Layout layout{groups_of_row, groups, sets, d};
  long long group = static_cast<long long>(blockIdx.x) * WARPS + threadIdx.x / LANES;
  if (group >= size) {
    return;
  }
  long long at = static_cast<long long>(blockIdx.y) * size + group;
  Results out = Results{dx, dx_halves}.from(at * d);
  if (!layout.normalized(group)) {
    for (int i = lane_of_warp(); i < d; i += LANES) {
      out.give(i, dy[at * d + i], add);
    }
    return;
  }
  float mean = means[at];
  float scale = scales[at];
  long long parameters = blockIdx.y * stride + layout.set(group) * d;
  float sum = 0;
  float product = 0;
  for (int i = lane_of_warp(); i < d; i += LANES) {
    float normalized = (x[at * d + i] - mean) * scale;
    float dnormalized = dy[at * d + i] * gain[parameters + i];
    sum += dnormalized;
    product += dnormalized * normalized;
  }
  sum = centred ? warp_sum(sum) / d : 0;
  product = warp_sum(product) / d;
  for (int i = lane_of_warp(); i < d; i += LANES) {
    float normalized = (x[at * d + i] - mean) * scale;
    float dnormalized = dy[at * d + i] * gain[parameters + i];
    out.give(i, scale * (dnormalized - sum - normalized * product), add);
  }
}

/// What a chunk of rows gives to the gains, and to the biases unless that is null: partials[m, chunk, set, i]. Blocks of 256:
/// 32 of the sets · d columns along x, chunks along y, members along z.
extern "C" __global__ void norm_parameters(
    const float* x, const float* dy, const float* means, const float* scales, float* gain_partials,
    float* bias_partials, int groups_of_row, int groups, int sets, int d, int rows, int rows_of_chunk) {
  __shared__ float gains[STRIPES][LANES];
  __shared__ float biases[STRIPES][LANES];
  int columns = sets * d;
  int column = blockIdx.x * LANES + lane_of_warp();
  int stripe = threadIdx.x / LANES;
  float dgain = 0;
  float dbias = 0;
  if (column < columns) {
    int set = column / d;
    int first = (set * groups + sets - 1) / sets;
    int count = ((set + 1) * groups + sets - 1) / sets - first;
    int from = blockIdx.y * rows_of_chunk;
    int in_chunk = min(rows - from, rows_of_chunk) * count;
    for (int n = stripe; n < in_chunk; n += STRIPES) {
      long long row = static_cast<long long>(blockIdx.z) * rows + from + n / count;
      long long at = row * groups_of_row + first + n % count;
      float gradient = dy[at * d + column % d];
      dgain += gradient * ((x[at * d + column % d] - means[at]) * scales[at]);
      dbias += gradient;
    }
  }
  gains[stripe][lane_of_warp()] = dgain;
  biases[stripe][lane_of_warp()] = dbias;
  __syncthreads();
  if (stripe == 0 && column < columns) {
    for (int other = 1; other < STRIPES; other++) {
      dgain += gains[other][lane_of_warp()];
      dbias += biases[other][lane_of_warp()];
    }
    long long at = (static_cast<long long>(blockIdx.z) * gridDim.y + blockIdx.y) * columns + column;
    gain_partials[at] = dgain;
    if (bias_partials != nullptr) {
      bias_partials[at] = dbias;
    }
  }
}
