package kleiber.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Finds the files that a user names: one file, a folder in depth, or a glob. */
final class FilePattern {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private FilePattern() {}

  /**
   * The files, in the order of their names. A folder gives those of its files that have one of the
   * extensions, hidden ones left out; a file or a glob that names any other is refused.
   *
   * @param extensions with their dots
   * @throws CorpusException when nothing is found or a file is of another kind
   */
  static List<Path> find(String pattern, List<String> extensions) throws IOException {
    Path path = Path.of(pattern);
    if (Files.isDirectory(path)) {
      List<Path> all = walk(path, file -> !hidden(path.relativize(file)));
      List<Path> known = all.stream().filter(file -> isOneOf(file, extensions)).toList();
      if (known.isEmpty()) {
        throw new CorpusException(
            "the folder "
                + path.toAbsolutePath()
                + " has no file of a known kind; known are "
                + String.join(" ", extensions)
                + (all.isEmpty() ? "; it is empty" : "; it has " + endings(all)));
      }
      return known;
    }
    List<Path> files = Files.isRegularFile(path) ? List.of(path) : glob(pattern);
    for (Path file : files) {
      if (!isOneOf(file, extensions)) {
        throw new CorpusException(
            file + " is not of a known kind; known are " + String.join(" ", extensions));
      }
    }
    return files;
  }

  /** A string that differs where the content may differ, found without reading it. */
  static String identity(Path file) throws IOException {
    return file.toRealPath().toUri().getRawPath()
        + " "
        + Files.size(file)
        + " "
        + Files.getLastModifiedTime(file);
  }

  /** A file's name by its bytes, which a path's string shows as the process's locale has it. */
  static String name(Path file) {
    String path = file.toUri().getRawPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static List<Path> glob(String pattern) throws IOException {
    int wildcard = firstWildcard(pattern);
    if (wildcard < 0) {
      throw new CorpusException(
          "there is no file or folder "
              + pattern
              + " (looked in "
              + Path.of("").toAbsolutePath()
              + ")");
    }
    int slash = pattern.lastIndexOf('/', wildcard);
    Path base = Path.of(slash < 0 ? "" : pattern.substring(0, Math.max(slash, 1)));
    String rest = pattern.substring(slash + 1);
    if (!Files.isDirectory(base)) {
      throw new CorpusException(
          "nothing matches " + pattern + ": there is no folder " + base.toAbsolutePath());
    }
    Predicate<Path> matches = matcher(pattern, rest);
    List<Path> files = walk(base, file -> matches.test(base.relativize(file)));
    if (files.isEmpty()) {
      throw new CorpusException(
          "nothing matches " + pattern + ": no file in " + base.toAbsolutePath() + " is " + rest);
    }
    return files;
  }

  private static int firstWildcard(String pattern) {
    var matcher = WILDCARD.matcher(pattern);
    return matcher.find() ? matcher.start() : -1;
  }

  private static Predicate<Path> matcher(String pattern, String rest) throws CorpusException {
    try {
      // As in a shell, but not in Java, "**/" also stands for no folder at all.
      List<PathMatcher> matchers =
          Stream.of(rest, rest.replaceFirst("^\\*\\*/", ""), rest.replace("/**/", "/"))
              .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
              .toList();
      return file -> matchers.stream().anyMatch(matcher -> matcher.matches(file));
    } catch (PatternSyntaxException e) {
      throw new CorpusException(pattern + " is not a glob: " + e.getDescription(), e);
    }
  }

  private static List<Path> walk(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).filter(wanted).sorted().toList();
    } catch (UncheckedIOException e) {
      throw new CorpusException(
          switch (e.getCause()) {
            case FileSystemLoopException loop ->
                loop.getFile() + " is a link to a folder around it; remove it or give a glob";
            case AccessDeniedException denied ->
                denied.getFile() + " may not be read by this user; allow it or give a glob";
            case IOException other -> folder + " cannot be searched: " + other;
          },
          e);
    }
  }

  private static boolean hidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOneOf(Path file, List<String> extensions) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return extensions.stream().anyMatch(name::endsWith);
  }

  private static String endings(List<Path> files) {
    TreeSet<String> endings = new TreeSet<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      endings.add(name.contains(".") ? "*" + name.substring(name.lastIndexOf('.')) : name);
    }
    return String.join(", ", endings.stream().limit(8).toList());
  }
}
