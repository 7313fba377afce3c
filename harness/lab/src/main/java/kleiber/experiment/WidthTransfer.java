package kleiber.experiment;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the best learning rate moves with the model's width, for each parametrization that the grid
 * has, and what the rate that is best at the smallest width costs at the largest.
 */
public record WidthTransfer() implements StudyPlan {
  /** The setting that a series has several of. */
  public static final String WIDTH = "model.width";

  /** Widths without which nothing can be said to move. */
  public static final int LEAST_WIDTHS = 3;

  private static final String RATE = "optimizer.learningRate";

  /** What is not the same at all widths: the shape rules' doing, and what is looked for. */
  private static final Set<String> VARIES =
      Set.of(WIDTH, "model.heads", "model.kvHeads", RATE, "seed");

  /** What runs of one series have in common: settings by their paths. */
  public static Map<String, String> series(Run run) {
    Map<String, String> settings = new TreeMap<>(FlatSettings.of(run));
    settings.keySet().removeAll(VARIES);
    return settings;
  }

  /** Refuses a grid without any series of widths, each with learning rates enough. */
  @Override
  public void check(PlannedGrid grid) {
    Map<Map<String, String>, Map<String, Set<Double>>> rates =
        grid.cells().stream()
            .filter(run -> FlatSettings.of(run).containsKey(WIDTH))
            .collect(
                Collectors.groupingBy(
                    WidthTransfer::series,
                    Collectors.groupingBy(
                        run -> FlatSettings.of(run).get(WIDTH),
                        Collectors.mapping(
                            run -> run.spec().optimizer().learningRate(), Collectors.toSet()))));
    int widths =
        rates.values().stream()
            .mapToInt(
                its ->
                    (int)
                        its.values().stream()
                            .filter(of -> of.size() >= HyperparameterLaw.LEAST_RATES)
                            .count())
            .max()
            .orElse(0);
    if (widths < LEAST_WIDTHS) {
      throw new IllegalArgumentException(
          "it takes %d values of %s, alike in all but heads, seed and %s, each at %d rates or more; the grid has %s"
              .formatted(
                  LEAST_WIDTHS,
                  WIDTH,
                  RATE,
                  HyperparameterLaw.LEAST_RATES,
                  widths == 0 ? "none" : widths));
    }
  }
}
