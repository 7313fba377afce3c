package kleiber.engine.cuda.driver;

import java.util.Optional;

/** The libraries of NVIDIA that the engine needs, opened. */
record CudaLibraries(NativeLibrary driver, NativeLibrary nvrtc, NativeLibrary cublasLt) {
  static final String NO_DRIVER =
      "there is no NVIDIA driver here (libcuda.so.1), so no card either; on a machine with one"
          + " install its driver, in a container start it with --gpus all";
  static final String NO_NVRTC = missing("NVRTC, the compiler", "libnvrtc", "nvidia-cuda-nvrtc");
  static final String NO_CUBLASLT = missing("cuBLASLt", "libcublasLt", "nvidia-cublas");

  /**
   * @throws CudaException that names the first one that is missing, and what to install
   */
  static CudaLibraries find(LibrarySearch search) {
    return new CudaLibraries(
        found(search.driver(), NO_DRIVER),
        found(search.nvrtc(), NO_NVRTC),
        found(search.cublasLt(), NO_CUBLASLT));
  }

  private static String missing(String what, String file, String wheel) {
    return ("%s (%s.so.13 or .12) was not found in LD_LIBRARY_PATH, /usr/local/cuda, the loader's"
            + " folders or beside PyTorch; install the CUDA toolkit or its run-time libraries, or"
            + " pip install %s (%s-cu12 for CUDA 12)")
        .formatted(what, file, wheel, wheel);
  }

  private static NativeLibrary found(Optional<NativeLibrary> library, String otherwise) {
    return library.orElseThrow(() -> new CudaException(otherwise));
  }
}
