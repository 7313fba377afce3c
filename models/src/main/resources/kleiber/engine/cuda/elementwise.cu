// Kernels that treat each element alone, OF_BULK of them a thread, members along y; `size` counts the elements of one.
#include "kleiber.cuh"
#include "bfloat16.cuh"

/// 1 / (1 + e^-z), and what is left of it to 1, each with all its digits and for every z.
struct Sigmoid {
  float value;
  float rest;

  __device__ explicit Sigmoid(float z) {
    float e = expf(-fabsf(z));
    float near = 1 / (1 + e);
    float far = e * near;
    value = z < 0 ? far : near;
    rest = z < 0 ? near : far;
  }
};

/// x/2 (1 + tanh u) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
struct Gelu {
  static constexpr float LINEAR = 1.5957691216f;
  static constexpr float CUBIC = 0.0713548163f;

  static __device__ Sigmoid sigmoid(float x) { return Sigmoid(x * (LINEAR + CUBIC * x * x)); }
  static __device__ float value(float x) { return x * sigmoid(x).value; }
  static __device__ float slope(float x) {
    Sigmoid s = sigmoid(x);
    return s.value + s.value * s.rest * (x * (LINEAR + 3 * CUBIC * x * x));
  }
};

/// x times the normal distribution's cumulative.
struct GeluErf {
  static constexpr float HALF_ROOT = 0.7071067812f;
  static constexpr float DENSITY = 0.3989422804f;

  static __device__ float cumulative(float x) { return 0.5f * erfcf(-HALF_ROOT * x); }
  static __device__ float value(float x) { return x * cumulative(x); }
  static __device__ float slope(float x) {
    return cumulative(x) + x * (DENSITY * expf(-0.5f * x * x));
  }
};

/// x, and a bias of `columns` that is still to be added to its rows, unless that is null.
struct Biased {
  const float* x;
  const float* bias;
  int columns;

  __device__ Biased(const float* x, const float* bias, long long stride, int columns, unsigned size)
      : x(x + static_cast<long long>(blockIdx.y) * size), bias(bias == nullptr ? nullptr : bias + blockIdx.y * stride),
        columns(columns) {}
  __device__ float operator[](unsigned i) const { return bias == nullptr ? x[i] : x[i] + bias[i % columns]; }
};

/// Where a member's elements begin.
template <class T>
__device__ T of_member(T tensor, unsigned size) {
  return tensor + static_cast<long long>(blockIdx.y) * size;
}
__device__ inline Results of_member(Results tensor, unsigned size) {
  return tensor.from(static_cast<long long>(blockIdx.y) * size);
}

/// What `read` gives for each element of a thread, all of them before the first goes to `write`.
template <class Read, class Write>
__device__ void bulk(unsigned size, Read read, Write write) {
  decltype(read(0)) found[OF_BULK];
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i < size) {
      found[e] = read(i);
    }
  }
#pragma unroll
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i < size) {
      write(i, found[e]);
    }
  }
}

struct Two {
  float a, b;
};

struct Three {
  float a, b, c;
};

template <class Function>
__device__ void forward(Biased x, Results y, unsigned size) {
  Results out = of_member(y, size);
  bulk(
      size, [&](unsigned i) { return x[i]; }, [&](unsigned i, float in) { out.give(i, Function::value(in)); });
}

template <class Function>
__device__ void backward(Biased x, const float* dy, Results dx, int add, unsigned size) {
  const float* gradient = of_member(dy, size);
  Results out = of_member(dx, size);
  bulk(
      size, [&](unsigned i) { return Two{x[i], gradient[i]}; },
      [&](unsigned i, Two in) { out.give(i, in.b * Function::slope(in.a), add); });
}

extern "C" __global__ void gelu_forward(
    const float* x, const float* bias, long long stride, int columns, void* y, int y_halves, unsigned size) {
  forward<Gelu>(Biased(x, bias, stride, columns, size), {y, y_halves}, size);
}

extern "C" __global__ void gelu_backward(
    const float* x, const float* bias, long long stride, int columns, const float* dy, void* dx, int dx_halves, int add,
    unsigned size) {
  backward<Gelu>(Biased(x, bias, stride, columns, size), dy, {dx, dx_halves}, add, size);
}

