// Rows of a table by token id.
#include "kleiber.cuh"

constexpr int THREADS = 256;

/// y[m, r] = table[m, tokens[m, r]]. Elements of one member along x, members along y.
extern "C" __global__ void embedding_forward(
    const int* tokens, const float* table, long long stride, float* y, int rows, int width) {
  long long i = index_in_grid();
  long long size = static_cast<long long>(rows) * width;
  if (i < size) {
    int token = tokens[static_cast<long long>(blockIdx.y) * rows + i / width];
    y[blockIdx.y * size + i] = table[blockIdx.y * stride + static_cast<long long>(token) * width + i % width];
  }
}

/// dtable[m, token] += the sum of dy over the rows of the token, in their order. The block of a row works if no earlier row
/// has its token, and takes all later ones too. Rows along x, 256 columns along y, members along z.
extern "C" __global__ void embedding_backward(
    const int* tokens, const float* dy, float* dtable, long long stride, int rows, int width) {
  __shared__ int same[THREADS];
  __shared__ int counts[THREADS / LANES];
  const int* of_member = tokens + static_cast<long long>(blockIdx.z) * rows;
  int row = blockIdx.x;
  int token = of_member[row];
  bool earlier = false;
  for (int other = threadIdx.x; other < row; other += THREADS) {
    earlier = earlier || of_member[other] == token;
  }
  if (__syncthreads_or(earlier)) {
    return;
  }
  int column = blockIdx.y * THREADS + threadIdx.x;
  int warp = threadIdx.x / LANES;
  const float* from = dy + static_cast<long long>(blockIdx.z) * rows * width + column;
  float sum = 0;
  for (int first = row; first < rows; first += THREADS) {
    int other = first + threadIdx.x;
    bool is_same = other < rows && of_member[other] == token;
    unsigned votes = __ballot_sync(ALL, is_same);
    if (lane_of_warp() == 0) {
      counts[warp] = __popc(votes);
    }
    __syncthreads();
    int place = __popc(votes & ((1u << lane_of_warp()) - 1));
    int count = 0;
    for (int w = 0; w < THREADS / LANES; w++) {
      place += w < warp ? counts[w] : 0;
      count += counts[w];
    }
    if (is_same) {
      same[place] = other;
    }
    __syncthreads();
    if (column < width) {
      for (int i = 0; i < count; i++) {
        sum += from[static_cast<long long>(same[i]) * width];
      }
    }
    __syncthreads();
  }
  if (column < width) {
    dtable[blockIdx.z * stride + static_cast<long long>(token) * width + column] += sum;
  }
}
