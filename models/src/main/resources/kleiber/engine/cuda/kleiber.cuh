// What the kernels share. No header of a toolkit: NVRTC and nvcc know these words by themselves, and where there is no card
// an emulator defines them for a compiler of C++ before it reads this.
//
// Conventions: a tensor of activations is [M, size] without gaps, so what treats elements or rows alike runs over all
// members at once; a parameter of member m lies m * stride behind that of member 0. A kernel that takes `add` adds to the
// gradient, otherwise it writes it. Sums are taken in an order that the shape of one member decides: no atomics.
#pragma once

#ifdef __CUDACC__
extern __shared__ float4 dynamic_shared[];
#endif

constexpr int LANES = 32;
constexpr unsigned ALL = 0xffffffffu;

__device__ inline float infinity() { return __uint_as_float(0x7f800000u); }

__device__ inline int lane_of_warp() { return threadIdx.x % LANES; }

/// The index of this thread in a grid along x.
__device__ inline long long index_in_grid() {
  return static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x;
}

/// Elements that a thread of a bulk kernel has, so that enough of a card's memory is on its way.
constexpr int OF_BULK = 4;

/// One of them, in what a bulk kernel treats of its member: neighbouring threads have neighbours.
__device__ inline unsigned index_in_bulk(int which) {
  return (blockIdx.x * OF_BULK + which) * blockDim.x + threadIdx.x;
}

__device__ inline void give(float* gradient, long long i, float value, int add) {
  gradient[i] = add ? gradient[i] + value : value;
}

/// The sum over a warp, in every lane.
template <class T>
__device__ T warp_sum(T value) {
  for (int mask = LANES / 2; mask > 0; mask /= 2) {
    value += __shfl_xor_sync(ALL, value, mask);
  }
  return value;
}

/// The largest of a warp, in every lane.
__device__ inline float warp_max(float value) {
  for (int mask = LANES / 2; mask > 0; mask /= 2) {
    value = fmaxf(value, __shfl_xor_sync(ALL, value, mask));
  }
  return value;
}
