package kleiber.models;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every model family there is, found in the package, and tiny instances of each: those of {@code
 * Gpt} come from the test class {@code GptInstances}, and so for each family.
 */
public final class Families {
  private Families() {}

  /** The records of the package that implement {@link ModelFamily}. */
  public static List<Class<?>> classes() {
    String folder = ModelFamily.class.getPackageName().replace('.', '/');
    try {
      Path root =
          Path.of(ModelFamily.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".class"))
            .sorted()
            .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
            .filter(type -> type.isRecord() && ModelFamily.class.isAssignableFrom(type))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Instances of every family, each option of each at least once. */
  public static Stream<ModelFamily> all() {
    return classes().stream().flatMap(Families::instances);
  }

  /** Those that are made of kernels. */
  public static Stream<KernelFamily> ofKernels() {
    return all().filter(KernelFamily.class::isInstance).map(KernelFamily.class::cast);
  }

  private static Stream<ModelFamily> instances(Class<?> family) {
    Class<?> source;
    try {
      source = load(family.getSimpleName() + "Instances");
    } catch (AssertionError e) {
      throw new AssertionError(
          family.getSimpleName()
              + " is not held to the contract of families: add the test class "
              + family.getSimpleName()
              + "Instances, a Supplier of a Stream of tiny instances, beside GptInstances",
          e);
    }
    try {
      Supplier<?> supplier = (Supplier<?>) source.getDeclaredConstructor().newInstance();
      return ((Stream<?>) supplier.get()).map(ModelFamily.class::cast);
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> load(String simpleName) {
    try {
      return Class.forName(ModelFamily.class.getPackageName() + "." + simpleName);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
