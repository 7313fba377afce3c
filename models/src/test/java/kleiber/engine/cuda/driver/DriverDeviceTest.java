package kleiber.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How libraries are found, what is said when something is missing, and copies. */
class DriverDeviceTest {
  @TempDir Path folder;

  @BeforeAll
  static void thereIsACompiler() {
    assumeTrue(Compiler.available(), "no g++ here to make the libraries with");
  }

  private static void refused(String sentence, Runnable action) {
    String message = assertThrows(CudaException.class, action::run).getMessage();
    assertTrue(message.contains(sentence), message);
  }

  @Test
  void aMachineWithoutACard() {
    LibrarySearch empty = new LibrarySearch(Map.of(), folder);
    assumeTrue(empty.driver().isEmpty(), "this machine has a driver");
    refused("no NVIDIA driver here", () -> CudaLibraries.find(empty));
  }

  @Test
  void aMissingLibraryIsNamed() {
    LibrarySearch search =
        StubLibraries.search(StubLibraries.folder("two", "libcuda.so.1", StubLibraries.NVRTC));
    assumeTrue(search.cublasLt().isEmpty(), "this machine has cuBLASLt");
    refused("cuBLASLt (libcublasLt.so.13 or .12) was not found", () -> CudaLibraries.find(search));
  }

  @Test
  void aCardThatIsNotThere() {
    CudaLibraries libraries = StubLibraries.libraries();
    refused(
        "there is no card 7: this machine shows 1",
        () -> new DriverDevice(libraries, 7, new Cubins(folder)).close());
  }

  /** In a wheel beside PyTorch, as a virtual environment has it. */
  @Test
  void wheelsAreFound() {
    Path wheel =
        StubLibraries.folder(
            "venv/lib/python3.12/site-packages/nvidia/cu13/lib",
            StubLibraries.NVRTC,
            StubLibraries.CUBLASLT);
    Path environment = StubLibraries.folder("venv");
    LibrarySearch search = new LibrarySearch(Map.of("VIRTUAL_ENV", environment.toString()), folder);
    assumeTrue(new LibrarySearch(Map.of(), folder).cublasLt().isEmpty(), "the loader has its own");
    assertEquals(
        wheel.resolve(StubLibraries.CUBLASLT).toString(), search.cublasLt().orElseThrow().name());
    assertEquals(
        wheel.resolve(StubLibraries.NVRTC).toString(), search.nvrtc().orElseThrow().name());
  }

  /** As far as there are such; any is better than none. */
  @Test
  void whatTheDriverSupportsIsTakenFirst() {
    String nvrtc12 = "libnvrtc.so.12";
    String cublasLt12 = "libcublasLt.so.12";
    LibrarySearch both =
        StubLibraries.search(
            StubLibraries.folder(
                "both",
                "libcuda.so.1",
                StubLibraries.NVRTC,
                StubLibraries.CUBLASLT,
                nvrtc12,
                cublasLt12));
    LibrarySearch newer =
        StubLibraries.search(
            StubLibraries.folder(
                "all", "libcuda.so.1", StubLibraries.NVRTC, StubLibraries.CUBLASLT));
    StubLibraries.withDriver(
        12_080,
        () -> {
          assertTrue(both.nvrtc().orElseThrow().name().endsWith(nvrtc12));
          assertTrue(both.cublasLt().orElseThrow().name().endsWith(cublasLt12));
          assumeTrue(
              new LibrarySearch(Map.of(), folder).nvrtc().isEmpty(), "the loader has its own");
          assertTrue(newer.nvrtc().orElseThrow().name().endsWith(StubLibraries.NVRTC));
        });
    for (int version : new int[] {13_000, 0}) {
      StubLibraries.withDriver(
          version,
          () -> assertTrue(both.cublasLt().orElseThrow().name().endsWith(StubLibraries.CUBLASLT)));
    }
  }

  @Test
  void aSurveyTellsWhatIsHere() {
    CudaSurvey survey =
        CudaSurvey.take(
            StubLibraries.search(
                StubLibraries.folder(
                    "all", "libcuda.so.1", StubLibraries.NVRTC, StubLibraries.CUBLASLT)));
    assertTrue(survey.usable());
    assertEquals("Stub", survey.cards().getFirst().properties().name());
    assertEquals(1L << 30, survey.cards().getFirst().freeMemory());
    assertTrue(
        survey.findings().getFirst().sentence().endsWith("for CUDA up to 13.0, 1 cards"),
        survey.toString());
    CudaSurvey bare = CudaSurvey.take(new LibrarySearch(Map.of(), folder));
    assertEquals(3, bare.findings().size());
    assumeTrue(bare.cards().isEmpty(), "this machine has a card");
    assertTrue(!bare.usable());
  }

  @Test
  void anArchitectureThatTheCompilerDoesNotKnow() {
    Nvrtc compiler = new Nvrtc(StubLibraries.libraries().nvrtc());
    refused(
        "cannot compile for sm_120, only for [75, 90]", () -> compiler.compile("norm", "sm_120"));
    assertEquals("sm_90", compiler.architectureFor(card(9, 3)), "what an earlier card runs");
    refused("cannot compile for sm_89", () -> compiler.architectureFor(card(8, 9)));
    refused("cannot compile for sm_70", () -> compiler.architectureFor(card(7, 0)));
  }

