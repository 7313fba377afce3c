// Attention as in attention.cu, with products of bfloat16 by tensor cores; softmax, log-sum-exp and all sums are float32.
//
// A block has 64 rows of one matrix, 16 for each of its four warps, and goes over the other by 32 rows at a time, which are
// the columns of its products. What is multiplied lies in shared memory as bfloat16: by rows where a product sums over a
// head's columns, transposed where it sums over positions. W is a head's width rounded up; what is beyond the width is zero.
#include "kleiber.cuh"
#include "bfloat16.cuh"
#include "mma.cuh"
#include "attention.cuh"

constexpr int ROWS = 64;
constexpr int COLUMNS = 32;
constexpr int THREADS = 128;
constexpr int OF_WARP = 16;
constexpr int BLOCKS = COLUMNS / 8;

using Place = PlaceOf<ROWS>;
typedef unsigned short bfloat16;

/// Pitches at which the words that a warp reads together lie in different banks.
template <int W>
constexpr int PITCH = W + 8;
constexpr int PITCH_TRANSPOSED = COLUMNS + 8;

__device__ inline int group() { return lane_of_warp() / 4; }
__device__ inline int pair() { return lane_of_warp() % 4; }
/// Of an element of C, counted from the block's first row.
__device__ inline int own_row(int element) {
  return threadIdx.x / LANES * OF_WARP + group() + element / 2 * 8;
}
/// Of an element of a block of 8 columns.
__device__ inline int own_column(int block, int element) { return block * 8 + 2 * pair() + element % 2; }

__device__ inline unsigned word(const bfloat16* matrix, int at) {
  return *reinterpret_cast<const unsigned*>(matrix + at);
}

__device__ inline float element(Numbers matrix, int pitch, int row, int column, const Place& place) {
  bool inside = row < place.positions && column < place.width;
  return inside ? matrix[static_cast<long long>(row) * pitch + column] : 0;
}

/// Rows of a matrix from `first` on. Of bfloat16 eight columns at a time, of which both the width and the pitch are multiples.
template <int W, int COUNT>
__device__ void load(bfloat16* shared, Numbers matrix, int pitch, int first, const Place& place) {
  if (matrix.halves) {
    for (int i = threadIdx.x; i < COUNT * W / 8; i += THREADS) {
      int row = i / (W / 8);
      int column = i % (W / 8) * 8;
      uint4 eight = {0, 0, 0, 0};
      if (first + row < place.positions && column < place.width) {
        long long at = static_cast<long long>(first + row) * pitch + column;
        eight = *reinterpret_cast<const uint4*>(matrix.as_halves() + at);
      }
      *reinterpret_cast<uint4*>(shared + row * PITCH<W> + column) = eight;
    }
    return;
  }
  for (int i = threadIdx.x; i < COUNT * W / 2; i += THREADS) {
    int row = i / (W / 2);
    int column = i % (W / 2) * 2;
    unsigned both = pair_of(
        element(matrix, pitch, first + row, column, place), element(matrix, pitch, first + row, column + 1, place));
    *reinterpret_cast<unsigned*>(shared + row * PITCH<W> + column) = both;
  }
}

/// 32 rows of a matrix, transposed.
template <int W>
__device__ void load_transposed(bfloat16* shared, Numbers matrix, int pitch, int first, const Place& place) {
  for (int i = threadIdx.x; i < COLUMNS * W / 2; i += THREADS) {
    int row = i / W * 2;
    int column = i % W;
    unsigned both = pair_of(
        element(matrix, pitch, first + row, column, place), element(matrix, pitch, first + row + 1, column, place));
    *reinterpret_cast<unsigned*>(shared + column * PITCH_TRANSPOSED + row) = both;
  }
}

/// products = A B^T: the warp's 16 rows of A, the 32 rows of B.
template <int W>
__device__ void multiply_transposed(const bfloat16* a, const bfloat16* b, float (&products)[BLOCKS][4]) {
#pragma unroll
  for (int block = 0; block < BLOCKS; block++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      products[block][e] = 0;
    }
  }
