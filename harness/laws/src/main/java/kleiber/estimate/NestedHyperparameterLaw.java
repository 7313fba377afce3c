package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import kleiber.fit.Interval;

/**
 * The best learning rate at each batch, lr* = k N^p D^q B^s, and then the best batch, B* = m D^r,
 * by the losses at these rates. Where rate and batch can be traded for each other, the bowl of
 * {@link HyperparameterLaw} is a valley along whose bottom noise moves its minimum far, while the
 * walls, which are all that the first step asks for, stay where they are. Each step is one {@link
 * MovingMinimum}: the parabolas of all lines (of all cells) share their curvature, so that lines
 * whose own minimum the noise hides, or that end before it, count too.
 *
 * <p>An interval joins that of the scatter about the parabolas with what other windows, any size or
 * length left out, the minima of the lines by themselves, and the rates of the lowest losses would
 * have given. That of r joins only the ways that give a minimum over batches too.
 *
 * @param lines every model, data size and batch
 * @param rate ln lr* over ln N, ln D and ln B; losses in logarithms
 * @param ofParams p
 * @param ofTokens q, at one batch
 * @param ofBatch s
 * @param variants the same exponents by other ways
 * @param batch ln B* over ln D; empty where there are too few batches
 * @param batchOfTokens r; empty where the losses show no curvature over batches
 * @param batchWays other ways that were asked for r, whether or not they determine it
 * @param notes other ways that gave nothing
 */
