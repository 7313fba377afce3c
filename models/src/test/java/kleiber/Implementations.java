package kleiber;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a package has of a type: the package is the registry. */
public final class Implementations {
  private Implementations() {}

  /** The records beside an interface that implement it, by name. */
  public static List<Class<?>> records(Class<?> type) {
    try {
      Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = root.resolve(type.getPackageName().replace('.', '/'));
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class"))
            .sorted()
            .<Class<?>>map(file -> beside(type, file.substring(0, file.lastIndexOf('.'))))
            .filter(found -> found.isRecord() && type.isAssignableFrom(found))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> beside(Class<?> type, String simpleName) {
    try {
      return Class.forName(type.getPackageName() + "." + simpleName);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
