// Rounding to bfloat16.
#include "kleiber.cuh"
#include "bfloat16.cuh"

/// y[m, row, column] of [M, rows, pitch] from x[m, row, column] of [M, columns], members `stride` apart; columns beyond get
/// zeros. Elements of y of one member along x, members along y.
extern "C" __global__ void to_bfloat16(
    const float* x, long long stride, unsigned short* y, int rows, int columns, int pitch) {
  long long i = index_in_grid();
  long long size = static_cast<long long>(rows) * pitch;
  if (i < size) {
    int column = static_cast<int>(i % pitch);
    float value = column < columns ? x[blockIdx.y * stride + i / pitch * columns + column] : 0;
    y[blockIdx.y * size + i] = bfloat16_bits(value);
  }
}
