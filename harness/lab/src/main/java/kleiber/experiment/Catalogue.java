package kleiber.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The implementations of an interface: the public classes of its own package and of those below it,
 * found by looking into the folders and jars that the package lies in. The package is the registry,
 * and nothing outside it can be named.
 */
public final class Catalogue {
  private static final ClassValue<SortedMap<String, Class<?>>> KNOWN =
      new ClassValue<>() {
        @Override
        protected SortedMap<String, Class<?>> computeValue(Class<?> type) {
          return scan(type);
        }
      };

  private Catalogue() {}

  /** The implementations of {@code type}, by simple name. */
  public static SortedMap<String, Class<?>> of(Class<?> type) {
    return KNOWN.get(type);
  }

  private static SortedMap<String, Class<?>> scan(Class<?> type) {
    SortedMap<String, Class<?>> found = new TreeMap<>();
    String folder = type.getPackageName().replace('.', '/');
    ClassLoader loader = type.getClassLoader();
    try {
      List<URL> places = Collections.list(loader.getResources(folder));
      if (places.isEmpty()) { // a jar without entries for its folders
        places = List.of(type.getResource(type.getSimpleName() + ".class"));
      }
      for (URL place : places) {
        for (String path : classes(place, folder)) {
          Class<?> candidate =
              Class.forName((folder + "/" + path).replace('/', '.'), false, loader);
          int modifiers = candidate.getModifiers();
          if (type.isAssignableFrom(candidate)
              && Modifier.isPublic(modifiers)
              && !Modifier.isAbstract(modifiers)) {
            found.put(candidate.getSimpleName(), candidate);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the package " + type.getPackageName(), e);
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IllegalStateException("cannot list the package " + type.getPackageName(), e);
    }
    return Collections.unmodifiableSortedMap(found);
  }

  /** The top-level classes below a folder that lies on a disk or in a jar, by their paths there. */
  private static List<String> classes(URL place, String folder)
      throws IOException, URISyntaxException {
    if (place.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        return topLevel(
            jar.stream()
                .map(entry -> entry.getName())
                .filter(name -> name.startsWith(folder + "/"))
                .map(name -> name.substring(folder.length() + 1)));
      }
    }
    Path root = Path.of(place.toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return topLevel(files.map(file -> root.relativize(file).toString().replace('\\', '/')));
    }
  }

  private static List<String> topLevel(Stream<String> files) {
    return files
        .filter(name -> name.endsWith(".class"))
        .map(name -> name.substring(0, name.length() - ".class".length()))
        .filter(name -> !name.contains("$") && !name.contains("-"))
        .toList();
  }
}
