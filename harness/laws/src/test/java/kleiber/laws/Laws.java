package kleiber.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All laws there are: the concrete classes of the compiled package. */
public final class Laws {
  private Laws() {}

  public static List<Law> all() {
    try (Stream<Path> files = Files.list(Path.of(classes().toURI()).resolve("kleiber/laws"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("-"))
          .sorted()
          .map(name -> load("kleiber.laws." + name.substring(0, name.length() - 6)))
          .filter(type -> Law.class.isAssignableFrom(type) && !type.isInterface())
          .map(Laws::create)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL classes() {
    return Law.class.getProtectionDomain().getCodeSource().getLocation();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Law create(Class<?> type) {
    try {
      return (Law) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " needs a constructor without arguments", e);
    }
  }
}
