// bfloat16 as its 16 bits.
#pragma once

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
