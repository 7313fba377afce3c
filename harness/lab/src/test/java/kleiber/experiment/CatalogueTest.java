package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import kleiber.laws.Law;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CatalogueTest {
  /** An installed Kleiber lies in jars, which may or may not have entries for their folders. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJarIsListedLikeAFolder(boolean withFolders, @TempDir Path folder)
      throws IOException, ClassNotFoundException {
    Path classes = Path.of(System.getProperty("kleiber.home"), "harness/laws/target/classes");
    Path jar = folder.resolve("laws.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(file -> !file.equals(classes)).sorted().toList()) {
        String name = classes.relativize(file).toString().replace('\\', '/');
        if (Files.isRegularFile(file)) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        } else if (withFolders) {
          out.putNextEntry(new JarEntry(name + "/"));
        }
      }
    }
    URL[] path = {jar.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      Class<?> law = loader.loadClass(Law.class.getName());
      List<String> names = List.copyOf(Catalogue.of(law).keySet());
      assertEquals(List.copyOf(Catalogue.of(Law.class).keySet()), names);
      assertFalse(names.isEmpty());
      assertTrue(Catalogue.of(law).values().stream().allMatch(law::isAssignableFrom));
    }
  }
}
