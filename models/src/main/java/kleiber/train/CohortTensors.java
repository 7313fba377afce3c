package kleiber.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import kleiber.engine.Kernels;
import kleiber.engine.Tensor;

/** Weights and moments of some models of a cohort that trains, by name. */
final class CohortTensors implements Snapshot.Tensors {
  /** What a parameter has: its values, and the moments of AdamW. */
  private static final List<String> PARTS = List.of("weights", "moment1", "moment2");

  /** And the average of its values, where it is asked for. */
  private static final List<String> PARTS_WITH_AVERAGE =
      List.of("weights", "moment1", "moment2", "average");

  private final Kernels kernels;
  private final Optional<WeightAverages> averages;
  private final SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final SequencedMap<String, Source> sources = new LinkedHashMap<>();

  /**
   * @param part index in {@link #parts}
   */
  private record Source(Tensor parameter, int model, int part) {}

  private CohortTensors(Kernels kernels, Optional<WeightAverages> averages) {
    this.kernels = kernels;
    this.averages = averages;
  }

  /** What is kept of each parameter. */
  static List<String> parts(Optional<?> averaging) {
    return averaging.isPresent() ? PARTS_WITH_AVERAGE : PARTS;
  }

  /** All of some models, the first of them named 0. */
  static CohortTensors of(Kernels kernels, Optional<WeightAverages> averages, int[] models) {
    CohortTensors tensors = new CohortTensors(kernels, averages);
    List<String> parts = parts(averages);
    for (int number = 0; number < models.length; number++) {
      for (int part = 0; part < parts.size(); part++) {
        for (Tensor parameter : kernels.program().parameters()) {
          tensors.add(
              name(number, parts.get(part), parameter.name()),
              new Source(parameter, models[number], part));
        }
      }
    }
    return tensors;
  }

  /** The weights of one model, under the names of its parameters. */
  static CohortTensors weights(Kernels kernels, int model) {
    CohortTensors tensors = new CohortTensors(kernels, Optional.empty());
    for (Tensor parameter : kernels.program().parameters()) {
      tensors.add(parameter.name(), new Source(parameter, model, 0));
    }
    return tensors;
  }

  /** What a model's tensor is called in a snapshot. */
  static String name(int model, String part, String parameter) {
    return model + "/" + part + "/" + parameter;
  }

  private void add(String name, Source source) {
    shapes.put(name, source.parameter().shape());
    sources.put(name, source);
  }

  @Override
  public SequencedMap<String, List<Integer>> shapes() {
    return Collections.unmodifiableSequencedMap(shapes);
  }

  @Override
  public boolean inDouble() {
    return kernels.inDouble();
  }

  @Override
  public double[] read(String name) {
    Source source = sources.get(name);
    return switch (source.part()) {
      case 0 -> kernels.read(source.parameter(), source.model());
      case 1, 2 -> kernels.readMoment(source.parameter(), source.model(), source.part() - 1);
      default -> averages.orElseThrow().read(source.parameter(), source.model());
    };
  }
}
