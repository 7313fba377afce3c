package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.fit.Interval;

/**
 * The best learning rate at each batch, and its law lr* = k N^p D^q B^s; then the best batch by
 * what is left at the best rates: {@link BatchOptimum}. Where learning rate and batch can be traded
 * for each other, the bowl of {@link HyperparameterLaw} is a valley whose bottom the noise moves
 * far along, while its walls, which are all that this asks for, stay where they are.
 *
 * <p>An interval joins Student's (the scatter of the best rates about the law, error of its form
 * included) with what other windows, and the rates of the lowest losses by themselves, would have
 * given.
 *
 * @param lines every model, data size and batch
 * @param learningRate lr* over N, D and B in tokens, through the lines with a minimum inside
 * @param ofParams p
 * @param ofTokens q, at one batch
 * @param ofBatch s
 * @param variants the same law by other ways of finding the best rates
 * @param batch the best batch; empty where too few lines have a minimum inside
 * @param notes lines that were left out
 */
public record NestedHyperparameterLaw(
    List<RateLine> lines,
    LogLinearLaw learningRate,
    Estimate ofParams,
    Estimate ofTokens,
    Estimate ofBatch,
    List<Variant> variants,
    Optional<BatchOptimum> batch,
    List<String> notes) {
  /** Above the lowest mean of a line. */
  private static final double QUOTED = 0.05;

  private static final double[] OTHERS = {0.02, 0.1, 0.2};

  /** Lines without which the law has too little to tell its scatter by. */
  private static final int LEAST = 8;

  /**
   * The law by another way of finding the best rates.
   *
   * @param estimator such as "parabola within 10 %"
   * @param lines that had a best rate
   */
  public record Variant(String estimator, int lines, LogLinearLaw law) {}

  /**
   * @param noise standard deviation of the loss of a run, nats per token
   * @param degreesOfFreedom with which it is known
   * @throws IllegalArgumentException when too few lines have their lowest loss inside
   */
  public static NestedHyperparameterLaw fit(
      List<HyperparameterLaw.Cell> cells,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    List<RateLine> all = lines(cells, QUOTED, noise, degreesOfFreedom, confidence);
    List<String> notes = new ArrayList<>();
    for (RateLine line : all) {
      if (line.vertex() != Vertex.INSIDE) {
        notes.add(
            String.format(
                Locale.ROOT,
                "Left out: the best rate at N = %.3g, D = %.3g and batch %.0f is %s.",
                line.params(),
                line.tokens(),
                line.batch(),
                line.vertex()));
      }
    }
    List<RateLine> inside = inside(all);
    if (inside.size() < LEAST) {
      throw new IllegalArgumentException(
          inside.size()
              + " of "
              + all.size()
              + " lines of one model, data size and batch have their best rate among those tried,"
              + " but a law of N, D and batch needs "
              + LEAST
              + ". "
              + String.join(" ", notes));
    }
    LogLinearLaw law = RateLine.law(inside, RateLine.rates(inside));
    List<Variant> variants = new ArrayList<>();
    for (double window : OTHERS) {
      List<RateLine> other = inside(lines(cells, window, noise, degreesOfFreedom, confidence));
      if (other.size() >= LEAST) {
        variants.add(
            new Variant(
                String.format(Locale.ROOT, "parabola within %.0f %%", 100 * window),
                other.size(),
                RateLine.law(other, RateLine.rates(other))));
      }
    }
    variants.add(
        new Variant(
            "rate of the lowest loss",
            inside.size(),
            RateLine.law(inside, inside.stream().mapToDouble(RateLine::lowestRate).toArray())));
    return new NestedHyperparameterLaw(
        all,
        law,
        joined(0, law, variants, confidence),
        joined(1, law, variants, confidence),
        joined(2, law, variants, confidence),
        variants,
        BatchOptimum.of(inside, confidence),
        notes);
  }

  /** lr* at a scale and batch with Student's interval. */
  public Estimate at(double params, double tokens, double batch, double confidence) {
    return learningRate.at(confidence, new double[] {params, tokens, batch});
  }

  private static List<RateLine> lines(
      List<HyperparameterLaw.Cell> cells,
      double window,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    List<RateLine> lines = new ArrayList<>();
    for (HyperparameterLaw.Cell cell : cells) {
      Map<Double, List<Trial>> byBatch =
          cell.trials().stream()
              .collect(Collectors.groupingBy(Trial::batch, TreeMap::new, Collectors.toList()));
      for (List<Trial> its : byBatch.values()) {
        if (its.stream().mapToDouble(Trial::learningRate).distinct().count() >= 3) {
          lines.add(
              RateLine.fit(
                  cell.params(), cell.tokens(), its, window, noise, degreesOfFreedom, confidence));
        }
      }
    }
    return lines;
  }

  private static List<RateLine> inside(List<RateLine> lines) {
    return lines.stream().filter(line -> line.vertex() == Vertex.INSIDE).toList();
  }

  private static Estimate joined(
      int which, LogLinearLaw law, List<Variant> variants, double confidence) {
    Estimate student = law.exponent(which, confidence);
    double low = student.interval().low();
    double high = student.interval().high();
    for (Variant variant : variants) {
      low = Math.min(low, variant.law.exponent(which));
      high = Math.max(high, variant.law.exponent(which));
    }
    return new Estimate(student.value(), new Interval(low, high, confidence));
  }
}
