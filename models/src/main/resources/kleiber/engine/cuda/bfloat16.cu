// Rounding to bfloat16.
#include "kleiber.cuh"
#include "bfloat16.cuh"

/// y[m, row, column] of [M, rows, pitch] from x[m, row, column] of [M, columns], members `stride` apart; columns beyond get
/// zeros. OF_BULK elements of y of one member a thread, along x, members along y.
extern "C" __global__ void to_bfloat16(
    const float* x, long long stride, unsigned short* y, int rows, int columns, int pitch) {
  unsigned size = rows * pitch;
  const float* in = x + blockIdx.y * stride;
  unsigned short* out = y + static_cast<long long>(blockIdx.y) * size;
  float found[OF_BULK];
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    int column = static_cast<int>(i % pitch);
    found[e] = i < size && column < columns ? in[static_cast<long long>(i / pitch) * columns + column] : 0;
  }
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i < size) {
      out[i] = bfloat16_bits(found[e]);
    }
  }
}
