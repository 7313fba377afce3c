package kleiber.run;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.engine.HostEngine;

/**
 * How to start a process like this one that trains: the same JVM, its options and what engines ask
 * for, the same class path.
 */
public final class SameProgram {
  /** What only one process may write, or be found at. */
  private static final List<String> OWN =
      List.of("-XX:AOTCacheOutput", "-Xlog:", "-agentlib:", "-javaagent:", "-XX:ErrorFile");

  private SameProgram() {}

  /**
   * The command that starts another main class of this program; its arguments follow.
   *
   * @param further options for the JVM, which go before this one's
   */
  public static List<String> command(Class<?> main, String... further) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> OWN.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    if (!HostEngine.vectors()) { // this process only looks on
      command.addAll(HostEngine.JAVA_OPTIONS);
    }
    command.add("-Xlog:aot=off");
    command.add("-Xlog:cds=off");
    command.addAll(List.of(further));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }
}