extern "C" __global__ void gelu_erf_forward(
    const float* x, const float* bias, long long stride, int columns, void* y, int y_halves, unsigned size) {
  forward<GeluErf>(Biased(x, bias, stride, columns, size), {y, y_halves}, size);
}

extern "C" __global__ void gelu_erf_backward(
    const float* x, const float* bias, long long stride, int columns, const float* dy, void* dx, int dx_halves, int add,
    unsigned size) {
  backward<GeluErf>(Biased(x, bias, stride, columns, size), dy, {dx, dx_halves}, add, size);
}

/// y = silu(a) b, a and b the halves of a row of 2 f columns; size counts elements of y.
extern "C" __global__ void gate_forward(const float* x, void* y, int y_halves, int f, unsigned size) {
  const float* in = x + 2LL * blockIdx.y * size;
  Results out = of_member(Results{y, y_halves}, size);
  bulk(
      size,
      [&](unsigned i) {
        long long a = i + static_cast<long long>(i / f) * f;
        return Two{in[a], in[a + f]};
      },
      [&](unsigned i, Two x) { out.give(i, x.a * Sigmoid(x.a).value * x.b); });
}

extern "C" __global__ void gate_backward(
    const float* x, const float* dy, void* dx, int dx_halves, int add, int f, unsigned size) {
  const float* in = x + 2LL * blockIdx.y * size;
  const float* gradient = of_member(dy, size);
  Results out = Results{dx, dx_halves}.from(2LL * blockIdx.y * size);
  bulk(
      size,
      [&](unsigned i) {
        long long a = i + static_cast<long long>(i / f) * f;
        return Three{in[a], in[a + f], gradient[i]};
      },
      [&](unsigned i, Three x) {
        long long a = i + static_cast<long long>(i / f) * f;
        Sigmoid s(x.a);
        out.give(a, x.c * x.b * s.value * (1 + x.a * s.rest), add);
        out.give(a + f, x.c * x.a * s.value, add);
      });
}

/// y = a + b, b with the bias that is still to be added to it.
extern "C" __global__ void add_forward(
    const float* a, const float* b, const float* bias, long long stride, int columns, float* y, unsigned size) {
  Biased biased(b, bias, stride, columns, size);
  const float* first = of_member(a, size);
  float* out = of_member(y, size);
  bulk(
      size, [&](unsigned i) { return Two{first[i], biased[i]}; }, [&](unsigned i, Two in) { out[i] = in.a + in.b; });
}

extern "C" __global__ void add_backward(
    const float* dy, float* da, int add_a, void* db, int db_halves, int add_b, unsigned size) {
  const float* gradient = of_member(dy, size);
  float* of_a = of_member(da, size);
  Results of_b = of_member(Results{db, db_halves}, size);
  bulk(
      size, [&](unsigned i) { return gradient[i]; },
      [&](unsigned i, float value) {
        give(of_a, i, value, add_a);
        of_b.give(i, value, add_b);
      });
}

/// A row, or the columns of a table's rows, added to what has as many elements or a multiple of them: a bias to [R, O], or
/// positions to [B, T, D]. x may be y.
extern "C" __global__ void repeated_add(
    const float* x, const float* table, long long stride, int table_size, void* y, int y_halves, unsigned size) {
  Biased sum(x, table, stride, table_size, size);
  Results out = of_member(Results{y, y_halves}, size);
  bulk(
      size, [&](unsigned i) { return sum[i]; }, [&](unsigned i, float value) { out.give(i, value); });
}

/// dx of what had something added to it.
extern "C" __global__ void pass_gradient(const float* dy, float* dx, int add, unsigned size) {
  const float* gradient = of_member(dy, size);
  float* out = of_member(dx, size);
  bulk(
      size, [&](unsigned i) { return gradient[i]; }, [&](unsigned i, float value) { give(out, i, value, add); });
}

/// Zeros in a parameter's gradient.
extern "C" __global__ void clear(float* gradient, long long stride, unsigned size) {
  for (int e = 0; e < OF_BULK; e++) {
    unsigned i = index_in_bulk(e);
    if (i < size) {
      gradient[blockIdx.y * stride + i] = 0;
    }
  }
}
