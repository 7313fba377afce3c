// The emulator's machinery: fibers and their meetings, launches by name, products by plain loops.
#include "emulator.h"

#include <algorithm>
#include <utility>

uint3 threadIdx, blockIdx, blockDim, gridDim;
float4* dynamic_shared;

extern "C" char __start_block_shared[] __attribute__((weak));
extern "C" char __stop_block_shared[] __attribute__((weak));

namespace emulator {
constexpr int MOST = 1024;
constexpr size_t STACK = 128 << 10;

/// Runs threads one after another; one that waits keeps its fiber, and another fiber goes on with the rest.
struct Fiber {
  ucontext_t begin;
  jmp_buf here;
  std::vector<char> stack;
  bool begun = false;
  bool busy = false;
  int thread = 0;
  int turn = 0;
  Meeting* waits = nullptr;
  long until = 0;
};

static Fiber fibers[MOST];
static Meeting block;
static Meeting warps[MOST / WARP];
static Exchange exchanges[MOST / WARP];
static jmp_buf scheduler;
static Fiber* current;
static void (*body)(void** arguments);
static void** body_arguments;
static int threads, started, ended;
static bool last_first;

int lane() { return current->thread % WARP; }
Exchange& exchange() { return exchanges[current->thread / WARP]; }
int turn() { return current->turn ^= 1; }

/// To the scheduler and, when it is this fiber's turn again, back. The jumps of setjmp keep the signal mask, which
/// swapcontext would set by a call of the system each time.
static void pause() {
  if (_setjmp(current->here) == 0) {
    _longjmp(scheduler, 1);
  }
}

static void meet(Meeting& meeting) {
  if (++meeting.arrived == meeting.members) {
    meeting.arrived = 0;
    meeting.held++;
    return;
  }
  current->waits = &meeting;
  current->until = meeting.held + 1;
  pause();
}

void meet_block() { meet(block); }
void meet_warp() { meet(warps[current->thread / WARP]); }

bool any_of_block(bool vote) {
  static bool any[2];
  bool& ours = any[block.held % 2];
  ours = vote || (block.arrived > 0 && ours);
  meet_block();
  return ours;
}

static void live() {
  for (;;) {
    while (started < threads) {
      current->thread = last_first ? threads - 1 - started : started;
      current->turn = 0;
      threadIdx.x = current->thread;
      started++;
      body(body_arguments);
      ended++;
    }
    current->busy = false;
    pause();
  }
}

static void resume(Fiber& fiber) {
  current = &fiber;
  threadIdx.x = fiber.thread;
  fiber.busy = true;
  fiber.waits = nullptr;
  if (_setjmp(scheduler) == 0) {
    if (fiber.begun) {
      _longjmp(fiber.here, 1);
    }
    fiber.begun = true;
    fiber.stack.resize(STACK);
    getcontext(&fiber.begin);
    fiber.begin.uc_stack.ss_sp = fiber.stack.data();
    // Tops of stacks at one place of their pages would all want the same lines of the cache.
    fiber.begin.uc_stack.ss_size = fiber.stack.size() - (&fiber - fibers) * 320 % 16384;
    makecontext(&fiber.begin, live, 0);
    setcontext(&fiber.begin);
  }
}

/// False when threads wait that no one will come to.
static bool run_block() {
  block = {threads, 0, 0};
  for (int warp = 0; warp * WARP < threads; warp++) {
    warps[warp] = {std::min(WARP, threads - warp * WARP), 0, 0};
  }
  started = 0;
  ended = 0;
  int used = 0;
  while (ended < threads) {
    int ended_before = ended;
    bool moved = false;
    while (started < threads) {
      resume(fibers[used++]);
      moved = true;
    }
    for (int i = 0; i < used; i++) {
      Fiber& fiber = fibers[i];
      if (fiber.busy && fiber.waits->held >= fiber.until) {
        resume(fiber);
        moved = true;
      }
    }
    if (!moved && ended == ended_before) {
      for (int i = 0; i < used; i++) {
        fibers[i].begun = fibers[i].begun && !fibers[i].busy;
        fibers[i].busy = false;
      }
      return false;
    }
  }
  return true;
}

struct Kernel {
  std::string signature;
  void (*run)(void** arguments);
};

std::map<std::string, Kernel>& kernels() {
  static std::map<std::string, Kernel> all;
  return all;
}

static std::mutex one_at_a_time;
}  // namespace emulator

