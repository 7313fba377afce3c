// Gradient descent with momentum over stretches of the parameters of all members, which lie as for adamw.cu.
#include "kleiber.cuh"

/// Numbers of a member among the settings: active (1 or 0), gradient scale, momentum, Nesterov (1 or 0), learning rate,
/// learning rate · decay.
constexpr int SETTINGS = 10;

/// Nothing is written to `second`.
extern "C" __global__ void sgd(
    float* w, const float* gradient, float* first, float* second, const float* settings, long long from, long long to,
    float rate, long long decayed, long long stride) {
  const float* own = settings + blockIdx.y * SETTINGS;
  long long in_member = from + index_in_grid();
  if (in_member >= to || own[0] == 0) {
    return;
  }
  long long i = blockIdx.y * stride + in_member;
  float g = gradient[i] * own[1];
  float m = own[2] * first[i] + g;
  float decay = in_member < decayed ? own[5] : 0;
  first[i] = m;
  w[i] = w[i] - decay * w[i] - own[4] * rate * (own[3] == 0 ? m : g + own[2] * m);
}
