// Attention without a matrix of [T, T]: tiles of 32 queries against tiles of 32 keys, those that no query sees skipped,
// softmax taken along the way and its log-sum-exp kept, from which the backward pass makes the probabilities again.
//
// Memory: qkv [M, B, T, D + 2 K D / H], y [M, B, T, D], log-sum-exp and delta [M, B, H, T]. Tiles and heads lie along x, sequences
// along y, members along z. W is a head's width rounded up; columns beyond the width hold zeros. 64 threads as 8 by 8: a
// thread has four neighbouring rows of a tile's product and every eighth column.
#include "kleiber.cuh"
#include "bfloat16.cuh"
#include "attention.cuh"

constexpr int TILE = 32;
constexpr int THREADS = 64;
constexpr int SIDE = 8;
constexpr int EACH = TILE / SIDE;
constexpr int WEIGHTS_PITCH = TILE + 1;

/// A pitch at which eight rows, read four floats at a time, lie in different banks.
template <int W>
constexpr int PITCH = W + 4;

using Place = PlaceOf<TILE>;

__device__ inline int own_row(int i) { return threadIdx.x / SIDE * EACH + i; }
__device__ inline int own_column(int j) { return threadIdx.x % SIDE + j * SIDE; }

/// Rows of a matrix, from a tile's first on, to shared memory.
template <int W>
__device__ void load(float* shared, Numbers matrix, int pitch, int tile, const Place& place) {
  for (int i = threadIdx.x; i < TILE * W; i += THREADS) {
    int row = tile * TILE + i / W;
    int column = i % W;
    bool inside = row < place.positions && column < place.width;
    shared[i / W * PITCH<W> + column] = inside ? matrix[static_cast<long long>(row) * pitch + column] : 0;
  }
}

/// products = A B^T.
template <int W>
__device__ void multiply_transposed(const float* a, const float* b, float (&products)[EACH][EACH]) {
#pragma unroll
  for (int i = 0; i < EACH; i++) {
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      products[i][j] = 0;
    }
  }
#pragma unroll 4
  for (int column = 0; column < W; column += 4) {
    float4 x[EACH];
    float4 y[EACH];
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      x[i] = *reinterpret_cast<const float4*>(a + own_row(i) * PITCH<W> + column);
      y[i] = *reinterpret_cast<const float4*>(b + own_column(i) * PITCH<W> + column);
    }
#pragma unroll
    for (int i = 0; i < EACH; i++) {
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        products[i][j] += x[i].x * y[j].x + x[i].y * y[j].y + x[i].z * y[j].z + x[i].w * y[j].w;
      }
    }
  }
}

/// sums += weights · B, the weights given by value, through shared memory that the lanes of a warp share alone.
template <int W>
__device__ void add_product(
    const float (&own)[EACH][EACH], float* weights, const float* b, float (&sums)[EACH][W / SIDE]) {
  __syncwarp();
#pragma unroll
  for (int i = 0; i < EACH; i++) {
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      weights[own_row(i) * WEIGHTS_PITCH + own_column(j)] = own[i][j];
    }
  }
  __syncwarp();
#pragma unroll 4
  for (int k = 0; k < TILE; k++) {
    float x[EACH];
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      x[i] = weights[own_row(i) * WEIGHTS_PITCH + k];
    }
#pragma unroll
    for (int j = 0; j < W / SIDE; j++) {
      float y = b[k * PITCH<W> + own_column(j)];
#pragma unroll
      for (int i = 0; i < EACH; i++) {
        sums[i][j] += x[i] * y;
      }
    }
  }
}

template <int W>
__device__ void clear(float (&sums)[EACH][W / SIDE]) {
#pragma unroll
  for (int i = 0; i < EACH; i++) {
#pragma unroll
    for (int j = 0; j < W / SIDE; j++) {
      sums[i][j] = 0;
    }
  }
}

/// To the rows of a tile.
template <int W>
__device__ void store(
    const float (&sums)[EACH][W / SIDE], Results matrix, int pitch, int add, const Place& place) {
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    int row = place.tile * TILE + own_row(i);
#pragma unroll
    for (int j = 0; j < W / SIDE; j++) {
      if (row < place.positions && own_column(j) < place.width) {
        matrix.give(static_cast<long long>(row) * pitch + own_column(j), sums[i][j], add);
      }
    }
  }
}