#pragma unroll
  for (int k = 0; k < W; k += 16) {
    int upper = own_row(0) * PITCH<W> + k + 2 * pair();
    int lower = own_row(2) * PITCH<W> + k + 2 * pair();
    unsigned own[4] = {word(a, upper), word(a, lower), word(a, upper + 8), word(a, lower + 8)};
#pragma unroll
    for (int block = 0; block < BLOCKS; block++) {
      int at = (block * 8 + group()) * PITCH<W> + k + 2 * pair();
      multiply_add(products[block], own, word(b, at), word(b, at + 8));
    }
  }
}

/// sums += weights B, B being 32 rows that are given transposed.
template <int W>
__device__ void add_product(
    const float (&weights)[BLOCKS][4], const bfloat16* b_transposed, float (&sums)[W / 8][4]) {
#pragma unroll
  for (int k = 0; k < BLOCKS; k += 2) {
    unsigned own[4] = {
        pair_of(weights[k][0], weights[k][1]), pair_of(weights[k][2], weights[k][3]),
        pair_of(weights[k + 1][0], weights[k + 1][1]), pair_of(weights[k + 1][2], weights[k + 1][3])};
#pragma unroll
    for (int block = 0; block < W / 8; block++) {
      int at = (block * 8 + group()) * PITCH_TRANSPOSED + k * 8 + 2 * pair();
      multiply_add(sums[block], own, word(b_transposed, at), word(b_transposed, at + 8));
    }
  }
}

template <int W>
__device__ void clear(float (&sums)[W / 8][4]) {
#pragma unroll
  for (int block = 0; block < W / 8; block++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      sums[block][e] = 0;
    }
  }
}

/// To the block's rows.
template <int W>
__device__ void store(const float (&sums)[W / 8][4], Results matrix, int pitch, int add, const Place& place) {
#pragma unroll
  for (int block = 0; block < W / 8; block++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      int row = place.tile * ROWS + own_row(e);
      int column = own_column(block, e);
      if (row < place.positions && column < place.width) {
        matrix.give(static_cast<long long>(row) * pitch + column, sums[block][e], add);
      }
    }
  }
}

/// Over the four lanes that share a row.
__device__ inline float row_max(float value) {
  value = fmaxf(value, __shfl_xor_sync(ALL, value, 1));
  return fmaxf(value, __shfl_xor_sync(ALL, value, 2));
}

__device__ inline float row_sum(float value) {
  value += __shfl_xor_sync(ALL, value, 1);
  return value + __shfl_xor_sync(ALL, value, 2);
}

