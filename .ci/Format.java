import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks, or with {@code apply} mends, the layout of every Java file by google-java-format. A file
 * of its own, run by the build's JDK, because the formatter cannot parse Java 25 on the JDK 17 that
 * Maven itself may be running on.
 */
final class Format {
  private Format() {}

  public static void main(String[] args) throws Exception {
    boolean apply = args.length > 0 && args[0].equals("apply");
    List<String> options = new ArrayList<>();
    options.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    for (String root : List.of(".ci", "models/src", "harness")) {
      options.addAll(javaFiles(Path.of(root)));
    }
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter errors = new PrintWriter(System.err, true);
    int outcome =
        new com.google.googlejavaformat.java.Main(out, errors, System.in)
            .format(options.toArray(String[]::new));
    out.flush();
    errors.flush(); // what cannot be parsed is told without a new line
    if (outcome != 0) {
      System.err.println(
          "The files above are not formatted; mend: mvn -q -N compile -Dformat=apply");
      System.exit(1);
    }
  }

  private static List<String> javaFiles(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> !path.toString().contains("/target/"))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }
}