  private static CardProperties card(int major, int minor) {
    return new CardProperties("a card", major, minor, 1L << 30, 1, 48 << 10);
  }

  @Test
  void errorsOfTheDriverAreSentences() {
    try (CudaDevice device = StubLibraries.open(folder)) {
      refused(
          "cuMemFree_v2 failed with CUDA_ERROR_OF_THE_STUB (1): as the stub says",
          () -> device.free(64));
    }
  }

  /** As a card refuses to go on recording after a call that it cannot record. */
  @Test
  void whatLedToALostRecordingIsTold() {
    try (CudaDevice device = StubLibraries.open(folder);
        CudaStream stream = device.stream()) {
      IllegalStateException cause = new IllegalStateException("what led to it");
      StubLibraries.refusing(
          "cuStreamEndCapture",
          901,
          () -> {
            IllegalStateException thrown =
                assertThrows(
                    IllegalStateException.class,
                    () ->
                        stream.record(
                            () -> {
                              throw cause;
                            }));
            assertSame(cause, thrown);
            assertTrue(cause.getSuppressed()[0].getMessage().contains("cuStreamEndCapture"));
          });
      stream.synchronize();
      stream.record(() -> {}).close();
    }
    assertEquals(0, StubLibraries.leftOpen());
  }

  /** Whatever it was that it did not get. */
  @ParameterizedTest
  @ValueSource(strings = {"cuStreamCreate", "cuEventCreate", Driver.ALLOCATE_HOST})
  void aStreamThatCannotBeMadeLeavesNothing(String function) {
    try (CudaDevice device = StubLibraries.open(folder)) {
      StubLibraries.refusing(
          function,
          304,
          () -> {
            refused(function + " failed", device::stream);
            refused(function + " failed", device::copies);
          });
    }
    assertEquals(0, StubLibraries.leftOpen());
  }

  /** More than passes at once, twice, before anyone waits. */
  @Test
  void copiesKeepWhatTheyWereGiven() {
    byte[] numbers = new byte[(20 << 20) + 13];
    new Random(7).nextBytes(numbers);
    try (CudaDevice device = StubLibraries.open(folder);
        CudaStream stream = device.stream()) {
      long address = device.allocate(numbers.length);
      long small = device.allocate(4);
      stream.upload(small, MemorySegment.ofArray(new int[] {5}));
      stream.upload(address, MemorySegment.ofArray(numbers));
      byte[] source = numbers.clone();
      MemorySegment changing = MemorySegment.ofArray(source);
      stream.upload(address, changing);
      changing.fill((byte) 0);
      byte[] copy = new byte[numbers.length];
      stream.download(MemorySegment.ofArray(copy), address);
      assertArrayEquals(numbers, copy);
      int[] one = new int[1];
      stream.download(MemorySegment.ofArray(one), small);
      assertEquals(5, one[0]);
      device.free(address);
      device.free(small);
    }
    assertEquals(0, StubLibraries.leftOpen());
  }

  @Test
  void compiledKernelsAreKept() throws IOException {
    Nvrtc compiler = new Nvrtc(StubLibraries.libraries().nvrtc());
    Path kept = folder.resolve("kept");
    byte[] first = load(kept, compiler);
    Path file = onlyFile(kept);
    assertArrayEquals(first, Files.readAllBytes(file));
    Files.write(file, new byte[] {1, 2, 3});
    assertArrayEquals(new byte[] {1, 2, 3}, load(kept, compiler));
    assertArrayEquals(first, load(folder.resolve("other"), compiler));
  }

  /** What is loaded where all is taken. */
  private static byte[] load(Path kept, Nvrtc compiler) {
    List<byte[]> given = new ArrayList<>();
    long module =
        new Cubins(kept)
            .load(
                compiler,
                "norm",
                "sm_90",
                cubin -> {
                  given.add(cubin);
                  return 7;
                });
    assertEquals(7, module);
    assertEquals(1, given.size());
    return given.getFirst();
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (var list = Files.list(folder)) {
      List<Path> files = list.toList();
      assertEquals(1, files.size());
      return files.getFirst();
    }
  }

  @Test
  void aKeptKernelThatTheDriverRefusesIsCompiledAgain() throws IOException {
    load();
    Path file = onlyFile(folder);
    byte[] sound = Files.readAllBytes(file);
    Files.write(file, new byte[16]);
    load();
    assertArrayEquals(sound, Files.readAllBytes(file));
    StubLibraries.refusing(
        "cuModuleLoadData",
        209,
        () -> refused("(209): as the stub says; the compiled kernels are not for", this::load));
    assertEquals(0, StubLibraries.leftOpen());
  }

  /** A kernel, by the driver. */
  private void load() {
    try (DriverDevice device = (DriverDevice) StubLibraries.open(folder)) {
      Launch.Grid one = new Launch.Grid(1, 1, 1);
      device.function(new Launch("sums", "member_sums", one, 256, 0, List.of()));
    }
  }
}