template <int W>
__device__ void attention_forward(
    Numbers qkv, Results y, float* log_sum_exps, int positions, int heads, int key_heads, int window, int width,
    float scale) {
  bfloat16* q_shared = reinterpret_cast<bfloat16*>(dynamic_shared);
  bfloat16* k_shared = q_shared + ROWS * PITCH<W>;
  bfloat16* v_transposed = k_shared + COLUMNS * PITCH<W>;
  Place place(positions, heads, key_heads, window, width, true);
  int pitch = place.pitch;
  int first_row = place.tile * ROWS;
  Numbers keys = qkv.from(place.keys(place.head / place.sharing()));
  Numbers values = qkv.from(place.values(place.head / place.sharing()));
  load<W, ROWS>(q_shared, qkv.from(place.queries(place.head)), pitch, first_row, place);
  float largest[2] = {-infinity(), -infinity()};
  float sum[2] = {0, 0};
  float out[W / 8][4];
  clear<W>(out);
  int first_key = place.first_key(first_row) / COLUMNS * COLUMNS;
  for (int first = first_key; first < place.end_of_keys(first_row + ROWS); first += COLUMNS) {
    __syncthreads();
    load<W, COLUMNS>(k_shared, keys, pitch, first, place);
    load_transposed<W>(v_transposed, values, pitch, first, place);
    __syncthreads();
    float p[BLOCKS][4];
    multiply_transposed<W>(q_shared, k_shared, p);
#pragma unroll
    for (int half = 0; half < 2; half++) {
      int query = first_row + own_row(2 * half);
      float most = largest[half];
#pragma unroll
      for (int block = 0; block < BLOCKS; block++) {
#pragma unroll
        for (int e = 2 * half; e < 2 * half + 2; e++) {
          bool seen = place.sees(query, first + own_column(block, e));
          p[block][e] = seen ? scale * p[block][e] : -infinity();
          most = fmaxf(most, p[block][e]);
        }
      }
      most = row_max(most);
      float base = most == -infinity() ? 0 : most; // of a row that has seen nothing yet
      float in_step = 0;
#pragma unroll
      for (int block = 0; block < BLOCKS; block++) {
#pragma unroll
        for (int e = 2 * half; e < 2 * half + 2; e++) {
          p[block][e] = expf(p[block][e] - base);
          in_step += p[block][e];
        }
      }
      float shrink = expf(largest[half] - base);
      sum[half] = sum[half] * shrink + row_sum(in_step);
      largest[half] = most;
#pragma unroll
      for (int block = 0; block < W / 8; block++) {
        out[block][2 * half] *= shrink;
        out[block][2 * half + 1] *= shrink;
      }
    }
    add_product<W>(p, v_transposed, out);
  }
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float inverse = 1 / sum[half];
#pragma unroll
    for (int block = 0; block < W / 8; block++) {
      out[block][2 * half] *= inverse;
      out[block][2 * half + 1] *= inverse;
    }
    int row = first_row + own_row(2 * half);
    if (row < positions && pair() == 0) {
      log_sum_exps[place.numbers(place.head) + row] = largest[half] + logf(sum[half]);
    }
  }
  store<W>(out, y.from(place.output(place.head)), place.d, 0, place);
}

/// dq (+)= dS K for 64 queries.
template <int W>
__device__ void attention_queries(
    Numbers qkv, Numbers dy, const float* log_sum_exps, const float* deltas, Results dqkv, int add,
    int positions, int heads, int key_heads, int window, int width, float scale) {
  bfloat16* q_shared = reinterpret_cast<bfloat16*>(dynamic_shared);
  bfloat16* dy_shared = q_shared + ROWS * PITCH<W>;
  bfloat16* k_shared = dy_shared + ROWS * PITCH<W>;
  bfloat16* v_shared = k_shared + COLUMNS * PITCH<W>;
  bfloat16* k_transposed = v_shared + COLUMNS * PITCH<W>;
  Place place(positions, heads, key_heads, window, width, true);
  int pitch = place.pitch;
  int first_row = place.tile * ROWS;
  Numbers keys = qkv.from(place.keys(place.head / place.sharing()));
  Numbers values = qkv.from(place.values(place.head / place.sharing()));
  load<W, ROWS>(q_shared, qkv.from(place.queries(place.head)), pitch, first_row, place);
  load<W, ROWS>(dy_shared, dy.from(place.output(place.head)), place.d, first_row, place);
  float log_sum_exp[2];
  float delta[2];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    int row = first_row + own_row(2 * half);
    bool inside = row < positions;
    log_sum_exp[half] = inside ? log_sum_exps[place.numbers(place.head) + row] : 0;
    delta[half] = inside ? deltas[place.numbers(place.head) + row] : 0;
  }
  float dq[W / 8][4];
  clear<W>(dq);
  int first_key = place.first_key(first_row) / COLUMNS * COLUMNS;
  for (int first = first_key; first < place.end_of_keys(first_row + ROWS); first += COLUMNS) {
    __syncthreads();
    load<W, COLUMNS>(k_shared, keys, pitch, first, place);
    load<W, COLUMNS>(v_shared, values, pitch, first, place);
    load_transposed<W>(k_transposed, keys, pitch, first, place);
    __syncthreads();
    float s[BLOCKS][4];
    float dp[BLOCKS][4];
    multiply_transposed<W>(q_shared, k_shared, s);
    multiply_transposed<W>(dy_shared, v_shared, dp);
#pragma unroll
    for (int block = 0; block < BLOCKS; block++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        bool seen = place.sees(first_row + own_row(e), first + own_column(block, e));
        float p = expf(scale * s[block][e] - log_sum_exp[e / 2]);
        s[block][e] = seen ? p * (dp[block][e] - delta[e / 2]) * scale : 0;
      }
    }
    add_product<W>(s, k_transposed, dq);
  }
  store<W>(dq, dqkv.from(place.queries(place.head)), pitch, add, place);
}

