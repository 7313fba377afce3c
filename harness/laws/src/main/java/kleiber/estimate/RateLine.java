package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs of one model, data size and batch at several learning rates, and the best rate by
 * themselves: the minimum of a parabola in ln(rate) through the means over seeds near the lowest,
 * the two rates beside it always among them.
 *
 * @param params N
 * @param tokens D
 * @param batch tokens per optimizer step
 * @param means at every rate tried, ascending
 * @param near how many of them the parabola goes through
 * @param minimum of the parabola over ln(rate), losses relative to the lowest
 * @param lowest the mean of the lowest loss
 * @param vertex whether the minimum means anything; OPEN where the noise hides it
 */
public record RateLine(
    double params,
    double tokens,
    double batch,
    List<Mean> means,
    int near,
    QuadraticMinimum minimum,
    Mean lowest,
    Vertex vertex) {
  /** Runs that differ in their seed alone. */
  public record Mean(double rate, double loss, int runs) {}

  /**
   * The lines of a cell, one for each batch that was run at three rates or more.
   *
   * @param window highest mean that counts, above the lowest one of the line, as a share
   * @param noise standard deviation of the loss of a run, nats per token
   * @param degreesOfFreedom with which the noise is known
   */
  public static List<RateLine> of(
      HyperparameterLaw.Cell cell,
      double window,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    Map<Double, List<Trial>> byBatch =
        cell.trials().stream()
            .collect(Collectors.groupingBy(Trial::batch, TreeMap::new, Collectors.toList()));
    List<RateLine> lines = new ArrayList<>();
    for (List<Trial> its : byBatch.values()) {
      List<Mean> means = means(its);
      if (means.size() >= 3) {
        lines.add(
            line(cell, its.get(0).batch(), means, window, noise, degreesOfFreedom, confidence));
      }
    }
    return lines;
  }

  private static RateLine line(
      HyperparameterLaw.Cell cell,
      double batch,
      List<Mean> means,
      double window,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    int best = 0;
    for (int i = 0; i < means.size(); i++) {
      best = means.get(i).loss < means.get(best).loss ? i : best;
    }
    Mean lowest = means.get(best);
    int centre = Math.max(1, Math.min(means.size() - 2, best));
    List<Mean> near = new ArrayList<>();
    for (int i = 0; i < means.size(); i++) {
      if (means.get(i).loss <= lowest.loss * (1 + window) || Math.abs(i - centre) <= 1) {
        near.add(means.get(i));
      }
    }
    QuadraticMinimum minimum =
        QuadraticMinimum.fit(
            near.stream().mapToDouble(mean -> Math.log(mean.rate)).toArray(),
            near.stream().mapToDouble(mean -> mean.loss / lowest.loss).toArray(),
            near.stream().mapToDouble(mean -> noise / lowest.loss / Math.sqrt(mean.runs)).toArray(),
            degreesOfFreedom,
            confidence);
    Vertex vertex;
    if (!(minimum.curvature() > 0)) {
      vertex = Vertex.CONCAVE;
    } else if (best != centre
        || minimum.at() < Math.log(near.get(0).rate)
        || minimum.at() > Math.log(near.get(near.size() - 1).rate)) {
      vertex = Vertex.EDGE;
    } else {
      vertex = minimum.isKnown() ? Vertex.INSIDE : Vertex.OPEN;
    }
    return new RateLine(
        cell.params(), cell.tokens(), batch, means, near.size(), minimum, lowest, vertex);
  }

  private static List<Mean> means(List<Trial> trials) {
    Map<Double, List<Trial>> byRate =
        trials.stream()
            .collect(Collectors.groupingBy(Trial::learningRate, TreeMap::new, Collectors.toList()));
    return byRate.entrySet().stream()
        .map(
            its ->
                new Mean(
                    its.getKey(),
                    its.getValue().stream().mapToDouble(Trial::loss).average().orElseThrow(),
                    its.getValue().size()))
        .toList();
  }

  /**
   * Its means within a share above the lowest, for parabolas in ln(rate) that several lines share.
   *
   * @param group of this line
   * @param z covariates of this line
   */
  List<MovingMinimum.Value> values(int group, double[] z, double window) {
    return means.stream()
        .filter(mean -> mean.loss <= lowest.loss * (1 + window))
        .map(
            mean ->
                new MovingMinimum.Value(
                    group, Math.log(mean.rate), z, Math.log(mean.loss), mean.runs))
        .toList();
  }

  /**
   * The loss at a rate as it was measured, nats per token: straight lines in ln(rate) between the
   * means; NaN beyond the rates tried.
   */
  public double measured(double rate) {
    for (int i = 1; i < means.size(); i++) {
      Mean left = means.get(i - 1);
      Mean right = means.get(i);
      if (left.rate <= rate && rate <= right.rate) {
        double share = Math.log(rate / left.rate) / Math.log(right.rate / left.rate);
        return left.loss + share * (right.loss - left.loss);
      }
    }
    return Double.NaN;
  }

  /** The best rate. */
  public double learningRate() {
    return Math.exp(minimum.at());
  }

  /** Loss of the parabola at a rate, nats per token. */
  public double loss(double rate) {
    return lowest.loss * minimum.value(Math.log(rate));
  }

  /** The lowest loss there is, nats per token: of the parabola where it has one, else measured. */
  public double floor() {
    return vertex == Vertex.INSIDE ? lowest.loss * minimum.value() : lowest.loss;
  }
}
