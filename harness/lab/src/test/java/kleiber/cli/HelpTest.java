package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a user reads first, kept as files: {@code -Dgolden=write} writes them anew. */
class HelpTest {
  private static final Path GOLDEN =
      Path.of(
          System.getProperty("kleiber.home"), "harness/lab/src/test/resources/kleiber/cli/help");

  static Stream<CommandLine> commands() {
    CommandLine kleiber = Kleiber.commandLine();
    return Stream.concat(Stream.of(kleiber), kleiber.getSubcommands().values().stream());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsAsItWas(CommandLine command) throws IOException {
    Path golden = GOLDEN.resolve(command.getCommandName() + ".txt");
    String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
    if ("write".equals(System.getProperty("golden"))) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, help);
    }
    assertEquals(
        Files.readString(golden),
        help,
        "the help of '"
            + command.getCommandName()
            + "' has changed; if that is meant: mvn test -pl harness/lab -am -Dtest=HelpTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dgolden=write");
  }

  @Test
  void everyVerbOfThePackageIsACommand() throws IOException {
    Set<String> commands =
        Kleiber.commandLine().getSubcommands().values().stream()
            .map(command -> command.getCommand().getClass().getSimpleName() + ".java")
            .collect(Collectors.toCollection(TreeSet::new));
    Path room =
        Path.of(System.getProperty("kleiber.home"), "harness/lab/src/main/java/kleiber/cli");
    try (Stream<Path> files = Files.list(room)) {
      Set<String> classes =
          files
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith("Command.java"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(classes, commands);
    }
  }
}
