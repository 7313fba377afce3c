package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The compute-optimal frontier through the vertices of one parabola for each budget. Budgets whose
 * vertex means nothing are left out and named. Resamples deal the parabolas' relative residuals out
 * anew, inflated for what three coefficients took from them.
 *
 * <p>Hoffmann et al. 2022 (arXiv:2203.15556), section 3.2.
 *
 * @param draws number of resamples
 * @param seed of the draws
 */
public record Approach2(int draws, long seed) {
  private static final int REDRAWS = 100;

  public Approach2 {
    Draws.requireEnough(draws);
  }

  /**
   * @throws IllegalArgumentException when fewer than three budgets have a vertex that means
   *     something, or when all of them have but three sizes, so that no residual is left
   */
  public Allocation estimate(List<IsoFlop> budgets) {
    List<Parabola> parabolas = budgets.stream().map(Parabola::fit).toList();
    List<String> notes =
        parabolas.stream()
            .filter(parabola -> parabola.vertex() != Vertex.INSIDE)
            .map(parabola -> "Left out: " + parabola.sentence())
            .toList();
    List<Parabola> kept =
        parabolas.stream().filter(parabola -> parabola.vertex() == Vertex.INSIDE).toList();
    if (kept.size() < 3) {
      throw new IllegalArgumentException(
          kept.size()
              + " of "
              + budgets.size()
              + " budgets have an optimum among the sizes tried, but a frontier with an interval"
              + " needs three. "
              + String.join(" ", notes));
    }
    List<Double> residuals = new ArrayList<>();
    int degreesOfFreedom = 0;
    for (Parabola parabola : kept) {
      int sizes = parabola.predicted().length;
      degreesOfFreedom += sizes - 3;
      for (int i = 0; i < sizes && sizes > 3; i++) {
        double inflation = Math.sqrt(sizes / (sizes - 3.0));
        double ratio = parabola.budget().losses()[i] / parabola.predicted()[i];
        residuals.add(inflation * (ratio - 1));
      }
    }
    if (degreesOfFreedom == 0) {
      throw new IllegalArgumentException(
          "Every budget has three sizes, and a parabola passes through any three: nothing is left"
              + " to measure the noise with.");
    }
    SplittableRandom source = new SplittableRandom(seed);
    List<Line> resampled =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(random -> resample(kept, residuals, random))
            .toList();
    Line line = Line.through(kept);
    return new Allocation(
        PowerOfCompute.through(
            line.params,
            resampled.stream().map(Line::params).toArray(LogLinearLaw[]::new),
            degreesOfFreedom),
        PowerOfCompute.through(
            line.tokens,
            resampled.stream().map(Line::tokens).toArray(LogLinearLaw[]::new),
            degreesOfFreedom),
        notes);
  }

  private record Line(LogLinearLaw params, LogLinearLaw tokens) {
    static Line through(List<Parabola> parabolas) {
      double[] flops = parabolas.stream().mapToDouble(p -> p.budget().flops()).toArray();
      double[] params = parabolas.stream().mapToDouble(Parabola::params).toArray();
      double[] tokens =
          parabolas.stream().mapToDouble(p -> p.budget().tokensAt(p.params())).toArray();
      return new Line(LogLinearLaw.fit(params, flops), LogLinearLaw.fit(tokens, flops));
    }
  }

  private static Line resample(
      List<Parabola> parabolas, List<Double> residuals, SplittableRandom random) {
    List<Parabola> drawn = new ArrayList<>();
    for (int attempt = 0; attempt < REDRAWS && drawn.size() < 2; attempt++) {
      drawn.clear();
      for (Parabola parabola : parabolas) {
        double[] losses =
            Arrays.stream(parabola.predicted())
                .map(loss -> loss * (1 + residuals.get(random.nextInt(residuals.size()))))
                .toArray();
        Parabola again = Parabola.fit(parabola.budget().withLosses(losses));
        if (again.vertex() == Vertex.INSIDE || again.vertex() == Vertex.OPEN) {
          drawn.add(again);
        }
      }
    }
    return Line.through(drawn.size() < 2 ? parabolas : drawn);
  }
}
