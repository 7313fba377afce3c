// CUDA C++ on a CPU: put before the very source that a card's compiler gets. Each thread of a block is a fiber; a fiber
// runs until it waits for others or ends. Blocks run one after another. What a race leaves to chance depends here on the
// schedule alone, so that two schedules with equal results say that there is none where they were compared.
#pragma once
#include <csetjmp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <ucontext.h>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
// All in one section, to be filled with NaN before each block.
#define __shared__ static __attribute__((section("block_shared")))

struct uint3 {
  unsigned x, y, z;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

extern uint3 threadIdx, blockIdx, blockDim, gridDim;
extern float4* dynamic_shared;

namespace emulator {
constexpr int WARP = 32;

/// Fibers that wait for one another: all of a block, or of a warp.
struct Meeting {
  int members = 0;
  int arrived = 0;
  long held = 0;
};

/// What a warp's lanes show one another; two, as a lane may be one exchange ahead of another.
struct Exchange {
  uint32_t words[2][WARP][8];
};

int lane();
Exchange& exchange();
int turn();
void meet_warp();
void meet_block();
bool any_of_block(bool vote);
}  // namespace emulator

inline void __syncthreads() { emulator::meet_block(); }
inline void __syncwarp(unsigned = ~0u) { emulator::meet_warp(); }

inline int __syncthreads_or(int vote) { return emulator::any_of_block(vote != 0); }

template <class T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  static_assert(sizeof(T) % 4 == 0 && sizeof(T) <= 32);
  int turn = emulator::turn();
  emulator::Exchange& exchange = emulator::exchange();
  memcpy(exchange.words[turn][emulator::lane()], &value, sizeof(T));
  emulator::meet_warp();
  T other;
  memcpy(&other, exchange.words[turn][emulator::lane() ^ mask], sizeof(T));
  return other;
}

inline unsigned __ballot_sync(unsigned, int predicate) {
  int turn = emulator::turn();
  emulator::Exchange& exchange = emulator::exchange();
  exchange.words[turn][emulator::lane()][0] = predicate != 0;
  emulator::meet_warp();
  unsigned votes = 0;
  for (int lane = 0; lane < emulator::WARP; lane++) {
    votes |= exchange.words[turn][lane][0] << lane;
  }
  return votes;
}

inline int __ffs(int value) { return __builtin_ffs(value); }
inline int __popc(unsigned value) { return __builtin_popcount(value); }
inline float __uint_as_float(unsigned bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}
inline unsigned __float_as_uint(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}
inline float rsqrtf(float x) { return 1 / sqrtf(x); }
template <class T>
T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
T max(T a, T b) {
  return a < b ? b : a;
}

namespace emulator {
inline float half_of(unsigned pair, int which) {
  return __uint_as_float(which == 0 ? pair << 16 : pair & 0xffff0000u);
}

/// C [16, 8] += A [16, 16] B [16, 8], each spread over a warp as the cards' mma.m16n8k16 has it.
inline void multiply_add(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  int shown = turn();
  uint32_t(&words)[WARP][8] = exchange().words[shown];
  uint32_t own[6] = {a[0], a[1], a[2], a[3], b0, b1};
  memcpy(words[lane()], own, sizeof(own));
  meet_warp();
  for (int e = 0; e < 4; e++) {
    int row = lane() / 4 + e / 2 * 8;
    int column = lane() % 4 * 2 + e % 2;
    double sum = 0;
    for (int k = 0; k < 16; k++) {
      int of_a = row % 8 * 4 + k % 8 / 2;
      int of_b = column * 4 + k % 8 / 2;
      sum += half_of(words[of_a][row / 8 + k / 8 * 2], k % 2) * half_of(words[of_b][4 + k / 8], k % 2);
    }
    c[e] += static_cast<float>(sum);
  }
}
}  // namespace emulator
