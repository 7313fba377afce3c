package kleiber.run;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.engine.host.HostEngine;

/**
 * How to start a process like this one that trains: the same JVM, its options and what engines ask
 * for, the same class path.
 */
public final class SameProgram {
  /** What only one process may write, be found at, or be started with. */
  private static final List<String> OWN =
      List.of(
          "-XX:AOTCache",
          "-XX:TieredStopAtLevel", // what trains needs the optimizing compiler
          "-Xlog:",
          "-agentlib:",
          "-javaagent:",
          "-XX:ErrorFile");

  /** The first group is the option, the second the folder of the file. */
  private static final Pattern CACHE = Pattern.compile("(-XX:AOTCache(?:Output)?=)(?:(.*)/)?[^/]*");

  private SameProgram() {}

  /**
   * The command that starts another main class of this program; its arguments follow.
   *
   * @param further options for the JVM, which go before this one's
   */
  public static List<String> command(Class<?> main, String... further) {
    return command(ManagementFactory.getRuntimeMXBean().getInputArguments(), main, further);
  }

  /**
   * The same.
   *
   * @param options of this JVM
   */
  static List<String> command(List<String> options, Class<?> main, String... further) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    options.stream()
        .filter(option -> OWN.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    options.stream().flatMap(option -> cache(option).stream()).forEach(command::add);
    if (!HostEngine.vectors()) { // this process only looks on
      command.addAll(HostEngine.JAVA_OPTIONS);
    }
    command.add("-Xlog:aot=off");
    command.add("-Xlog:cds=off");
    command.addAll(List.of(further));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /**
   * The option for the cache of what a process that trains takes to start: it lies beside this
   * one's, training.aot beside kleiber.aot, is written when this one's is, and used when it is
   * there.
   */
  static Optional<String> cache(String option) {
    Matcher matcher = CACHE.matcher(option);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Path file = Path.of(Objects.requireNonNullElse(matcher.group(2), "."), "training.aot");
    boolean written = matcher.group(1).contains("Output");
    return written || Files.exists(file) ? Optional.of(matcher.group(1) + file) : Optional.empty();
  }
}
