package kleiber.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.models.Gpt;

/** The shapes of an experiment's models, by which one sees whether one rule made them all. */
final class Shapes {
  private Shapes() {}

  /** A line with the distinct shapes from narrow to wide; other families than GPTs are left out. */
  static Optional<String> of(List<Run> runs) {
    return runs.stream()
        .map(run -> run.spec().model())
        .filter(Gpt.class::isInstance)
        .map(Gpt.class::cast)
        .sorted(Comparator.comparingInt(Gpt::width).thenComparingInt(Gpt::depth))
        .map(Shapes::of)
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
