// Muon on one matrix of every member, members along y. What the optimizer holds lies `stride` apart, all else without gaps.
#include "kleiber.cuh"

/// Numbers of a member among the settings: active (1 or 0), gradient scale, momentum, learning rate, learning rate · decay.
constexpr int SETTINGS = 10;

/// The momentum takes the gradient in; the direction, [M, size], is looked for one step ahead.
extern "C" __global__ void muon_direction(
    const float* gradient, float* first, long long stride, const float* settings, float* direction, int size) {
  const float* own = settings + blockIdx.y * SETTINGS;
  long long i = index_in_grid();
  if (i >= size) {
    return;
  }
  long long at = blockIdx.y * stride + i;
  float g = gradient[at] * own[1];
  float m = own[2] * first[at] + g;
  if (own[0] != 0) {
    first[at] = m;
  }
  direction[static_cast<long long>(blockIdx.y) * size + i] = g + own[2] * m;
}

/// direction /= norm + small.
extern "C" __global__ void muon_normalize(float* direction, const double* norms, int size, float small) {
  long long i = index_in_grid();
  if (i < size) {
    long long at = static_cast<long long>(blockIdx.y) * size + i;
    direction[at] = static_cast<float>(direction[at] / (norms[blockIdx.y] + small));
  }
}

/// What holds S^2 becomes a I + b S + c S^2, [M, n, n].
extern "C" __global__ void muon_polynomial(const float* s, float* p, int n, float a, float b, float c) {
  long long i = index_in_grid();
  if (i < static_cast<long long>(n) * n) {
    long long at = static_cast<long long>(blockIdx.y) * n * n + i;
    p[at] = b * s[at] + c * p[at] + (i / n == i % n ? a : 0);
  }
}

/// The weights follow the orthogonal direction, [M, size], and decay.
extern "C" __global__ void muon_update(
    float* w, long long stride, const float* settings, const float* direction, int size, float factor, int decays) {
  const float* own = settings + blockIdx.y * SETTINGS;
  long long i = index_in_grid();
  if (i >= size || own[0] == 0) {
    return;
  }
  long long at = blockIdx.y * stride + i;
  float decay = decays ? own[4] : 0;
  w[at] = w[at] - decay * w[at] - own[3] * factor * direction[static_cast<long long>(blockIdx.y) * size + i];
}
