// The functions of libcuda, libnvrtc and libcublasLt that the engine calls, with their C signatures, for a machine without a
// card: kernels run in the emulator. What a stream is given is done when someone waits for it and not before, as late as a
// card may do it. Handles, contexts and options that a card would refuse are refused here too.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, NOT_FOUND = 500 };

typedef int CUresult;
typedef unsigned long long CUdeviceptr;
typedef std::function<void()> Work;

struct Graph {
  std::vector<Work> work;
};
struct Stream {
  std::vector<Work> work;
  std::unique_ptr<Graph> capture;
};
struct Function {
  std::string name;
  std::string signature;
  int shared_bytes = 48 << 10;
};
struct Module {
  std::map<std::string, std::unique_ptr<Function>> functions;
};

static const size_t MEMORY = 1ull << 30;
static int context_of_card;
static thread_local void* current;
static int retained;
static bool started;
static std::set<void*> streams, modules, functions, graphs, executables;
static std::map<CUdeviceptr, size_t> allocations;
static size_t used;
static const char* failure;

static void* kernels() {
  static void* library = dlopen(KERNELS, RTLD_NOW | RTLD_LOCAL);
  return library;
}

static bool here() { return current == &context_of_card && retained > 0; }

static CUresult give(void* stream, Work work) {
  if (!here()) return INVALID_CONTEXT;
  if (!streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  (s->capture ? s->capture->work : s->work).push_back(std::move(work));
  return SUCCESS;
}

static bool inside(CUdeviceptr address, size_t bytes) {
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin()) return false;
  auto [first, size] = *--next;
  return address + bytes <= first + size;
}

API CUresult cuInit(unsigned flags) {
  started = true;
  return flags == 0 ? SUCCESS : INVALID_VALUE;
}

API CUresult cuDriverGetVersion(int* version) {
  *version = 13000;
  return SUCCESS;
}

API CUresult cuDeviceGetCount(int* count) {
  *count = 1;
  return started ? SUCCESS : 3;
}

API CUresult cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

API CUresult cuDeviceGetName(char* name, int length, int device) {
  strncpy(name, "Stub", length);
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

API CUresult cuDeviceGetAttribute(int* value, int attribute, int device) {
  switch (attribute) {
    case 16: *value = 1; break;
    case 75: *value = 9; break;
    case 76: *value = 0; break;
    case 97: *value = 227 << 10; break;
    default: return INVALID_VALUE;
  }
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

API CUresult cuDeviceTotalMem_v2(size_t* bytes, int device) {
  *bytes = MEMORY;
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

API CUresult cuDevicePrimaryCtxRetain(void** context, int device) {
  *context = &context_of_card;
  retained++;
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

API CUresult cuDevicePrimaryCtxRelease_v2(int) {
  return --retained < 0 ? INVALID_CONTEXT : SUCCESS;
}

API CUresult cuCtxSetCurrent(void* context) {
  current = context;
  return context == &context_of_card ? SUCCESS : INVALID_CONTEXT;
}

API CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  *free = MEMORY - used;
  *total = MEMORY;
  return here() ? SUCCESS : INVALID_CONTEXT;
}

API CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  if (!here()) return INVALID_CONTEXT;
  if (bytes == 0) return INVALID_VALUE;
  if (bytes > MEMORY - used) return OUT_OF_MEMORY;
  void* memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  memset(memory, 0xff, bytes);
  *address = reinterpret_cast<CUdeviceptr>(memory);
  allocations[*address] = bytes;
  used += bytes;
  return SUCCESS;
}

API CUresult cuMemFree_v2(CUdeviceptr address) {
  if (!here()) return INVALID_CONTEXT;
  auto found = allocations.find(address);
  if (found == allocations.end()) return INVALID_VALUE;
  used -= found->second;
  allocations.erase(found);
  free(reinterpret_cast<void*>(address));
  return SUCCESS;
}

API CUresult cuMemAllocHost_v2(void** address, size_t bytes) {
  *address = malloc(bytes);
  return here() ? SUCCESS : INVALID_CONTEXT;
}

API CUresult cuMemFreeHost(void* address) {
  free(address);
  return SUCCESS;
}

API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, void* stream) {
  if (!inside(to, bytes)) return INVALID_VALUE;
  return give(stream, [=] { memcpy(reinterpret_cast<void*>(to), from, bytes); });
}

API CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, void* stream) {
  if (!inside(from, bytes)) return INVALID_VALUE;
  return give(stream, [=] { memcpy(to, reinterpret_cast<const void*>(from), bytes); });
}