public record NestedHyperparameterLaw(
    List<RateLine> lines,
    MovingMinimum rate,
    Estimate ofParams,
    Estimate ofTokens,
    Estimate ofBatch,
    List<Variant> variants,
    Optional<MovingMinimum> batch,
    Optional<Estimate> batchOfTokens,
    int batchWays,
    List<String> notes) {
  /**
   * Means within such a share above the lowest of their line count. A parabola needs a window of
   * several times the noise, and losses of small models scatter by 1 %.
   */
  public static final double WINDOW = 0.1;

  private static final double[] OTHERS = {0.02, 0.05, 0.2};

  /** Lines whose own minima make a law of four constants with an interval. */
  private static final int LEAST = 6;

  /**
   * The exponents by another way.
   *
   * @param estimator such as "parabolas within 10 %"
   * @param lines that it used
   * @param batchOfTokens r; NaN where it does not determine it, or gives no losses to find it by
   */
  public record Variant(
      String estimator,
      int lines,
      double ofParams,
      double ofTokens,
      double ofBatch,
      double batchOfTokens) {
    /** Whether it says how the best batch grows. */
    public boolean determinesBatch() {
      return !Double.isNaN(batchOfTokens);
    }
  }

  /**
   * @param noise standard deviation of the loss of a run, nats per token
   * @param degreesOfFreedom with which it is known
   * @throws IllegalArgumentException when the lines do not determine a law, or the noise hides it
   */
  public static NestedHyperparameterLaw fit(
      List<HyperparameterLaw.Cell> cells,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    List<RateLine> lines =
        cells.stream()
            .flatMap(
                cell -> RateLine.of(cell, WINDOW, noise, degreesOfFreedom, confidence).stream())
            .toList();
    MovingMinimum rate =
        rate(lines, WINDOW, confidence)
            .filter(MovingMinimum::isDetermined)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        lines.size()
                            + " lines of one model, data size and batch, each at three learning"
                            + " rates or more, do not determine a law of N, D and batch, or show no"
                            + " curvature beyond their scatter."));
    List<Variant> variants = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (double window : OTHERS) {
      other(within(window), lines, window, confidence, variants, notes);
    }
    for (double size : levels(lines, RateLine::params)) {
      String name = String.format(Locale.ROOT, "without N = %.4g", size);
      List<RateLine> rest = lines.stream().filter(line -> line.params() != size).toList();
      other(name, rest, WINDOW, confidence, variants, notes);
    }
    for (double length : levels(lines, RateLine::tokens)) {
      String name = String.format(Locale.ROOT, "without D = %.4g", length);
      List<RateLine> rest = lines.stream().filter(line -> line.tokens() != length).toList();
      other(name, rest, WINDOW, confidence, variants, notes);
    }
    int batchWays = variants.size() + notes.size();
    List<RateLine> inside = lines.stream().filter(line -> line.vertex() == Vertex.INSIDE).toList();
    twoStage("minimum of each line by itself", inside, RateLine::learningRate)
        .ifPresent(variants::add);
    twoStage("rate of the lowest loss of each line", lines, line -> line.lowest().rate())
        .ifPresent(variants::add);
    Optional<MovingMinimum> batch = batch(lines, rate, confidence);
    return new NestedHyperparameterLaw(
        lines,
        rate,
        joined(rate.slopes().get(0), variants, Variant::ofParams),
        joined(rate.slopes().get(1), variants, Variant::ofTokens),
        joined(rate.slopes().get(2), variants, Variant::ofBatch),
        List.copyOf(variants),
        batch,
        batch
            .filter(MovingMinimum::isDetermined)
            .map(law -> joined(law.slopes().get(0), variants, Variant::batchOfTokens)),
        batchWays,
        List.copyOf(notes));
  }

  private static String within(double window) {
    return String.format(Locale.ROOT, "parabolas within %.0f %%", 100 * window);
  }

  /** Other windows than {@link #WINDOW} in which the losses show no curvature over rates. */
  public List<Double> flatWindows() {
    return Arrays.stream(OTHERS)
        .filter(
            window -> variants.stream().noneMatch(each -> each.estimator().equals(within(window))))
        .boxed()
        .toList();
  }

  /** The different values of a scale, where more than two leave one to spare. */
  private static double[] levels(List<RateLine> lines, ToDoubleFunction<RateLine> of) {
    double[] levels = lines.stream().mapToDouble(of).distinct().sorted().toArray();
    return levels.length > 2 ? levels : new double[0];
  }

  private static void other(
      String name,
      List<RateLine> lines,
      double window,
      double confidence,
      List<Variant> variants,
      List<String> notes) {
    Optional<MovingMinimum> law = rate(lines, window, confidence);
    if (law.filter(MovingMinimum::isDetermined).isPresent()) {
      List<Estimate> slopes = law.get().slopes();
      variants.add(
          new Variant(
              name,
              lines.size(),
              slopes.get(0).value(),
              slopes.get(1).value(),
              slopes.get(2).value(),
              batch(lines, law.get(), confidence)
                  .filter(MovingMinimum::isDetermined)
                  .map(batch -> batch.slopes().get(0).value())
                  .orElse(Double.NaN)));
    } else {
      notes.add("Gives nothing: " + name + "; the losses show no curvature beyond their scatter.");
    }
  }

  /** lr* at N, D and a batch of so many tokens, with the interval of the quoted parabolas. */
  public Estimate rateAt(double params, double tokens, double batchTokens) {
    return rate.at(Math.log(params), Math.log(tokens), Math.log(batchTokens)).exp();
  }

  /**
   * B* at D, in tokens, with the interval of the quoted parabolas; empty where the losses show no
   * curvature over batches.
   */
  public Optional<Estimate> batchAt(double tokens) {
    return batch.filter(MovingMinimum::isDetermined).map(law -> law.at(Math.log(tokens)).exp());
  }

  private static Optional<MovingMinimum> rate(
      List<RateLine> lines, double window, double confidence) {
    List<MovingMinimum.Value> values = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      values.addAll(lines.get(i).values(i, place(lines.get(i)), window));
    }
    return MovingMinimum.fit(values, confidence);
  }

  private static double[] place(RateLine line) {
    return new double[] {Math.log(line.params()), Math.log(line.tokens()), Math.log(line.batch())};
  }

  /** Losses at the best rates of the law, over the batches of each cell. */
  private static Optional<MovingMinimum> batch(
      List<RateLine> lines, MovingMinimum rate, double confidence) {
    List<List<Double>> cells = new ArrayList<>();
    List<MovingMinimum.Value> values = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      RateLine line = lines.get(i);
      List<Double> cell = List.of(line.params(), line.tokens());
      if (!cells.contains(cell)) {
        cells.add(cell);
      }
      values.add(
          new MovingMinimum.Value(
              cells.indexOf(cell),
              Math.log(line.batch()),
              new double[] {Math.log(line.tokens())},
              rate.lowest(i, place(line)),
              1));
    }
    return MovingMinimum.fit(values, confidence);
  }

  /** A law through a best rate for each line. */
  private static Optional<Variant> twoStage(
      String estimator, List<RateLine> lines, ToDoubleFunction<RateLine> rate) {
    if (lines.size() < LEAST) {
      return Optional.empty();
    }
    try {
      LogLinearLaw law =
          LogLinearLaw.fit(
              lines.stream().mapToDouble(rate).toArray(),
              lines.stream().mapToDouble(RateLine::params).toArray(),
              lines.stream().mapToDouble(RateLine::tokens).toArray(),
              lines.stream().mapToDouble(RateLine::batch).toArray());
      return Optional.of(
          new Variant(
              estimator,
              lines.size(),
              law.exponent(0),
              law.exponent(1),
              law.exponent(2),
              Double.NaN));
    } catch (IllegalArgumentException undetermined) {
      return Optional.empty();
    }
  }

  private static Estimate joined(
      Estimate quoted, List<Variant> variants, ToDoubleFunction<Variant> exponent) {
    double low = quoted.interval().low();
    double high = quoted.interval().high();
    for (Variant variant : variants) {
      double other = exponent.applyAsDouble(variant);
      if (!Double.isNaN(other)) {
        low = Math.min(low, other);
        high = Math.max(high, other);
      }
    }
    return new Estimate(quoted.value(), new Interval(low, high, quoted.interval().confidence()));
  }
}
