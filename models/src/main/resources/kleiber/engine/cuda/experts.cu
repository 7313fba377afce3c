// A mixture of experts: each row chooses K of E experts, its slots. Members have rows · E numbers for the choice.
#include "kleiber.cuh"

constexpr int TILE = 32;
constexpr int OF_THREAD = 4;
constexpr int THREADS = 256;

/// What a choice goes by: NaN is infinite, so that a router that is not a number is noticed at once.
__device__ static float rank_of(float x) { return x == x ? x : infinity(); }

/// Whether fewer than `count` of a row's numbers come before one: are larger, or as large with a lower index.
__device__ static bool is_chosen(const float* row, int experts, int expert, int count) {
  float own = rank_of(row[expert]);
  int before = 0;
  for (int other = 0; other < experts; other++) {
    float x = rank_of(row[other]);
    before += x > own || (x == own && other < expert);
  }
  return before < count;
}

/// The sum over a block of THREADS, in every thread.
__device__ static int block_sum(int value) {
  __shared__ int of_warps[THREADS / LANES];
  value = warp_sum(value);
  __syncthreads();
  if (lane_of_warp() == 0) {
    of_warps[threadIdx.x / LANES] = value;
  }
  __syncthreads();
  int sum = 0;
  for (int warp = 0; warp < THREADS / LANES; warp++) {
    sum += of_warps[warp];
  }
  return sum;
}

/// gates = softmax(scale logits) for the chosen, divided by their sum if renormalized, 0 for the others. Probabilities and
/// the logarithms of sums are kept. One thread for each row of all members.
extern "C" __global__ void route_forward(
    const float* logits, float* gates, float* probabilities, float* log_sums, int experts, int count, int renormalized,
    float scale, long long rows) {
  long long row = index_in_grid();
  if (row >= rows) {
    return;
  }
  const float* in = logits + row * experts;
  float* p = probabilities + row * experts;
  float max = -infinity();
  for (int e = 0; e < experts; e++) {
    max = fmaxf(max, scale * in[e]);
  }
  float sum = 0;
  for (int e = 0; e < experts; e++) {
    sum += expf(scale * in[e] - max);
  }
  log_sums[row] = max + logf(sum);
  float of_chosen = 0;
  for (int e = 0; e < experts; e++) {
    p[e] = expf(scale * in[e] - max) / sum;
    of_chosen += is_chosen(in, experts, e, count) ? p[e] : 0;
  }
  for (int e = 0; e < experts; e++) {
    float gate = renormalized ? p[e] / of_chosen : p[e];
    gates[row * experts + e] = is_chosen(in, experts, e, count) ? gate : 0;
  }
}

/// shares[sequence, e] = the share of the sequence's slots that an expert has. Sequences of all members along x, experts
/// along y.
extern "C" __global__ void route_shares(const float* logits, float* shares, int experts, int count, int positions) {
  int expert = blockIdx.y;
  const float* sequence = logits + static_cast<long long>(blockIdx.x) * positions * experts;
  int taken = 0;
  for (int t = threadIdx.x; t < positions; t += THREADS) {
    taken += is_chosen(sequence + static_cast<long long>(t) * experts, experts, expert, count);
  }
  taken = block_sum(taken);
  if (threadIdx.x == 0) {
    shares[static_cast<long long>(blockIdx.x) * experts + expert] = static_cast<float>(taken) / (positions * count);
  }
}

/// dlogits from the gates, from the balance, which is divided by the rows of a member already, and from the logarithm of the
/// sum, its coefficient doubled and divided as well. One thread for each row of all members.
extern "C" __global__ void route_backward(
    const float* logits, const float* gates, const float* dgates, const float* probabilities, const float* log_sums,
    const float* shares, float* dlogits, int add, int experts, int count, int renormalized, int positions, float scale,
    float balance, float z, long long rows) {
  long long row = index_in_grid();
  if (row >= rows) {
    return;
  }
  const float* in = logits + row * experts;
  const float* g = gates + row * experts;
  const float* dg = dgates + row * experts;
  const float* p = probabilities + row * experts;
  const float* share = shares + row / positions * experts;
  float expected = 0;
  float mean_share = 0;
  for (int e = 0; e < experts; e++) {
    expected += is_chosen(in, experts, e, count) ? g[e] * dg[e] : 0;
    mean_share += share[e] * p[e];
  }
  float of_z = z * log_sums[row];
  for (int e = 0; e < experts; e++) {
    float upstream = is_chosen(in, experts, e, count) ? dg[e] : 0;
    float slope = (renormalized ? g[e] : p[e]) * (upstream - expected);
    slope += p[e] * (balance * (share[e] - mean_share) + of_z);
    give(dlogits, row * experts + e, scale * slope, add);
  }
}