/// dk (+)= dS^T q and dv (+)= P^T dy for 64 keys, over the heads of queries that share them.
template <int W>
__device__ void attention_keys(
    Numbers qkv, Numbers dy, const float* log_sum_exps, const float* deltas, Results dqkv, int add,
    int positions, int heads, int key_heads, int window, int width, float scale) {
  bfloat16* k_shared = reinterpret_cast<bfloat16*>(dynamic_shared);
  bfloat16* v_shared = k_shared + ROWS * PITCH<W>;
  bfloat16* q_shared = v_shared + ROWS * PITCH<W>;
  bfloat16* dy_shared = q_shared + COLUMNS * PITCH<W>;
  bfloat16* q_transposed = dy_shared + COLUMNS * PITCH<W>;
  bfloat16* dy_transposed = q_transposed + W * PITCH_TRANSPOSED;
  Place place(positions, heads, key_heads, window, width, false);
  int pitch = place.pitch;
  int first_row = place.tile * ROWS;
  load<W, ROWS>(k_shared, qkv.from(place.keys(place.head)), pitch, first_row, place);
  load<W, ROWS>(v_shared, qkv.from(place.values(place.head)), pitch, first_row, place);
  float dk[W / 8][4];
  float dv[W / 8][4];
  clear<W>(dk);
  clear<W>(dv);
  int end = place.end_of_queries(first_row + ROWS - 1);
  for (int head = place.head * place.sharing(); head < (place.head + 1) * place.sharing(); head++) {
    Numbers q = qkv.from(place.queries(head));
    Numbers dy_head = dy.from(place.output(head));
    for (int first = place.first_query(first_row); first < end; first += COLUMNS) {
      __syncthreads();
      load<W, COLUMNS>(q_shared, q, pitch, first, place);
      load<W, COLUMNS>(dy_shared, dy_head, place.d, first, place);
      load_transposed<W>(q_transposed, q, pitch, first, place);
      load_transposed<W>(dy_transposed, dy_head, place.d, first, place);
      __syncthreads();
      float p[BLOCKS][4];
      float ds[BLOCKS][4];
      multiply_transposed<W>(k_shared, q_shared, p);
      multiply_transposed<W>(v_shared, dy_shared, ds);
  #pragma unroll
      for (int block = 0; block < BLOCKS; block++) {
  #pragma unroll
        for (int e = 0; e < 4; e++) {
          int query = first + own_column(block, e);
          bool seen = query < positions && place.sees(query, first_row + own_row(e));
          float log_sum_exp = seen ? log_sum_exps[place.numbers(head) + query] : 0;
          float delta = seen ? deltas[place.numbers(head) + query] : 0;
          p[block][e] = seen ? expf(scale * p[block][e] - log_sum_exp) : 0;
          ds[block][e] = p[block][e] * (ds[block][e] - delta) * scale;
        }
      }
      add_product<W>(p, dy_transposed, dv);
      add_product<W>(ds, q_transposed, dk);
    }
  }
  store<W>(dk, dqkv.from(place.keys(place.head)), pitch, add, place);
  store<W>(dv, dqkv.from(place.values(place.head)), pitch, add, place);
}

ATTENTION(attention_bfloat16, 16)
ATTENTION(attention_bfloat16, 32)
ATTENTION(attention_bfloat16, 64)
ATTENTION(attention_bfloat16, 128)
