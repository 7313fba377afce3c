package kleiber.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every source compiles for every architecture, by the machine's NVRTC or else its nvcc. */
@Tag("slow")
class SourcesCompileTest {
  private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90, 100, 120);

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> forEveryArchitecture() {
    Optional<Nvrtc> compiler = LibrarySearch.here().nvrtc().map(Nvrtc::new);
    return ARCHITECTURES.stream()
        .flatMap(
            architecture ->
                Emulator.files(".cu").stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                file + " sm_" + architecture,
                                () -> {
                                  if (compiler.isPresent()) {
                                    byNvrtc(compiler.get(), file, architecture);
                                  } else {
                                    byNvcc(file, architecture);
                                  }
                                })));
  }

  private static void byNvrtc(Nvrtc compiler, String file, int architecture) {
    assumeTrue(
        compiler.architectures().contains(architecture),
        () -> "NVRTC " + compiler.version() + " does not know sm_" + architecture);
    byte[] cubin = compiler.compile(file.replace(".cu", ""), "sm_" + architecture);
    assertEquals("\u007fELF", new String(cubin, 0, 4, StandardCharsets.ISO_8859_1));
  }

  private void byNvcc(String file, int architecture) throws IOException, InterruptedException {
    for (String header : Emulator.files(".cuh")) {
      Files.writeString(folder.resolve(header), KernelSources.text(header));
    }
    Path source = folder.resolve(file);
    Files.writeString(source, KernelSources.text(file));
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "nvcc", "-cubin", "-arch=sm_" + architecture, "-o", source + "bin", source + "")
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "neither NVRTC nor nvcc is here");
      return;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
