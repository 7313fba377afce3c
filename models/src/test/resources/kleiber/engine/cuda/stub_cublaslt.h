// A part of stub.cpp.
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
static const int FLOAT32 = 68, FAST_TF32 = 77;
static const uint64_t MAGIC = 0x1234567890abcdef;

API size_t cublasLtGetVersion() { return 130002; }
API const char* cublasLtGetStatusString(int) { return "CUBLAS_STATUS_OF_THE_STUB"; }

API int cublasLtCreate(void** handle) {
  MAY_FAIL;
  *handle = malloc(1);
  return here() ? 0 : 1;
}

API int cublasLtDestroy(void* handle) {
  free(handle);
  return 0;
}

API int cublasLtMatmulDescCreate(Description** description, int compute, int scale) {
  *description = new Description{compute, scale};
  return (compute == FLOAT32 || compute == FAST_TF32) && scale == 0 ? 0 : 15;
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
         a->batch == c->batch && (d->compute == FLOAT32 || a->type == 0);
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
  MAY_FAIL;
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
        x.type == 14 ? 1 : description.compute == FAST_TF32 ? 2 : 0);
  });
  return status == SUCCESS ? 0 : 14;
}
