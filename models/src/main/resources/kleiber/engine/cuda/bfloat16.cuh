// bfloat16 as its 16 bits.
#pragma once
#include "kleiber.cuh"

/// The nearest bfloat16, of two equally near the even one; NaN stays NaN, subnormal numbers become zero.
__device__ inline unsigned short bfloat16_bits(float value) {
  unsigned bits = __float_as_uint(value);
  unsigned magnitude = bits & 0x7fffffffu;
  if (magnitude < 0x00800000u) {
    return 0;
  }
  if (magnitude > 0x7f800000u) {
    return static_cast<unsigned short>((bits | 0x00400000u) >> 16);
  }
  return static_cast<unsigned short>((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

__device__ inline float bfloat16_value(unsigned short bits) { return __uint_as_float(static_cast<unsigned>(bits) << 16); }

/// A tensor of float32 or, with `halves`, of bfloat16, to be read.
struct Numbers {
  const void* first;
  int halves;

  __device__ const unsigned short* as_halves() const { return static_cast<const unsigned short*>(first); }
  __device__ const float* as_floats() const { return static_cast<const float*>(first); }

  __device__ Numbers from(long long i) const {
    return halves ? Numbers{as_halves() + i, 1} : Numbers{as_floats() + i, 0};
  }
  __device__ float operator[](long long i) const {
    return halves ? bfloat16_value(as_halves()[i]) : as_floats()[i];
  }
};

/// One to be written.
struct Results {
  void* first;
  int halves;

  __device__ Results from(long long i) const {
    return halves ? Results{static_cast<unsigned short*>(first) + i, 1} : Results{static_cast<float*>(first) + i, 0};
  }
  /// Rounds where it must; adds to what is there only if that is float32.
  __device__ void give(long long i, float value, int add = 0) const {
    if (halves) {
      static_cast<unsigned short*>(first)[i] = bfloat16_bits(value);
    } else {
      ::give(static_cast<float*>(first), i, value, add);
    }
  }
};