/// choices[row, j] = the expert of a slot. One thread for each row of all members.
extern "C" __global__ void expert_choices(const float* gates, int* choices, int experts, int slots, long long rows) {
  long long row = index_in_grid();
  if (row >= rows) {
    return;
  }
  int slot = 0;
  for (int e = 0; e < experts; e++) {
    if (is_chosen(gates + row * experts, experts, e, slots)) {
      choices[row * slots + slot++] = e;
    }
  }
}

/// places[m] lists a member's slots by expert, those of one in their order; an expert's begin at begins[m, e] and end where
/// the next one's begin. One block for each expert along x, members along y.
extern "C" __global__ void expert_places(const int* choices, int* places, int* begins, int slots_of_member) {
  __shared__ int of_warps[THREADS / LANES];
  int expert = blockIdx.x;
  int warp = threadIdx.x / LANES;
  const int* own = choices + static_cast<long long>(blockIdx.y) * slots_of_member;
  int before = 0;
  for (int slot = threadIdx.x; slot < slots_of_member; slot += THREADS) {
    before += own[slot] < expert;
  }
  int end = block_sum(before);
  int* begins_of_member = begins + static_cast<long long>(blockIdx.y) * (gridDim.x + 1);
  if (threadIdx.x == 0) {
    begins_of_member[expert] = end;
  }
  for (int first = 0; first < slots_of_member; first += THREADS) {
    int slot = first + threadIdx.x;
    bool is_own = slot < slots_of_member && own[slot] == expert;
    unsigned votes = __ballot_sync(ALL, is_own);
    if (lane_of_warp() == 0) {
      of_warps[warp] = __popc(votes);
    }
    __syncthreads();
    int place = end + __popc(votes & ((1u << lane_of_warp()) - 1));
    for (int w = 0; w < THREADS / LANES; w++) {
      place += w < warp ? of_warps[w] : 0;
      end += of_warps[w];
    }
    if (is_own) {
      places[static_cast<long long>(blockIdx.y) * slots_of_member + place] = slot;
    }
    __syncthreads();
  }
  if (threadIdx.x == 0 && expert == gridDim.x - 1) {
    begins_of_member[gridDim.x] = end;
  }
}

/// The slots of an expert of a member, by `expert_places`.
struct Slots {
  const int* own;
  int count;

  __device__ Slots(const int* places, const int* begins, long long member, int expert, int experts, int of_member) {
    const int* first = begins + member * (experts + 1) + expert;
    own = places + member * of_member + first[0];
    count = first[1] - first[0];
  }
};

/// y[slot] (+)= x[slot / sharing] · w[e] + bias[e] over the slots of each expert; w is read at `by_row` and `by_column`, so
/// that it may be the transpose. Tiles of slots along x, of columns along y, experts of all members along z; blocks of 256.
extern "C" __global__ void expert_product(
    const float* x, int sharing, const float* w, int by_row, int by_column, const float* bias, long long stride, float* y,
    int add, const int* places, const int* begins, int slots_of_member, int experts, int in, int out) {
  __shared__ float x_tile[TILE][TILE + 1];
  __shared__ float w_tile[TILE][TILE + 1];
  long long member = blockIdx.z / experts;
  int expert = blockIdx.z % experts;
  Slots slots(places, begins, member, expert, experts, slots_of_member);
  int first = blockIdx.x * TILE;
  if (first >= slots.count) {
    return;
  }
  const float* x_of_member = x + member * (slots_of_member / sharing) * in;
  const float* w_of_expert = w + member * stride + static_cast<long long>(expert) * in * out;
  int lane = threadIdx.x % TILE;
  int group = threadIdx.x / TILE * OF_THREAD;
  int column = blockIdx.y * TILE + lane;
  float sums[OF_THREAD] = {0, 0, 0, 0};
  for (int from = 0; from < in; from += TILE) {
    for (int n = 0; n < OF_THREAD; n++) {
      int place = first + group + n;
      int i = from + lane;
      x_tile[group + n][lane] =
          place < slots.count && i < in ? x_of_member[static_cast<long long>(slots.own[place] / sharing) * in + i] : 0;
      int row = from + group + n;
      w_tile[group + n][lane] = row < in && column < out
          ? w_of_expert[static_cast<long long>(row) * by_row + static_cast<long long>(column) * by_column]
          : 0;
    }
    __syncthreads();
    for (int i = 0; i < TILE; i++) {
      for (int n = 0; n < OF_THREAD; n++) {
        sums[n] += x_tile[group + n][i] * w_tile[i][lane];
      }
    }
    __syncthreads();
  }
  for (int n = 0; n < OF_THREAD; n++) {
    int place = first + group + n;
    if (place < slots.count && column < out) {
      float shift = bias == nullptr ? 0 : bias[member * stride + static_cast<long long>(expert) * out + column];
      long long at = (member * slots_of_member + slots.own[place]) * out + column;
      give(y, at, sums[n] + shift, add);
    }
  }
}

