// Kernels that treat each element alone.
#include "kleiber.cuh"

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

template <class Function>
__device__ void forward(const float* x, float* y, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    y[i] = Function::value(x[i]);
  }
}

template <class Function>
__device__ void backward(const float* x, const float* dy, float* dx, int add, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    give(dx, i, dy[i] * Function::slope(x[i]), add);
  }
}

extern "C" __global__ void gelu_forward(const float* x, float* y, long long size) {
  forward<Gelu>(x, y, size);
}

extern "C" __global__ void gelu_backward(const float* x, const float* dy, float* dx, int add, long long size) {
  backward<Gelu>(x, dy, dx, add, size);
}

extern "C" __global__ void gelu_erf_forward(const float* x, float* y, long long size) {
  forward<GeluErf>(x, y, size);
}

extern "C" __global__ void gelu_erf_backward(const float* x, const float* dy, float* dx, int add, long long size) {
  backward<GeluErf>(x, dy, dx, add, size);
}

/// y = silu(a) b, a and b the halves of a row of 2 f columns; size counts elements of y.
extern "C" __global__ void gate_forward(const float* x, float* y, int f, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    long long a = i + i / f * f;
    y[i] = x[a] * Sigmoid(x[a]).value * x[a + f];
  }
}

extern "C" __global__ void gate_backward(
    const float* x, const float* dy, float* dx, int add, int f, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    long long a = i + i / f * f;
    Sigmoid s(x[a]);
    give(dx, a, dy[i] * x[a + f] * s.value * (1 + x[a] * s.rest), add);
    give(dx, a + f, dy[i] * x[a] * s.value, add);
  }
}

extern "C" __global__ void add_forward(const float* a, const float* b, float* y, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    y[i] = a[i] + b[i];
  }
}

extern "C" __global__ void add_backward(
    const float* dy, float* da, int add_a, float* db, int add_b, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    float gradient = dy[i];
    give(da, i, gradient, add_a);
    give(db, i, gradient, add_b);
  }
}

/// A row, or the columns of a table's rows, added to what has as many elements or a multiple of them: a bias to [R, O], or
/// positions to [B, T, D]. Members along y; size counts the elements of one. x may be y.
extern "C" __global__ void repeated_add(
    const float* x, const float* table, long long stride, int table_size, float* y, int size) {
  long long i = index_in_grid();
  if (i < size) {
    long long at = static_cast<long long>(blockIdx.y) * size + i;
    y[at] = x[at] + table[blockIdx.y * stride + i % table_size];
  }
}

/// dx of what had something added to it.
extern "C" __global__ void pass_gradient(const float* dy, float* dx, int add, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    give(dx, i, dy[i], add);
  }
}

/// Zeros in a parameter's gradient. Members along y.
extern "C" __global__ void clear(float* gradient, long long stride, int size) {
  long long i = index_in_grid();
  if (i < size) {
    gradient[blockIdx.y * stride + i] = 0;
  }
}
