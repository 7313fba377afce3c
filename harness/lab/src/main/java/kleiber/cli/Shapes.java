package kleiber.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.experiment.Run;
import kleiber.models.Gpt;
import kleiber.models.MixtureOfExperts;
import kleiber.models.ModelFamily;

/** The shapes of an experiment's models, by which one sees whether one rule made them all. */
final class Shapes {
  private Shapes() {}

  /** A decoder, and what stands behind its shape. */
  private record Shape(Gpt gpt, String experts) {
    static Stream<Shape> of(ModelFamily model) {
      return switch (model) {
        case Gpt gpt -> Stream.of(new Shape(gpt, ""));
        case MixtureOfExperts mixture ->
            Stream.of(
                new Shape(
                    mixture.dense(),
                    ", %d of %d experts a token".formatted(mixture.topK(), mixture.experts())));
        default -> Stream.empty();
      };
    }
  }

  /** A line with the distinct shapes from narrow to wide; families of no decoders are left out. */
  static Optional<String> of(List<Run> runs) {
    return runs.stream()
        .flatMap(run -> Shape.of(run.spec().model()))
        .distinct()
        .sorted(
            Comparator.comparingInt((Shape shape) -> shape.gpt.width())
                .thenComparingInt(shape -> shape.gpt.depth()))
        .map(shape -> of(shape.gpt) + shape.experts)
        .distinct()
        .reduce((some, other) -> some + "; " + other)
        .map(shapes -> "shapes: " + shapes);
  }

  private static String of(Gpt gpt) {
    return String.format(
        Locale.ROOT,
        "d %d L %d (d/L %.3g, d_head %d)",
        gpt.width(),
        gpt.depth(),
        (double) gpt.width() / gpt.depth(),
        gpt.headWidth());
  }
}