API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, void* stream) {
  if (!inside(to, bytes)) return INVALID_VALUE;
  return give(stream, [=] { memset(reinterpret_cast<void*>(to), value, bytes); });
}

API CUresult cuStreamCreate(void** stream, unsigned flags) {
  *stream = new Stream;
  streams.insert(*stream);
  return here() && flags <= 1 ? SUCCESS : INVALID_VALUE;
}

API CUresult cuStreamSynchronize(void* stream) {
  if (!streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (s->capture) return 900;
  std::vector<Work> work = std::move(s->work);
  s->work.clear();
  for (Work& each : work) each();
  if (failure != nullptr) {
    failure = nullptr;
    return 700;
  }
  return SUCCESS;
}

API CUresult cuStreamDestroy_v2(void* stream) {
  if (streams.erase(stream) == 0) return INVALID_VALUE;
  delete static_cast<Stream*>(stream);
  return SUCCESS;
}

API CUresult cuStreamBeginCapture_v2(void* stream, int mode) {
  if (!streams.count(stream) || mode < 0 || mode > 2) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (s->capture) return 901;
  s->capture = std::make_unique<Graph>();
  return SUCCESS;
}

API CUresult cuStreamEndCapture(void* stream, void** graph) {
  if (!streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (!s->capture) return 901;
  *graph = s->capture.release();
  graphs.insert(*graph);
  return SUCCESS;
}

API CUresult cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long flags) {
  if (!graphs.count(graph) || flags != 0) return INVALID_VALUE;
  *executable = new Graph(*static_cast<Graph*>(graph));
  executables.insert(*executable);
  return SUCCESS;
}

API CUresult cuGraphLaunch(void* executable, void* stream) {
  if (!executables.count(executable)) return INVALID_VALUE;
  for (Work& each : static_cast<Graph*>(executable)->work) {
    CUresult status = give(stream, each);
    if (status != SUCCESS) return status;
  }
  return SUCCESS;
}

API CUresult cuGraphExecDestroy(void* executable) {
  if (executables.erase(executable) == 0) return INVALID_VALUE;
  delete static_cast<Graph*>(executable);
  return SUCCESS;
}

API CUresult cuGraphDestroy(void* graph) {
  if (graphs.erase(graph) == 0) return INVALID_VALUE;
  delete static_cast<Graph*>(graph);
  return SUCCESS;
}

static const char CUBIN[] = "cubin of ";

API CUresult cuModuleLoadData(void** module, const void* image) {
  if (!here()) return INVALID_CONTEXT;
  if (strncmp(static_cast<const char*>(image), CUBIN, strlen(CUBIN)) != 0) return 200;
  *module = new Module;
  modules.insert(*module);
  return SUCCESS;
}

API CUresult cuModuleUnload(void* module) {
  if (modules.erase(module) == 0) return INVALID_VALUE;
  for (auto& [name, function] : static_cast<Module*>(module)->functions) functions.erase(function.get());
  delete static_cast<Module*>(module);
  return SUCCESS;
}

API CUresult cuModuleGetFunction(void** function, void* module, const char* name) {
  if (!modules.count(module)) return INVALID_VALUE;
  auto signature = reinterpret_cast<const char* (*)(const char*)>(dlsym(kernels(), "emulator_signature"))(name);
  if (signature == nullptr) return NOT_FOUND;
  auto& place = static_cast<Module*>(module)->functions[name];
  place = std::make_unique<Function>();
  place->name = name;
  place->signature = signature;
  *function = place.get();
  functions.insert(*function);
  return SUCCESS;
}

API CUresult cuFuncSetAttribute(void* function, int attribute, int value) {
  if (!functions.count(function) || attribute != 8 || value > (227 << 10)) return INVALID_VALUE;
  static_cast<Function*>(function)->shared_bytes = value;
  return SUCCESS;
}

API CUresult cuLaunchKernel(
    void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,
    unsigned block_z, unsigned shared_bytes, void* stream, void** parameters, void** extra) {
  if (!functions.count(function) || extra != nullptr || block_y != 1 || block_z != 1) return INVALID_VALUE;
  Function* f = static_cast<Function*>(function);
  if (shared_bytes > static_cast<unsigned>(f->shared_bytes)) return INVALID_VALUE;
  // A driver copies the arguments, by the sizes of the kernel's parameters, before it returns.
  auto values = std::make_shared<std::vector<uint64_t>>(f->signature.size());
  for (size_t i = 0; i < values->size(); i++) {
    char type = f->signature[i];
    memcpy(&(*values)[i], parameters[i], type == 'i' || type == 'f' ? 4 : 8);
  }
  std::string name = f->name;
  return give(stream, [=] {
    auto launch = reinterpret_cast<const char* (*)(
        const char*, unsigned, unsigned, unsigned, unsigned, unsigned, void**, int)>(
        dlsym(kernels(), "emulator_launch"));
    std::vector<void*> arguments;
    for (uint64_t& value : *values) arguments.push_back(&value);
    const char* error = launch(
        name.c_str(), grid_x, grid_y, grid_z, block_x, shared_bytes, arguments.data(), 0);
    if (error != nullptr) failure = error;
  });
}

API CUresult cuGetErrorName(CUresult error, const char** name) {
  *name = error == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_OF_THE_STUB";
  return SUCCESS;
}

API CUresult cuGetErrorString(CUresult, const char** text) {
  *text = "as the stub says";
  return SUCCESS;
}

// What is left open, for tests to find nothing.
API int stub_left_open() {
  return static_cast<int>(streams.size() + modules.size() + graphs.size() + executables.size() + allocations.size()) +
         retained;
}

// NVRTC: a "cubin" is a word, if the source could have been compiled.

struct Program {
  std::string source, name, log, cubin;
  std::set<std::string> headers;
};

API int nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 0;
  return 0;
}

