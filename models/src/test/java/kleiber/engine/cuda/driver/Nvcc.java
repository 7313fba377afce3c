package kleiber.engine.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The compiler of a CUDA toolkit, which tells what a kernel takes of a card. */
record Nvcc(Path program) {
  private static final Pattern ARCHITECTURE = Pattern.compile("sm_(\\d+)");
  private static final Pattern TURN = Pattern.compile("__CUDA_ARCH__ >= (\\d+)0\\b");
  private static final Pattern KERNEL =
      Pattern.compile(
          "Compiling entry function '(\\w+)' for 'sm_(\\d+)'\\R.*\\R\\s*\\d+ bytes stack frame,"
              + " (\\d+) bytes spill stores");

  /**
   * A kernel for an architecture.
   *
   * @param architecture such as 90 for sm_90
   * @param spilled bytes of a thread that found no register
   */
  record Compiled(String kernel, int architecture, int spilled) {}

  /** On the path or in the usual place of a toolkit. */
  static Optional<Nvcc> here() {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)),
            Stream.of("/usr/local/cuda/bin"))
        .map(folder -> Path.of(folder, "nvcc"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Nvcc::new);
  }

  /** The architectures that it compiles for. */
  SortedSet<Integer> architectures() {
    SortedSet<Integer> known = new TreeSet<>();
    ARCHITECTURE
        .matcher(run(List.of("--list-gpu-code")))
        .results()
        .forEach(found -> known.add(Integer.valueOf(found.group(1))));
    return known;
  }

  /**
   * Compiles a file, all architectures in one call. What comes before the choice of instructions is
   * the same from one turn of the sources to the next and is done once for all between, as it takes
   * most of the time.
   *
   * @param architectures in rising order
   */
  List<Compiled> compile(Path source, SortedSet<Integer> architectures) {
    Map<Integer, List<String>> codes = new TreeMap<>();
    for (int architecture : architectures) {
      SortedSet<Integer> turns = turns(architectures.first()).headSet(architecture + 1);
      codes.computeIfAbsent(turns.last(), _ -> new ArrayList<>()).add("sm_" + architecture);
    }
    List<String> arguments = new ArrayList<>(List.of("-fatbin", "-std=c++17", "-Xptxas", "-v"));
    arguments.addAll(List.of("-allow-unsupported-compiler", "--threads", "0"));
    codes.forEach(
        (turn, those) ->
            arguments.add(
                "-gencode=arch=compute_%d,code=[%s]".formatted(turn, String.join(",", those))));
    arguments.addAll(List.of("-o", source + ".fatbin", source.toString()));
    List<Compiled> compiled = new ArrayList<>();
    Matcher said = KERNEL.matcher(run(arguments));
    while (said.find()) {
      compiled.add(
          new Compiled(
              said.group(1), Integer.parseInt(said.group(2)), Integer.parseInt(said.group(3))));
    }
    return compiled;
  }

  /** Architectures from which on some source takes another path, and the oldest. */
  private static SortedSet<Integer> turns(int oldest) {
    SortedSet<Integer> turns = new TreeSet<>(List.of(oldest));
    for (String ending : List.of(".cu", ".cuh")) {
      for (String file : SourceFiles.ending(ending)) {
        TURN.matcher(KernelSources.text(file))
            .results()
            .forEach(found -> turns.add(Integer.valueOf(found.group(1))));
      }
    }
    return turns;
  }

  /** What it says. */
  private String run(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + said);
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