/// An error, or null. With reversed, blocks and threads come last to first.
extern "C" const char* emulator_launch(
    const char* name, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
    unsigned shared_bytes, void** arguments, int reversed) {
  using namespace emulator;
  std::lock_guard<std::mutex> lock(one_at_a_time);
  auto kernel = kernels().find(name);
  if (kernel == kernels().end()) return "there is no such kernel";
  if (block_x < 1 || block_x > MOST) return "a block has 1 to 1024 threads";
  if (grid_x < 1 || grid_y < 1 || grid_z < 1) return "the grid is empty";
  if (grid_y > 65535 || grid_z > 65535) return "a grid has at most 65535 blocks along y and z";
  if (shared_bytes > (227u << 10)) return "a block has at most 227 KiB of shared memory";
  static std::vector<float4> shared;
  shared.resize(shared_bytes / sizeof(float4) + 1);
  dynamic_shared = shared.data();
  body = kernel->second.run;
  body_arguments = arguments;
  gridDim = {grid_x, grid_y, grid_z};
  blockDim = {block_x, 1, 1};
  threads = static_cast<int>(block_x);
  last_first = reversed;
  unsigned long blocks = static_cast<unsigned long>(grid_x) * grid_y * grid_z;
  for (unsigned long i = 0; i < blocks; i++) {
    unsigned long b = reversed ? blocks - 1 - i : i;
    blockIdx = {
        static_cast<unsigned>(b % grid_x), static_cast<unsigned>(b / grid_x % grid_y),
        static_cast<unsigned>(b / grid_x / grid_y)};
    memset(static_cast<void*>(shared.data()), 0xff, shared.size() * sizeof(float4));
    memset(__start_block_shared, 0xff, __stop_block_shared - __start_block_shared);
    if (!run_block()) return "threads wait for others that do not come";
  }
  return nullptr;
}

/// The types of a kernel's parameters: p for a pointer, i for int, l for long long, f for float; or null.
extern "C" const char* emulator_signature(const char* name) {
  auto kernel = emulator::kernels().find(name);
  return kernel == emulator::kernels().end() ? nullptr : kernel->second.signature.c_str();
}

enum Inputs { FLOAT32, BFLOAT16, TF32 };

/// A number as a product reads it; of TF32 ten bits after the point, to nearest.
static float factor(const void* values, long i, int inputs) {
  if (inputs == BFLOAT16) {
    return __uint_as_float(static_cast<uint32_t>(static_cast<const uint16_t*>(values)[i]) << 16);
  }
  float value = static_cast<const float*>(values)[i];
  return inputs == TF32 ? __uint_as_float((__float_as_uint(value) + 0x1000) & ~0x1fffu) : value;
}

/// Row-major C [m, n] = A [m, k] · B [k, n] + beta · C for each of a batch; A and B perhaps transposed.
extern "C" void emulator_multiply(
    int m, int n, int k, const void* a, long lda, int transpose_a, long stride_a, const void* b, long ldb,
    int transpose_b, long stride_b, float beta, float* c, long ldc, long stride_c, int batch, int inputs) {
  std::vector<float> row(n);
  for (int member = 0; member < batch; member++) {
    for (int i = 0; i < m; i++) {
      std::fill(row.begin(), row.end(), 0.0f);
      for (int l = 0; l < k; l++) {
        long at_a = member * stride_a + (transpose_a ? l * lda + i : i * lda + l);
        float x = factor(a, at_a, inputs);
        for (int j = 0; j < n; j++) {
          long at_b = member * stride_b + (transpose_b ? j * ldb + l : l * ldb + j);
          row[j] += x * factor(b, at_b, inputs);
        }
      }
      for (int j = 0; j < n; j++) {
        float& out = c[member * stride_c + i * ldc + j];
        out = beta == 0 ? row[j] : row[j] + beta * out;
      }
    }
  }
}

namespace emulator {
template <class T>
struct Letter;
template <class T>
struct Letter<T*> {
  static constexpr char value = 'p';
};
template <>
struct Letter<int> {
  static constexpr char value = 'i';
};
template <>
struct Letter<unsigned> : Letter<int> {};
template <>
struct Letter<long long> {
  static constexpr char value = 'l';
};
template <>
struct Letter<float> {
  static constexpr char value = 'f';
};

template <auto function>
struct Caller;
template <class... P, void (*function)(P...)>
struct Caller<function> {
  static void run(void** arguments) { run(arguments, std::index_sequence_for<P...>()); }
  template <size_t... I>
  static void run(void** arguments, std::index_sequence<I...>) {
    function(*static_cast<P*>(arguments[I])...);
  }
  static std::string signature() { return {Letter<P>::value...}; }
};

struct Registration {
  template <auto function>
  static Registration of(const char* name) {
    kernels()[name] = {Caller<function>::signature(), Caller<function>::run};
    return {};
  }
};
}  // namespace emulator

#define KERNEL(name) static auto registered_##name = emulator::Registration::of<&name>(#name);
