package kleiber.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The CPU, as Linux tells of its first core in {@code /proc/cpuinfo}.
 *
 * @param model {@value #UNKNOWN} where nothing tells it
 * @param flags what it can do, by Linux's words; empty where nothing tells it
 */
public record Processor(String model, Set<String> flags) {
  private static final String UNKNOWN = "unknown";
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** Instructions that matrix products are faster by, of x86 and of ARM. */
  private static final List<String> FEATURES =
      List.of("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16", "sve");

  public Processor {
    flags = Set.copyOf(flags);
  }

  /** This machine's. */
  public static Processor here() {
    if (!Files.isReadable(LINUX)) {
      return parse(List.of());
    }
    try {
      return parse(Files.readAllLines(LINUX));
    } catch (IOException e) {
      return parse(List.of());
    }
  }

  static Processor parse(List<String> cpuinfo) {
    return new Processor(
        value(cpuinfo, "model name").orElse(UNKNOWN),
        value(cpuinfo, "flags") // x86
            .or(() -> value(cpuinfo, "Features")) // ARM
            .map(flags -> Set.copyOf(List.of(flags.split("\\s+"))))
            .orElse(Set.of()));
  }

  private static Optional<String> value(List<String> cpuinfo, String key) {
    return cpuinfo.stream()
        .filter(line -> line.contains(":"))
        .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** Which of the instructions that products are faster by it has; unknown where nothing tells. */
  public String features() {
    return flags.isEmpty()
        ? UNKNOWN
        : String.join(" ", FEATURES.stream().filter(flags::contains).toList());
  }
}
