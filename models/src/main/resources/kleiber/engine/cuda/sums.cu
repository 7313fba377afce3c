// Sums over rows, in two stages of fixed order: by chunks of rows, then over the chunks; and sums of all that a member has.
#include "kleiber.cuh"
#include "bfloat16.cuh"

constexpr int STRIPES = 8;

/// partials[m, chunk, column] = the sum of a chunk's rows, `pitch` elements apart. Blocks of 256: 32 columns along x, chunks along y, members along z.
extern "C" __global__ void column_sums(
    const void* x, int x_halves, int pitch, float* partials, int rows, int columns, int rows_of_chunk) {
  __shared__ float sums[STRIPES][LANES];
  int column = blockIdx.x * LANES + lane_of_warp();
  int stripe = threadIdx.x / LANES;
  int end = min(rows, static_cast<int>(blockIdx.y + 1) * rows_of_chunk);
  float sum = 0;
  if (column < columns) {
    Numbers of_member = Numbers{x, x_halves}.from(static_cast<long long>(blockIdx.z) * rows * pitch + column);
    for (int row = blockIdx.y * rows_of_chunk + stripe; row < end; row += STRIPES) {
      sum += of_member[static_cast<long long>(row) * pitch];
    }
  }
  sums[stripe][lane_of_warp()] = sum;
  __syncthreads();
  if (stripe == 0 && column < columns) {
    for (int other = 1; other < STRIPES; other++) {
      sum += sums[other][lane_of_warp()];
    }
    partials[(static_cast<long long>(blockIdx.z) * gridDim.y + blockIdx.y) * columns + column] = sum;
  }
}

/// gradient[m, i] (+)= the sum over chunks of partials[m, chunk, i]. Blocks of 256: 32 elements along x, members along y.
extern "C" __global__ void sum_of_chunks(
    const float* partials, int chunks, float* gradient, long long stride, int size, int add) {
  __shared__ float sums[STRIPES][LANES];
  long long i = static_cast<long long>(blockIdx.x) * LANES + lane_of_warp();
  int stripe = threadIdx.x / LANES;
  float sum = 0;
  if (i < size) {
    const float* of_member = partials + static_cast<long long>(blockIdx.y) * chunks * size + i;
    for (int chunk = stripe; chunk < chunks; chunk += STRIPES) {
      sum += of_member[static_cast<long long>(chunk) * size];
    }
  }
  sums[stripe][lane_of_warp()] = sum;
  __syncthreads();
  if (stripe == 0 && i < size) {
    for (int other = 1; other < STRIPES; other++) {
      sum += sums[other][lane_of_warp()];
    }
    give(gradient, blockIdx.y * stride + i, sum, add);
  }
}

/// sums[m] = the sum of a member's `size` values, members `stride` apart. Blocks of 256: members along x.
extern "C" __global__ void member_sums(const float* x, long long stride, double* sums, int size) {
  __shared__ double of_warps[STRIPES];
  const float* of_member = x + blockIdx.x * stride;
  double sum = 0;
  for (int i = threadIdx.x; i < size; i += STRIPES * LANES) {
    sum += of_member[i];
  }
  sum = warp_sum(sum);
  if (lane_of_warp() == 0) {
    of_warps[threadIdx.x / LANES] = sum;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int warp = 1; warp < STRIPES; warp++) {
      sum += of_warps[warp];
    }
    sums[blockIdx.x] = sum;
  }
}
