package kleiber.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.engine.cuda.driver.Nvcc.Compiled;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every source compiles for every architecture by this machine's nvcc, which is quick, and for the
 * oldest and the newest, or as a slow test for each, by its NVRTC, which is what the engine uses
 * and, unlike nvcc, brings no headers of the toolkit.
 */
class SourcesCompileTest {
  private static final SortedSet<Integer> ARCHITECTURES =
      new TreeSet<>(Set.of(75, 80, 86, 89, 90, 100, 120));

  /** Bytes a thread: what a compiler leaves over here and there. */
  private static final int FEW = 64;

  /** Its sums alone are 256 numbers, and a thread has 255 registers. */
  private static final String WIDEST = "attention_keys_256";

  private static final int OF_WIDEST = 1024;

  private static final Optional<Nvcc> NVCC = Nvcc.here();
  private static final Optional<Nvrtc> NVRTC = LibrarySearch.here().nvrtc().map(Nvrtc::new);

  @TempDir static Path folder;

  @BeforeAll
  static void thereIsACompiler() throws IOException {
    assumeTrue(
        NVCC.isPresent() || NVRTC.isPresent(),
        "neither nvcc nor NVRTC is here, so no source is compiled for a card: install a CUDA"
            + " toolkit, or let LD_LIBRARY_PATH name the folder of libnvrtc.so.13 from the wheel"
            + " nvidia-cuda-nvrtc");
    for (String header : SourceFiles.ending(".cuh")) {
      Files.writeString(folder.resolve(header), KernelSources.text(header));
    }
  }

  @TestFactory
  Stream<DynamicTest> byNvcc() {
    return NVCC.stream()
        .flatMap(
            nvcc -> {
              SortedSet<Integer> known = nvcc.architectures();
              known.retainAll(ARCHITECTURES);
              return Stream.concat(
                  ARCHITECTURES.stream()
                      .filter(architecture -> !known.contains(architecture))
                      .map(architecture -> unknown(nvcc.program().toString(), architecture)),
                  SourceFiles.ending(".cu").stream()
                      .map(
                          file -> DynamicTest.dynamicTest(file, () -> compile(nvcc, file, known))));
            });
  }

  private static void compile(Nvcc nvcc, String file, SortedSet<Integer> architectures)
      throws IOException {
    String text = KernelSources.text(file);
    List<Compiled> compiled =
        nvcc.compile(Files.writeString(folder.resolve(file), text), architectures);
    assertEquals(
        SourceFiles.kernels(text).stream()
            .flatMap(kernel -> architectures.stream().map(each -> kernel + " sm_" + each))
            .collect(Collectors.toSet()),
        compiled.stream()
            .map(each -> each.kernel() + " sm_" + each.architecture())
            .collect(Collectors.toSet()));
    for (Compiled each : compiled) {
      int most = each.kernel().equals(WIDEST) ? OF_WIDEST : FEW;
      assertTrue(each.spilled() <= most, () -> "registers are spilled: " + each);
    }
  }

  @TestFactory
  Stream<DynamicTest> byNvrtc() {
    return byNvrtc(new TreeSet<>(Set.of(ARCHITECTURES.first(), ARCHITECTURES.last())));
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> allByNvrtc() {
    return byNvrtc(ARCHITECTURES);
  }

  private static Stream<DynamicTest> byNvrtc(SortedSet<Integer> architectures) {
    return NVRTC.stream()
        .flatMap(
            nvrtc -> {
              List<Integer> known = nvrtc.architectures();
              return architectures.stream()
                  .flatMap(
                      architecture ->
                          known.contains(architecture)
                              ? SourceFiles.ending(".cu").stream()
                                  .map(file -> byNvrtc(nvrtc, file, architecture))
                              : Stream.of(unknown(nvrtc.name(), architecture)));
            });
  }

  private static DynamicTest byNvrtc(Nvrtc nvrtc, String file, int architecture) {
    return DynamicTest.dynamicTest(
        file + " sm_" + architecture,
        () -> {
          byte[] cubin = nvrtc.compile(file.replace(".cu", ""), "sm_" + architecture);
          assertEquals("\u007fELF", new String(cubin, 0, 4, StandardCharsets.ISO_8859_1));
        });
  }

  private static DynamicTest unknown(String compiler, int architecture) {
    return DynamicTest.dynamicTest(
        "sm_" + architecture,
        () ->
            assumeTrue(
                false,
                "%s does not know sm_%d; a newer CUDA does".formatted(compiler, architecture)));
  }
}
