package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A machine, without its name.
 *
 * @param java vendor and version of the JVM
 * @param system operating system and architecture
 * @param processor model of the CPU
 * @param cores that the JVM may use
 */
public record Machine(String java, String system, String processor, int cores) {
  /** The one that this runs on. */
  public static Machine here() {
    return new Machine(
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        model(),
        Runtime.getRuntime().availableProcessors());
  }

  private static String model() {
    Path linux = Path.of("/proc/cpuinfo");
    if (Files.isReadable(linux)) {
      try (Stream<String> lines = Files.lines(linux)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown");
      } catch (IOException e) {
        return "unknown";
      }
    }
    return "unknown";
  }
}
