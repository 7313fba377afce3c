package kleiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The plan of the house: which room may use which. An arrow that points back fails here. */
class HouseTest {
  private static final Path HOME = Path.of(System.getProperty("kleiber.home"));
  private static final List<String> MODULES =
      List.of("models", "harness/laws", "harness/lab", "harness/page");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?kleiber\\.([a-z0-9.]+)\\.[A-Z]", Pattern.MULTILINE);

  /** Room → the rooms right below it; what those may use, it may use too. */
  private static final Map<String, Set<String>> BELOW =
      Map.ofEntries(
          Map.entry("data", Set.of()),
          Map.entry("engine", Set.of()),
          Map.entry("engine.naive", Set.of("engine")),
          Map.entry("engine.trial", Set.of("engine.naive")),
          Map.entry("engine.blas", Set.of("engine")),
          Map.entry("engine.host", Set.of("engine.blas")),
          Map.entry("engine.cuda.driver", Set.of()),
          Map.entry("engine.cuda", Set.of("engine", "engine.cuda.driver")),
          Map.entry("engine.nd4j", Set.of("engine.blas", "engine.cuda.driver")),
          Map.entry("models", Set.of("engine.nd4j", "data")),
          Map.entry("train", Set.of("models", "engine.host", "engine.cuda")),
          Map.entry("laws", Set.of()),
          Map.entry("fit", Set.of("laws")),
          Map.entry("estimate", Set.of("fit")),
          Map.entry("design", Set.of("estimate")),
          Map.entry("experiment", Set.of("train", "design")),
          Map.entry("run", Set.of("experiment")),
          Map.entry("bench", Set.of("run")),
          Map.entry("observe", Set.of("run")),
          Map.entry("study", Set.of("observe")),
          Map.entry("reproduce", Set.of("study")),
          Map.entry("report", Set.of("study")),
          Map.entry("plan", Set.of("observe")),
          Map.entry("live", Set.of("report")),
          Map.entry("export", Set.of("observe")),
          Map.entry("page", Set.of("report")),
          Map.entry("cli", Set.of("live", "export", "reproduce", "bench", "plan", "engine.trial")));

  private static Set<String> mayUse(String room) {
    Set<String> rooms = new TreeSet<>(BELOW.get(room));
    BELOW.get(room).forEach(below -> rooms.addAll(mayUse(below)));
    return rooms;
  }

  @Test
  void importsPointOneWay() throws IOException {
    List<String> wrong = new ArrayList<>();
    int read = 0;
    for (Path file : sources("src/main/java")) {
      String room = room(file);
      assertTrue(BELOW.containsKey(room), file + " lies in a room that is not on the plan");
      Matcher matcher = IMPORT.matcher(Files.readString(file));
      while (matcher.find()) {
        String used = matcher.group(1);
        read++;
        if (!used.equals(room) && !mayUse(room).contains(used)) {
          wrong.add(HOME.relativize(file) + " imports kleiber." + used);
        }
      }
    }
    assertTrue(read > 50, "only " + read + " imports were read: is the pattern still right?");
    assertEquals(List.of(), wrong);
  }

  @Test
  void theFittingLibraryReadsNoFiles() throws IOException {
    List<String> wrong =
        sources("src/main/java").stream()
            .filter(file -> file.startsWith(HOME.resolve("harness/laws")))
            .filter(file -> contains(file, "java.nio.file") || contains(file, "java.io.File"))
            .map(Path::toString)
            .toList();
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyRoomSaysWhatItIsFor() throws IOException {
    Set<Path> rooms = new TreeSet<>();
    for (Path file : sources("src/main/java")) {
      rooms.add(file.getParent());
    }
    assertEquals(BELOW.size(), rooms.size(), "rooms: " + rooms);
    for (Path room : rooms) {
      Path info = room.resolve("package-info.java");
      assertTrue(Files.exists(info), room + " has no package-info.java");
      assertTrue(Files.readString(info).startsWith("/**"), info + " has no javadoc");
    }
  }

  /** What follows {@code kleiber.} in the name of a file's package. */
  private static String room(Path file) {
    Path folder = file.getParent();
    Path root = folder;
    while (!root.endsWith("kleiber")) {
      root = root.getParent();
    }
    return root.relativize(folder).toString().replace(File.separatorChar, '.');
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> sources(String folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> paths = Files.walk(HOME.resolve(module).resolve(folder))) {
        paths.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
      }
    }
    return files;
  }
}