template <int W>
__device__ void attention_forward(
    Numbers qkv, Results y, float* log_sum_exps, int positions, int heads, int key_heads, int window, int width,
    float scale) {
  float* q_shared = reinterpret_cast<float*>(dynamic_shared);
  float* k_shared = q_shared + TILE * PITCH<W>;
  float* v_shared = k_shared + TILE * PITCH<W>;
  float* weights = v_shared + TILE * PITCH<W>;
  Place place(positions, heads, key_heads, window, width, true);
  Numbers keys = qkv.from(place.keys(place.head / place.sharing()));
  Numbers values = qkv.from(place.values(place.head / place.sharing()));
  load<W>(q_shared, qkv.from(place.queries(place.head)), place.pitch, place.tile, place);
  float largest[EACH];
  float sum[EACH];
  float out[EACH][W / SIDE];
  clear<W>(out);
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    largest[i] = -infinity();
    sum[i] = 0;
  }
  int end = place.end_of_keys(place.tile * TILE + TILE);
  for (int tile = place.first_key(place.tile * TILE) / TILE; tile * TILE < end; tile++) {
    __syncthreads();
    load<W>(k_shared, keys, place.pitch, tile, place);
    load<W>(v_shared, values, place.pitch, tile, place);
    __syncthreads();
    float p[EACH][EACH];
    multiply_transposed<W>(q_shared, k_shared, p);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      float most = largest[i];
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        bool seen = place.sees(place.tile * TILE + own_row(i), tile * TILE + own_column(j));
        p[i][j] = seen ? scale * p[i][j] : -infinity();
        most = fmaxf(most, p[i][j]);
      }
      for (int mask = 1; mask < SIDE; mask *= 2) {
        most = fmaxf(most, __shfl_xor_sync(ALL, most, mask));
      }
      float base = most == -infinity() ? 0 : most; // of a row that has seen nothing yet
      float in_tile = 0;
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        p[i][j] = expf(p[i][j] - base);
        in_tile += p[i][j];
      }
      for (int mask = 1; mask < SIDE; mask *= 2) {
        in_tile += __shfl_xor_sync(ALL, in_tile, mask);
      }
      float shrink = expf(largest[i] - base);
      largest[i] = most;
      sum[i] = sum[i] * shrink + in_tile;
#pragma unroll
      for (int j = 0; j < W / SIDE; j++) {
        out[i][j] *= shrink;
      }
    }
    add_product<W>(p, weights, v_shared, out);
  }
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    float inverse = 1 / sum[i];
#pragma unroll
    for (int j = 0; j < W / SIDE; j++) {
      out[i][j] *= inverse;
    }
    int row = place.tile * TILE + own_row(i);
    if (row < positions && own_column(0) == 0) {
      log_sum_exps[place.numbers(place.head) + row] = largest[i] + logf(sum[i]);
    }
  }
  store<W>(out, y.from(place.output(place.head)), place.d, 0, place);
}

/// dq (+)= dS K for a tile of queries, dS = P (dP - delta) scale, P = exp(S - log-sum-exp), dP = dy V^T.
template <int W>
__device__ void attention_queries(
    Numbers qkv, Numbers dy, const float* log_sum_exps, const float* deltas, Results dqkv, int add,
    int positions, int heads, int key_heads, int window, int width, float scale) {
  float* q_shared = reinterpret_cast<float*>(dynamic_shared);
  float* dy_shared = q_shared + TILE * PITCH<W>;
  float* k_shared = dy_shared + TILE * PITCH<W>;
  float* v_shared = k_shared + TILE * PITCH<W>;
  float* weights = v_shared + TILE * PITCH<W>;
  Place place(positions, heads, key_heads, window, width, true);
  Numbers keys = qkv.from(place.keys(place.head / place.sharing()));
  Numbers values = qkv.from(place.values(place.head / place.sharing()));
  load<W>(q_shared, qkv.from(place.queries(place.head)), place.pitch, place.tile, place);
  load<W>(dy_shared, dy.from(place.output(place.head)), place.d, place.tile, place);
  float log_sum_exp[EACH];
  float delta[EACH];
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    int row = place.tile * TILE + own_row(i);
    bool inside = row < positions;
    log_sum_exp[i] = inside ? log_sum_exps[place.numbers(place.head) + row] : 0;
    delta[i] = inside ? deltas[place.numbers(place.head) + row] : 0;
  }
  float dq[EACH][W / SIDE];
  clear<W>(dq);
  int end = place.end_of_keys(place.tile * TILE + TILE);
  for (int tile = place.first_key(place.tile * TILE) / TILE; tile * TILE < end; tile++) {
    __syncthreads();
    load<W>(k_shared, keys, place.pitch, tile, place);
    load<W>(v_shared, values, place.pitch, tile, place);
    __syncthreads();
    float s[EACH][EACH];
    float dp[EACH][EACH];
    multiply_transposed<W>(q_shared, k_shared, s);
    multiply_transposed<W>(dy_shared, v_shared, dp);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        bool seen = place.sees(place.tile * TILE + own_row(i), tile * TILE + own_column(j));
        s[i][j] = seen ? expf(scale * s[i][j] - log_sum_exp[i]) * (dp[i][j] - delta[i]) * scale : 0;
      }
    }
    add_product<W>(s, weights, k_shared, dq);
  }
  store<W>(dq, dqkv.from(place.queries(place.head)), place.pitch, add, place);
}

