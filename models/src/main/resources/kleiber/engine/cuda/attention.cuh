// Where attention's blocks work. Tiles of rows and heads lie along x, sequences along y, members along z.
#pragma once

/// Where a block's head and tile lie.
template <int ROWS>
struct PlaceOf {
  int positions, width, d;
  int tile, head;
  long long sequence;

  __device__ PlaceOf(int positions, int heads, int width, bool last_first)
      : positions(positions), width(width), d(heads * width) {
    int tiles = (positions + ROWS - 1) / ROWS;
    int index = blockIdx.x % tiles;
    tile = last_first ? tiles - 1 - index : index;
    head = blockIdx.x / tiles;
    sequence = static_cast<long long>(blockIdx.z) * gridDim.y + blockIdx.y;
  }

  /// The head's first column in the first row of rows of so many columns.
  __device__ long long first(int columns) const { return sequence * positions * columns + head * width; }
  /// The first of the head's numbers, one for each position.
  __device__ long long numbers(int heads) const { return (sequence * heads + head) * positions; }
};

/// The kernels of a file for heads of up to W columns, such as attention_forward_64, around its templates.
#define ATTENTION(NAME, W)                                                                                            \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_forward_##W(                                           \
      const float* qkv, float* y, float* log_sum_exps, int positions, int heads, int width, float scale) {            \
    attention_forward<W>(qkv, y, log_sum_exps, positions, heads, width, scale);                                       \
  }                                                                                                                   \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_queries_##W(                                           \
      const float* qkv, const float* dy, const float* log_sum_exps, const float* deltas, float* dqkv, int add,        \
      int positions, int heads, int width, float scale) {                                                             \
    attention_queries<W>(qkv, dy, log_sum_exps, deltas, dqkv, add, positions, heads, width, scale);                   \
  }                                                                                                                   \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_keys_##W(                                              \
      const float* qkv, const float* dy, const float* log_sum_exps, const float* deltas, float* dqkv, int add,        \
      int positions, int heads, int width, float scale) {                                                             \
    attention_keys<W>(qkv, dy, log_sum_exps, deltas, dqkv, add, positions, heads, width, scale);                      \
  }
