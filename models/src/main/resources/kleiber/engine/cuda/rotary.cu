// Rotary positions.
#include "kleiber.cuh"

/// In the first `rotated` groups of `width` columns of each row, the pair (i, i + width/2) is turned by the angle of row and
/// pair, with direction -1 back; the other columns are copied. cosines and sines are [T, width/2]. size counts the elements
/// of all members.
extern "C" __global__ void rotate(
    const float* x, float* y, int add, const float* cosines, const float* sines, float direction, int positions,
    int columns, int rotated, int width, long long size) {
  long long i = index_in_grid();
  if (i >= size) {
    return;
  }
  int column = static_cast<int>(i % columns);
  if (column / width >= rotated) {
    give(y, i, x[i], add);
    return;
  }
  int half = width / 2;
  int in_group = column % width;
  int pair = in_group % half;
  int position = static_cast<int>(i / columns % positions);
  float cosine = cosines[position * half + pair];
  float sine = direction * sines[position * half + pair];
  float turned = in_group < half ? x[i] * cosine - x[i + half] * sine : x[i - half] * sine + x[i] * cosine;
  give(y, i, turned, add);
}
