// A part of stub.cpp.
// NVRTC, whose "cubin" is a word, given if the source could have been compiled.

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