/// dw[e] (+)= xᵀ · dy over the slots of each expert, in their order. Tiles of rows of w along x, of columns along y, experts
/// of all members along z; blocks of 256.
extern "C" __global__ void expert_weights(
    const float* x, int sharing, const float* dy, float* dw, long long stride, int add, const int* places,
    const int* begins, int slots_of_member, int experts, int in, int out) {
  __shared__ float x_tile[TILE][TILE + 1];
  __shared__ float dy_tile[TILE][TILE + 1];
  long long member = blockIdx.z / experts;
  int expert = blockIdx.z % experts;
  Slots slots(places, begins, member, expert, experts, slots_of_member);
  const float* x_of_member = x + member * (slots_of_member / sharing) * in;
  const float* dy_of_member = dy + member * slots_of_member * out;
  int lane = threadIdx.x % TILE;
  int group = threadIdx.x / TILE * OF_THREAD;
  int row = blockIdx.x * TILE + lane;
  int column = blockIdx.y * TILE + lane;
  float sums[OF_THREAD] = {0, 0, 0, 0};
  for (int from = 0; from < slots.count; from += TILE) {
    for (int n = 0; n < OF_THREAD; n++) {
      int place = from + group + n;
      int slot = place < slots.count ? slots.own[place] : 0;
      x_tile[group + n][lane] =
          place < slots.count && row < in ? x_of_member[static_cast<long long>(slot / sharing) * in + row] : 0;
      dy_tile[group + n][lane] =
          place < slots.count && column < out ? dy_of_member[static_cast<long long>(slot) * out + column] : 0;
    }
    __syncthreads();
    for (int i = 0; i < TILE; i++) {
      for (int n = 0; n < OF_THREAD; n++) {
        sums[n] += x_tile[i][group + n] * dy_tile[i][lane];
      }
    }
    __syncthreads();
  }
  float* dw_of_expert = dw + member * stride + static_cast<long long>(expert) * in * out;
  for (int n = 0; n < OF_THREAD; n++) {
    int i = blockIdx.x * TILE + group + n;
    if (i < in && column < out) {
      give(dw_of_expert, static_cast<long long>(i) * out + column, sums[n], add);
    }
  }
}

/// dbias[e] (+)= the sum of dy over the slots of each expert, in their order. Columns along x, experts of all members along
/// y.
extern "C" __global__ void expert_biases(
    const float* dy, float* dbias, long long stride, int add, const int* places, const int* begins, int slots_of_member,
    int experts, int out) {
  long long member = blockIdx.y / experts;
  int expert = blockIdx.y % experts;
  long long column = index_in_grid();
  if (column >= out) {
    return;
  }
  Slots slots(places, begins, member, expert, experts, slots_of_member);
  const float* of_member = dy + member * slots_of_member * out + column;
  float sum = 0;
  for (int place = 0; place < slots.count; place++) {
    sum += of_member[static_cast<long long>(slots.own[place]) * out];
  }
  give(dbias, member * stride + static_cast<long long>(expert) * out + column, sum, add);
}

/// dx[row] (+)= the sum of what its slots give. One thread for each element of all members.
extern "C" __global__ void sum_of_slots(const float* of_slots, float* dx, int add, int slots, int width, long long size) {
  long long i = index_in_grid();
  if (i >= size) {
    return;
  }
  const float* first = of_slots + i / width * slots * width + i % width;
  float sum = 0;
  for (int slot = 0; slot < slots; slot++) {
    sum += first[static_cast<long long>(slot) * width];
  }
  give(dx, i, sum, add);
}

/// y[row] = the sum of gate · x over its slots. One thread for each element of all members.
extern "C" __global__ void combine_forward(
    const float* x, const float* gates, const int* choices, float* y, int experts, int slots, int width, long long size) {
  long long i = index_in_grid();
  if (i >= size) {
    return;
  }
  long long row = i / width;
  float sum = 0;
  for (long long slot = row * slots; slot < (row + 1) * slots; slot++) {
    sum += gates[row * experts + choices[slot]] * x[slot * width + i % width];
  }
  y[i] = sum;
}

/// dx of the slots and dgates. A warp takes a row; rows of all members along x, eight a block.
extern "C" __global__ void combine_backward(
    const float* x, const float* gates, const int* choices, const float* dy, float* dx, int add_x, float* dgates,
    int add_gates, int experts, int slots, int width, long long rows) {
  long long row = static_cast<long long>(blockIdx.x) * (THREADS / LANES) + threadIdx.x / LANES;
  if (row >= rows) {
    return;
  }
  for (int e = lane_of_warp(); e < experts && !add_gates; e += LANES) {
    dgates[row * experts + e] = 0;
  }
  __syncwarp();
  for (long long slot = row * slots; slot < (row + 1) * slots; slot++) {
    long long gate = row * experts + choices[slot];
    float dot = 0;
    for (int i = lane_of_warp(); i < width; i += LANES) {
      float gradient = dy[row * width + i];
      dot += x[slot * width + i] * gradient;
      give(dx, slot * width + i, gates[gate] * gradient, add_x);
    }
    dot = warp_sum(dot);
    if (lane_of_warp() == 0) {
      dgates[gate] += dot;
    }
  }
}