API int nvrtcGetNumSupportedArchs(int* count) {
  *count = 2;
  return 0;
}

API int nvrtcGetSupportedArchs(int* architectures) {
  architectures[0] = 75;
  architectures[1] = 90;
  return 0;
}

API const char* nvrtcGetErrorString(int status) { return status == 6 ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR"; }

API int nvrtcCreateProgram(
    Program** program, const char* source, const char* name, int count, const char* const* headers,
    const char* const* names) {
  *program = new Program{source, name, "", "", {}};
  for (int i = 0; i < count; i++) {
    if (strlen(headers[i]) == 0) return 3;
    (*program)->headers.insert(names[i]);
  }
  return 0;
}

API int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  bool known = false;
  for (int i = 0; i < count; i++) {
    known = known || strcmp(options[i], "--gpu-architecture=sm_90") == 0;
  }
  if (!known) return 5;
  for (size_t at = 0; (at = program->source.find("#include \"", at)) != std::string::npos;) {
    at += strlen("#include \"");
    std::string header = program->source.substr(at, program->source.find('"', at) - at);
    if (!program->headers.count(header)) {
      program->log = header + ": not found";
      return 6;
    }
  }
  program->cubin = CUBIN + program->name;
  return 0;
}

API int nvrtcGetCUBINSize(Program* program, size_t* size) {
  *size = program->cubin.size() + 1;
  return 0;
}

API int nvrtcGetCUBIN(Program* program, char* cubin) {
  strcpy(cubin, program->cubin.c_str());
  return 0;
}

API int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  *size = program->log.size() + 1;
  return 0;
}

API int nvrtcGetProgramLog(Program* program, char* log) {
  strcpy(log, program->log.c_str());
  return 0;
}

API int nvrtcDestroyProgram(Program** program) {
  delete *program;
  *program = nullptr;
  return 0;
}

// cuBLASLt, which counts by columns.

struct Description {
  int compute, scale, transpose_a = 0, transpose_b = 0;
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t pitch;
  int batch = 1;
  int64_t stride = 0;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t reductions = ~0u;
  uint32_t alignments[4] = {256, 256, 256, 256};
};
struct Algorithm {
  uint64_t data[8];
};
struct Heuristic {
  Algorithm algorithm;
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Heuristic) == 96);
static const uint64_t MAGIC = 0x1234567890abcdef;

API size_t cublasLtGetVersion() { return 130002; }
API const char* cublasLtGetStatusString(int) { return "CUBLAS_STATUS_OF_THE_STUB"; }

API int cublasLtCreate(void** handle) {
  *handle = malloc(1);
  return here() ? 0 : 1;
}

API int cublasLtDestroy(void* handle) {
  free(handle);
  return 0;
}

API int cublasLtMatmulDescCreate(Description** description, int compute, int scale) {
  *description = new Description{compute, scale};
  return compute == 68 && scale == 0 ? 0 : 15;
}

API int cublasLtMatmulDescDestroy(Description* description) {
  delete description;
  return 0;
}

