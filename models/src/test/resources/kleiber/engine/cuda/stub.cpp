// The functions of libcuda, libnvrtc and libcublasLt that the engine calls, with their C signatures, for a machine without a
// card: kernels run in the emulator. What a stream is given is done when someone waits for it and not before, as late as a
// card may do it; or with stub_eager at once, unless it has to wait for another stream, as early as a card may. Handles, contexts and options that a card would refuse are refused here too.
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
  size_t given = 0;  // of which the last are still in work
  bool eager = false;
};
struct Event {
  Stream* stream = nullptr;
  size_t given = 0;
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
static std::set<void*> streams, events, modules, functions, graphs, executables;
static std::map<CUdeviceptr, size_t> allocations;
static size_t used;
static const char* failure;
static int driver_version = 13000;
static bool eager;

// What a test wants to fail, and how.
static std::string refused;
static int refusal;
#define MAY_FAIL \
  if (refused == __func__) return refusal

API void stub_refuse(const char* function, int status) {
  refused = function;
  refusal = status;
}

/// From the second stream on, those that are created now do what they are given at once.
API void stub_eager(int yes) { eager = yes != 0; }

API void stub_driver(int version) { driver_version = version; }

static void* kernels() {
  static void* library = dlopen(KERNELS, RTLD_NOW | RTLD_LOCAL);
  return library;
}

static bool here() { return current == &context_of_card && retained > 0; }

/// Does what a stream was given until so much has been given in all.
static void run(Stream* s, size_t given) {
  size_t done = s->given - s->work.size();
  if (given <= done) return;
  std::vector<Work> work(s->work.begin(), s->work.begin() + (given - done));
  s->work.erase(s->work.begin(), s->work.begin() + (given - done));
  for (Work& each : work) each();
}

static CUresult give(void* stream, Work work) {
  if (!here()) return INVALID_CONTEXT;
  if (!streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (s->capture) {
    s->capture->work.push_back(std::move(work));
    return SUCCESS;
  }
  s->work.push_back(std::move(work));
  s->given++;
  if (s->eager) run(s, s->given);
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
  *version = driver_version;
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
  MAY_FAIL;
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
  MAY_FAIL;
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

API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, void* stream) {
  if (!inside(to, bytes) || !inside(from, bytes)) return INVALID_VALUE;
  return give(stream, [=] { memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes); });
}

API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, void* stream) {
  if (!inside(to, bytes)) return INVALID_VALUE;
  return give(stream, [=] { memset(reinterpret_cast<void*>(to), value, bytes); });
}

API CUresult cuStreamCreate(void** stream, unsigned flags) {
  MAY_FAIL;
  Stream* made = new Stream;
  made->eager = eager && !streams.empty();
  *stream = made;
  streams.insert(*stream);
  return here() && flags <= 1 ? SUCCESS : INVALID_VALUE;
}

API CUresult cuStreamSynchronize(void* stream) {
  if (!streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (s->capture) return 900;
  run(s, s->given);
  if (failure != nullptr) {
    failure = nullptr;
    return 700;
  }
  return SUCCESS;
}

API CUresult cuEventCreate(void** event, unsigned flags) {
  MAY_FAIL;
  *event = new Event;
  events.insert(*event);
  return here() && flags <= 7 ? SUCCESS : INVALID_VALUE;
}

API CUresult cuEventRecord(void* event, void* stream) {
  if (!here()) return INVALID_CONTEXT;
  if (!events.count(event) || !streams.count(stream)) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (s->capture) return 900;  // would belong to the recording alone
  *static_cast<Event*>(event) = {s, s->given};
  return SUCCESS;
}

/// What an event notes now is waited for, whatever it notes later.
API CUresult cuStreamWaitEvent(void* stream, void* event, unsigned flags) {
  if (!events.count(event) || flags != 0) return INVALID_VALUE;
  Stream* s = static_cast<Stream*>(stream);
  if (streams.count(stream) && s->capture) return 900;
  Event noted = *static_cast<Event*>(event);
  return give(stream, [=] {
    if (streams.count(noted.stream)) run(noted.stream, noted.given);
  });
}

API CUresult cuEventDestroy_v2(void* event) {
  if (events.erase(event) == 0) return INVALID_VALUE;
  delete static_cast<Event*>(event);
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
  if (refused == __func__) {  // ends all the same
    s->capture.reset();
    *graph = nullptr;
    return refusal;
  }
  *graph = s->capture.release();
  graphs.insert(*graph);
  return SUCCESS;
}

API CUresult cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long flags) {
  MAY_FAIL;
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
  MAY_FAIL;
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
  return static_cast<int>(streams.size() + events.size() + modules.size() + graphs.size() + executables.size() + allocations.size()) +
         retained;
}

#include "stub_nvrtc.h"
#include "stub_cublaslt.h"
