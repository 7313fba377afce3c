package kleiber.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** Weights and moments of some models that train, by name, read when they are asked for. */
final class ModelTensors implements Snapshot.Tensors {
  /** What a parameter has: its values, and the moments of its optimizer. */
  private static final List<String> PARTS = List.of("weights", "moment1", "moment2");

  /** And the average of its values, where it is asked for. */
  private static final List<String> PARTS_WITH_AVERAGE =
      List.of("weights", "moment1", "moment2", "average");

  private final boolean inDouble;
  private final SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final SequencedMap<String, Supplier<double[]>> sources = new LinkedHashMap<>();

  ModelTensors(boolean inDouble) {
    this.inDouble = inDouble;
  }

  /** What is kept of each parameter. */
  static List<String> parts(Optional<?> averaging) {
    return averaging.isPresent() ? PARTS_WITH_AVERAGE : PARTS;
  }

  /** What a model's tensor is called in a snapshot. */
  static String name(int model, String part, String parameter) {
    return model + "/" + part + "/" + parameter;
  }

  void add(String name, List<Integer> shape, Supplier<double[]> numbers) {
    shapes.put(name, shape);
    sources.put(name, numbers);
  }

  @Override
  public SequencedMap<String, List<Integer>> shapes() {
    return Collections.unmodifiableSequencedMap(shapes);
  }

  @Override
  public boolean inDouble() {
    return inDouble;
  }

  @Override
  public double[] read(String name) {
    return sources.get(name).get();
  }
}
