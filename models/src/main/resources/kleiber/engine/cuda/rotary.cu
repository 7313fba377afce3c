// Rotary positions.
#include "kleiber.cuh"
#include "bfloat16.cuh"

/// In the first `rotated` groups of `width` columns of each row, the pair (i, i + width/2) is turned by the angle of row and
/// pair, with direction -1 back; the other columns are copied. cosines and sines are [T, width/2]. OF_BULK elements a
/// thread, of the `size` of one member, members along y.
extern "C" __global__ void rotate(
    const float* x, void* y, int y_halves, int add, const float* cosines, const float* sines, float direction,
    int positions, int columns, int rotated, int width, unsigned size) {
  const float* in = x + static_cast<long long>(blockIdx.y) * size;
  Results out = Results{y, y_halves}.from(static_cast<long long>(blockIdx.y) * size);
  int half = width / 2;
  float turned[OF_BULK];
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i >= size) {
      continue;
    }
    int column = static_cast<int>(i % columns);
    int in_group = column % width;
    if (column / width >= rotated) {
      turned[e] = in[i];
    } else {
      int angle = static_cast<int>(i / columns % positions) * half + in_group % half;
      float cosine = cosines[angle];
      float sine = direction * sines[angle];
      turned[e] = in_group < half ? in[i] * cosine - in[i + half] * sine : in[i - half] * sine + in[i] * cosine;
    }
  }
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i < size) {
      out.give(i, turned[e], add);
    }
  }
}
