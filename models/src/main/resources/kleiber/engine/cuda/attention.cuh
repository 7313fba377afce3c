// Where attention's blocks work. Tiles of rows and heads lie along x, sequences along y, members along z.
#pragma once

/// Where a block's head and tile lie in rows of queries, keys and values: neighbouring heads of queries share one of keys. A
/// window of 0 is no window and not causal: every query sees every position.
template <int ROWS>
struct PlaceOf {
  int positions, heads, key_heads, window, width;
  int d, pitch;
  int tile, head;
  long long sequence;

  /// Of queries, or else of the heads of keys.
  __device__ PlaceOf(int positions, int heads, int key_heads, int window, int width, bool queries)
      : positions(positions), heads(heads), key_heads(key_heads), window(window), width(width),
        d(heads * width), pitch((heads + 2 * key_heads) * width) {
    int tiles = (positions + ROWS - 1) / ROWS;
    int index = blockIdx.x % tiles;
    tile = queries ? tiles - 1 - index : index;
    head = blockIdx.x / tiles;
    sequence = static_cast<long long>(blockIdx.z) * gridDim.y + blockIdx.y;
  }

  __device__ int sharing() const { return heads / key_heads; }
  __device__ long long row() const { return sequence * positions; }

  /// Where a head's columns begin in the first row of the sequence.
  __device__ long long queries(int of) const { return row() * pitch + of * width; }
  __device__ long long keys(int of) const { return queries(heads + of); }
  __device__ long long values(int of) const { return queries(heads + key_heads + of); }
  __device__ long long output(int of) const { return row() * d + of * width; }
  /// The first of a head's numbers, one for each position.
  __device__ long long numbers(int of) const { return (sequence * heads + of) * positions; }

  /// Whether a query sees a key.
  __device__ bool sees(int query, int key) const {
    return window == 0 ? key < positions : key <= query && query - key < window;
  }
  /// The first key that any query from `query` on sees.
  __device__ int first_key(int query) const { return window == 0 ? 0 : max(0, query - window + 1); }
  /// What follows the last key that any query before `end` sees.
  __device__ int end_of_keys(int end) const { return window == 0 ? positions : min(positions, end); }
  /// The first query that sees any key from `key` on.
  __device__ int first_query(int key) const { return window == 0 ? 0 : key; }
  /// What follows the last query that sees any key up to `key`.
  __device__ int end_of_queries(int key) const { return window == 0 ? positions : min(positions, key + window); }
};

/// The kernels of a file for heads of up to W columns, such as attention_forward_64, around its templates.
#define ATTENTION(NAME, W)                                                                                            \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_forward_##W(                                           \
      const void* qkv, int qkv_halves, void* y, int y_halves, float* log_sum_exps, int positions, int heads,          \
      int key_heads, int window, int width, float scale) {                                                            \
    attention_forward<W>(                                                                                             \
        {qkv, qkv_halves}, {y, y_halves}, log_sum_exps, positions, heads, key_heads, window, width, scale);           \
  }                                                                                                                   \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_queries_##W(                                           \
      const void* qkv, int qkv_halves, const float* dy, const float* log_sum_exps, const float* deltas, void* dqkv,   \
      int dqkv_halves, int add, int positions, int heads, int key_heads, int window, int width, float scale) {        \
    attention_queries<W>(                                                                                             \
        {qkv, qkv_halves}, {dy, 0}, log_sum_exps, deltas, {dqkv, dqkv_halves}, add, positions, heads, key_heads,      \
        window, width, scale);                                                                                        \
  }                                                                                                                   \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME##_keys_##W(                                              \
      const void* qkv, int qkv_halves, const float* dy, const float* log_sum_exps, const float* deltas, void* dqkv,   \
      int dqkv_halves, int add, int positions, int heads, int key_heads, int window, int width, float scale) {        \
    attention_keys<W>(                                                                                                \
        {qkv, qkv_halves}, {dy, 0}, log_sum_exps, deltas, {dqkv, dqkv_halves}, add, positions, heads, key_heads,      \
        window, width, scale);                                                                                        \
  }
