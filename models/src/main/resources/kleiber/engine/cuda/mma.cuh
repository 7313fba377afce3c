// Products of matrices of bfloat16 by a warp, summed in float32: tensor cores from sm_80 on.
//
// A is 16 x 16, B 16 x 8, C 16 x 8. With g = lane / 4 and t = lane % 4, a lane holds of A the pairs of columns (2t, 2t+1) in
// rows g and g + 8, then (2t+8, 2t+9) in the same rows; of B the pairs of rows (2t, 2t+1) and (2t+8, 2t+9) in column g; of C
// columns 2t and 2t+1 in row g, then in row g + 8. The first of a pair is in the lower half.
#pragma once

/// C += A B.
__device__ inline void multiply_add(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
#if !defined(__CUDACC__)
  emulator::multiply_add(c, a, b0, b1);
#elif __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
  asm volatile("trap;");
#endif
}

/// Two numbers rounded to bfloat16, the first in the lower half.
__device__ inline unsigned pair_of(float first, float second) {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
  return pair;
#else
  return bfloat16_bits(first) | static_cast<unsigned>(bfloat16_bits(second)) << 16;
#endif
}
