package kleiber.models;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kleiber.Implementations;

/**
 * Every model family there is, found in the package, and tiny instances of each: those of {@code
 * Gpt} come from the test class {@code GptInstances}, and so for each family.
 */
public final class Families {
  private Families() {}

  /** Instances of every family, each option of each at least once. */
  public static Stream<ModelFamily> all() {
    return Implementations.records(ModelFamily.class).stream().flatMap(Families::instances);
  }

  /** Those that are made of kernels. */
  public static Stream<KernelFamily> ofKernels() {
    return all().filter(KernelFamily.class::isInstance).map(KernelFamily.class::cast);
  }

  /** The first and the last instance of each that is made of kernels, where all take too long. */
  public static Stream<KernelFamily> someOfKernels() {
    return eachOfKernels().flatMap(all -> Stream.of(all.getFirst(), all.getLast()));
  }

  /** The last instance of each that is made of kernels. */
  public static Stream<KernelFamily> lastOfKernels() {
    return eachOfKernels().map(List::getLast);
  }

  private static Stream<List<KernelFamily>> eachOfKernels() {
    return Implementations.records(KernelFamily.class).stream()
        .map(family -> instances(family).map(KernelFamily.class::cast).toList());
  }

  private static Stream<ModelFamily> instances(Class<?> family) {
    String source = family.getName() + "Instances";
    try {
      Supplier<?> supplier =
          (Supplier<?>) Class.forName(source).getDeclaredConstructor().newInstance();
      return ((Stream<?>) supplier.get()).map(ModelFamily.class::cast);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(
          family.getSimpleName()
              + " is not held to the contract of families: add the test class "
              + source
              + ", a Supplier of a Stream of tiny instances, beside GptInstances",
          e);
    }
  }
}
