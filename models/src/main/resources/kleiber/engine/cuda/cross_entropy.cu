// Softmax and loss of a row of logits by one block; probabilities are never stored.
#include "kleiber.cuh"
#include "bfloat16.cuh"

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

/// Of a row as it is scaled: its largest, and the sum of exponentials below that.
struct Softmax {
  float max;
  float sum;
};

/// Writes a row's loss, -ln softmax(scale in)[target], or 0 where there is no target. Its softmax, if there is one, in every
/// thread of the block.
__device__ static Softmax score(const float* in, int target, float* loss, int v, float scale) {
  if (target == UNSCORED) {
    if (threadIdx.x == 0) {
      *loss = 0;
    }
    return {};
  }
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
    *loss = (max - scale * in[target]) + logf(sum);
  }
  return {max, sum};
}

/// ((1 + z ln Z) softmax - onehot) · mean of a row, one element at a time; mean being scale / (scored rows of a member) and
/// Z the row's sum; 0 where there is no target.
struct Slope {
  int target;
  float max;
  float weight;
  float scale;
  float mean;

  __device__ Slope(int target, float max, float inverse_sum, float scale, float mean, float z)
      // The weight is part of the sum, so that without z the arithmetic is that of a softmax alone.
      : target(target), max(max), weight(z == 0 ? inverse_sum : inverse_sum * (1 + z * (max - logf(inverse_sum)))),
        scale(scale), mean(mean) {}

  __device__ float at(int i, float logit) const {
    if (target == UNSCORED) {
      return 0;
    }
    float probability = expf(scale * logit - max) * weight;
    return (probability - (i == target ? 1.0f : 0.0f)) * mean;
  }
};

/// losses[row] of logits[row]; the scaled row's maximum and 1 / (sum of exponentials below it) are kept where there is a
/// target. Rows of all members along x.
extern "C" __global__ void cross_entropy_forward(
    const float* logits, const int* targets, float* losses, float* maxima, float* inverse_sums, int v, float scale) {
  long long row = blockIdx.x;
  Softmax own = score(logits + row * v, targets[row], losses + row, v, scale);
  if (threadIdx.x == 0 && targets[row] != UNSCORED) {
    maxima[row] = own.max;
    inverse_sums[row] = 1 / own.sum;
  }
}

/// dlogits (+)= the slope of the mean loss. Rows of all members along x.
extern "C" __global__ void cross_entropy_backward(
    const float* logits, const int* targets, const float* maxima, const float* inverse_sums, float* dlogits, int add,
    int v, float scale, float mean, float z) {
  long long row = blockIdx.x;
  Slope slope(targets[row], maxima[row], inverse_sums[row], scale, mean, z);
  for (int i = threadIdx.x; i < v; i += blockDim.x) {
    give(dlogits, row * v + i, slope.at(i, logits[row * v + i]), add);
  }
}

/// The losses of some rows of each member, whose logits [M, rows, V] alone are there; targets and losses are `stride` from
/// member to member. Rows along x, members along y.
extern "C" __global__ void cross_entropy_losses(
    const float* logits, const int* targets, float* losses, int stride, int v, float scale) {
  long long row = static_cast<long long>(blockIdx.y) * gridDim.x + blockIdx.x;
  long long of_all = static_cast<long long>(blockIdx.y) * stride + blockIdx.x;
  score(logits + row * v, targets[of_all], losses + of_all, v, scale);
}

/// The same losses, and the slope of their mean: in the logits' place or, where `halves` is [M, rows, pitch], there as
/// bfloat16, with zeros beyond V.
extern "C" __global__ void cross_entropy_gradients(
    float* logits, const int* targets, float* losses, int stride, int v, float scale, float mean, float z,
    unsigned short* halves, int pitch) {
  long long row = static_cast<long long>(blockIdx.y) * gridDim.x + blockIdx.x;
  long long of_all = static_cast<long long>(blockIdx.y) * stride + blockIdx.x;
  float* in = logits + row * v;
  int target = targets[of_all];
  Softmax own = score(in, target, losses + of_all, v, scale);
  __syncthreads();  // the loss is of the target's logit, not of what comes in its place
  Slope slope(target, own.max, 1 / own.sum, scale, mean, z);
  if (!halves) {
    for (int i = threadIdx.x; i < v; i += blockDim.x) {
      in[i] = slope.at(i, in[i]);
    }
    return;
  }
  for (int i = threadIdx.x; i < pitch; i += blockDim.x) {
    halves[row * pitch + i] = i < v ? bfloat16_bits(slope.at(i, in[i])) : 0;
  }
}