/// dk (+)= dS^T q and dv (+)= P^T dy for a tile of keys, over the heads of queries that share them.
template <int W>
__device__ void attention_keys(
    Numbers qkv, Numbers dy, const float* log_sum_exps, const float* deltas, Results dqkv, int add,
    int positions, int heads, int key_heads, int window, int width, float scale) {
  float* k_shared = reinterpret_cast<float*>(dynamic_shared);
  float* v_shared = k_shared + TILE * PITCH<W>;
  float* q_shared = v_shared + TILE * PITCH<W>;
  float* dy_shared = q_shared + TILE * PITCH<W>;
  float* weights = dy_shared + TILE * PITCH<W>;
  Place place(positions, heads, key_heads, window, width, false);
  load<W>(k_shared, qkv.from(place.keys(place.head)), place.pitch, place.tile, place);
  load<W>(v_shared, qkv.from(place.values(place.head)), place.pitch, place.tile, place);
  float dk[EACH][W / SIDE];
  float dv[EACH][W / SIDE];
  clear<W>(dk);
  clear<W>(dv);
  int end = place.end_of_queries(place.tile * TILE + TILE - 1);
  for (int head = place.head * place.sharing(); head < (place.head + 1) * place.sharing(); head++) {
    for (int tile = place.first_query(place.tile * TILE) / TILE; tile * TILE < end; tile++) {
      __syncthreads();
      load<W>(q_shared, qkv.from(place.queries(head)), place.pitch, tile, place);
      load<W>(dy_shared, dy.from(place.output(head)), place.d, tile, place);
      __syncthreads();
      float p[EACH][EACH];
      float ds[EACH][EACH];
      multiply_transposed<W>(k_shared, q_shared, p);
      multiply_transposed<W>(v_shared, dy_shared, ds);
  #pragma unroll
      for (int j = 0; j < EACH; j++) {
        int query = tile * TILE + own_column(j);
        bool inside = query < positions;
        float log_sum_exp = inside ? log_sum_exps[place.numbers(head) + query] : 0;
        float delta = inside ? deltas[place.numbers(head) + query] : 0;
  #pragma unroll
        for (int i = 0; i < EACH; i++) {
          bool seen = inside && place.sees(query, place.tile * TILE + own_row(i));
          p[i][j] = seen ? expf(scale * p[i][j] - log_sum_exp) : 0;
          ds[i][j] = p[i][j] * (ds[i][j] - delta) * scale;
        }
      }
      add_product<W>(p, weights, dy_shared, dv);
      add_product<W>(ds, weights, q_shared, dk);
    }
  }
  store<W>(dk, dqkv.from(place.keys(place.head)), place.pitch, add, place);
  store<W>(dv, dqkv.from(place.values(place.head)), place.pitch, add, place);
}

/// delta[sequence, head, t] = the sum of y dy over the head's columns, y as it is or `rounded` to bfloat16. A warp for each
/// row and head, four a block along x; `size` counts them over all members.
extern "C" __global__ void attention_deltas(
    const void* y, int y_halves, int rounded, const float* dy, float* deltas, int positions, int heads, int width,
    long long size) {
  long long index = static_cast<long long>(blockIdx.x) * (blockDim.x / LANES) + threadIdx.x / LANES;
  if (index >= size) {
    return;
  }
  Numbers out{y, y_halves};
  float sum = 0;
  for (int i = lane_of_warp(); i < width; i += LANES) {
    float value = out[index * width + i];
    sum += (rounded ? bfloat16_value(bfloat16_bits(value)) : value) * dy[index * width + i];
  }
  sum = warp_sum(sum);
  if (lane_of_warp() == 0) {
    long long row = index / heads;
    deltas[(row / positions * heads + index % heads) * positions + row % positions] = sum;
  }
}

ATTENTION(attention, 16)
ATTENTION(attention, 32)
ATTENTION(attention, 64)
ATTENTION(attention, 128)
ATTENTION(attention, 256)
