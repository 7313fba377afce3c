// Softmax and loss of a row of logits by one block; probabilities are never stored.
#include "kleiber.cuh"

/// The target where nothing is to be predicted.
constexpr int UNSCORED = -1;

/// A block's value, in every thread, from those of its warps; called by all threads.
__device__ static float block_max(float value) {
  __shared__ float of_warps[LANES];
  value = warp_max(value);
  if (lane_of_warp() == 0) {
    of_warps[threadIdx.x / LANES] = value;
  }
  __syncthreads();
  for (int warp = 0; warp < blockDim.x / LANES; warp++) {
    value = fmaxf(value, of_warps[warp]);
  }
  __syncthreads();
  return value;
}

__device__ static float block_sum(float value) {
  __shared__ float of_warps[LANES];
  value = warp_sum(value);
  if (lane_of_warp() == 0) {
    of_warps[threadIdx.x / LANES] = value;
  }
  __syncthreads();
  float sum = 0;
  for (int warp = 0; warp < blockDim.x / LANES; warp++) {
    sum += of_warps[warp];
  }
  return sum;
}

/// loss[row] = -ln softmax(scale logits[row])[target], 0 where there is none; the scaled row's maximum and 1 / (sum of
/// exponentials below it) are kept. Rows of all members along x.
extern "C" __global__ void cross_entropy_forward(
    const float* logits, const int* targets, float* losses, float* maxima, float* inverse_sums, int v, float scale) {
  long long row = blockIdx.x;
  if (targets[row] == UNSCORED) {
    if (threadIdx.x == 0) {
      losses[row] = 0;
    }
    return;
  }
  const float* in = logits + row * v;
  float own_max = -infinity();
  float own_sum = 0;
  for (int i = threadIdx.x; i < v; i += blockDim.x) {
    float x = scale * in[i];
    if (x > own_max) {
      own_sum = own_sum * expf(own_max - x) + 1;
      own_max = x;
    } else {
      own_sum += expf(x - own_max);
    }
  }
  float max = block_max(own_max);
  float sum = block_sum(own_max == -infinity() ? own_sum : own_sum * expf(own_max - max));
  if (threadIdx.x == 0) {
    losses[row] = (max - scale * in[targets[row]]) + logf(sum);
    maxima[row] = max;
    inverse_sums[row] = 1 / sum;
  }
}

/// dlogits (+)= ((1 + z ln Z) softmax - onehot) · mean, mean being scale / (scored rows of a member) and Z the
/// row's sum; 0 where there is no target.
extern "C" __global__ void cross_entropy_backward(
    const float* logits, const int* targets, const float* maxima, const float* inverse_sums, float* dlogits, int add,
    int v, float scale, float mean, float z) {
  long long row = blockIdx.x;
  if (targets[row] == UNSCORED) {
    for (int i = threadIdx.x; i < v; i += blockDim.x) {
      give(dlogits, row * v + i, 0, add);
    }
    return;
  }
  float max = maxima[row];
  float inverse = inverse_sums[row];
  // The weight is part of it, so that without z the arithmetic is that of a softmax alone.
  float inverse_sum = z == 0 ? inverse : inverse * (1 + z * (max - logf(inverse)));
  int target = targets[row];
  for (int i = threadIdx.x; i < v; i += blockDim.x) {
    float probability = expf(scale * logits[row * v + i] - max) * inverse_sum;
    give(dlogits, row * v + i, (probability - (i == target ? 1.0f : 0.0f)) * mean, add);
  }
}