API int cublasLtMatmulDescSetAttribute(Description* description, int attribute, const void* value, size_t size) {
  if (size != 4) return 7;
  if (attribute == 3) memcpy(&description->transpose_a, value, size);
  else if (attribute == 4) memcpy(&description->transpose_b, value, size);
  else return 7;
  return 0;
}

API int cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t pitch) {
  *layout = new Layout{type, rows, columns, pitch};
  return static_cast<uint64_t>(pitch) >= rows && (type == 0 || type == 14) ? 0 : 7;
}

API int cublasLtMatrixLayoutDestroy(Layout* layout) {
  delete layout;
  return 0;
}

API int cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, size_t size) {
  if (attribute == 5 && size == 4) memcpy(&layout->batch, value, size);
  else if (attribute == 6 && size == 8) memcpy(&layout->stride, value, size);
  else return 7;
  return 0;
}

API int cublasLtMatmulPreferenceCreate(Preference** preference) {
  *preference = new Preference;
  return 0;
}

API int cublasLtMatmulPreferenceDestroy(Preference* preference) {
  delete preference;
  return 0;
}

API int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value, size_t size) {
  if (attribute == 1 && size == 8) memcpy(&preference->workspace, value, size);
  else if (attribute == 3 && size == 4) memcpy(&preference->reductions, value, size);
  else if (attribute >= 5 && attribute <= 8 && size == 4) memcpy(&preference->alignments[attribute - 5], value, size);
  else return 7;
  return 0;
}

static bool fits(const Description* d, const Layout* a, const Layout* b, const Layout* c) {
  uint64_t m = d->transpose_a ? a->columns : a->rows, k = d->transpose_a ? a->rows : a->columns;
  uint64_t n = d->transpose_b ? b->rows : b->columns, also_k = d->transpose_b ? b->columns : b->rows;
  return m == c->rows && n == c->columns && k == also_k && a->type == b->type && c->type == 0 && a->batch == b->batch &&
         a->batch == c->batch;
}

API int cublasLtMatmulAlgoGetHeuristic(
    void*, const Description* d, const Layout* a, const Layout* b, const Layout* c, const Layout* result,
    const Preference* preference, int requested, Heuristic* results, int* returned) {
  if (!fits(d, a, b, c) || c != result || requested != 1 || preference->reductions != 0) return 7;
  const Layout* layouts[] = {a, b, c, c};
  for (int i = 0; i < 4; i++) {
    int64_t step = layouts[i]->stride * (layouts[i]->type == 14 ? 2 : 4);
    if (step % preference->alignments[i] != 0) return 7;
  }
  *results = {};
  results->algorithm.data[0] = MAGIC;
  *returned = 1;
  return 0;
}

/// Batches of three can, of five cannot be done at once: both ways are to be seen.
API int cublasLtMatmulAlgoCheck(
    void*, const Description* d, const Layout* a, const Layout* b, const Layout* c, const Layout*,
    const Algorithm* algorithm, Heuristic* result) {
  if (!fits(d, a, b, c) || algorithm->data[0] != MAGIC) return 7;
  *result = {};
  return a->batch % 5 == 0 ? 15 : 0;
}

API int cublasLtMatmul(
    void*, const Description* d, const float* alpha, const void* a, const Layout* a_layout, const void* b,
    const Layout* b_layout, const float* beta, const void* c, const Layout* c_layout, void* result,
    const Layout* result_layout, const Algorithm* algorithm, void* workspace, size_t workspace_bytes, void* stream) {
  if (!fits(d, a_layout, b_layout, c_layout) || c != result || c_layout != result_layout || *alpha != 1 ||
      algorithm->data[0] != MAGIC || !inside(reinterpret_cast<CUdeviceptr>(workspace), workspace_bytes)) {
    return 7;
  }
  auto multiply = reinterpret_cast<void (*)(
      int, int, int, const void*, long, int, long, const void*, long, int, long, float, float*, long, long, int, int)>(
      dlsym(kernels(), "emulator_multiply"));
  Description description = *d;
  Layout x = *a_layout, y = *b_layout, z = *c_layout;
  float add = *beta;
  CUresult status = give(stream, [=] {
    multiply(
        static_cast<int>(z.columns), static_cast<int>(z.rows),
        static_cast<int>(description.transpose_a ? x.rows : x.columns), b, y.pitch, description.transpose_b, y.stride, a,
        x.pitch, description.transpose_a, x.stride, add, static_cast<float*>(result), z.pitch, z.stride, z.batch,
        x.type == 14);
  });
  return status == SUCCESS ? 0 : 14;
}
