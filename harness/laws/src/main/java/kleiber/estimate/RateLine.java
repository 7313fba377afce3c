package kleiber.estimate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs of one model, data size and batch at several learning rates, and the best rate: the minimum
 * of a parabola in ln(rate) through the means over seeds near the lowest, the two rates beside it
 * always among them.
 *
 * @param params N
 * @param tokens D
 * @param batch tokens per optimizer step
 * @param minimum of the parabola over ln(rate), losses relative to the lowest
 * @param lowest the lowest mean loss, nats per token
 * @param lowestRate the rate that it was measured at
 * @param rates how many rates the parabola goes through
 * @param vertex whether the minimum means anything; OPEN where the noise hides it
 */
public record RateLine(
    double params,
    double tokens,
    double batch,
    QuadraticMinimum minimum,
    double lowest,
    double lowestRate,
    int rates,
    Vertex vertex) {
  private record Mean(double rate, double loss, int runs) {}

  /**
   * @param trials of one batch, at three rates or more
   * @param window highest mean that counts, above the lowest one, as a share
   * @param noise standard deviation of the loss of a run, nats per token
   * @param degreesOfFreedom with which the noise is known
   * @throws IllegalArgumentException when there are fewer than three rates
   */
  public static RateLine fit(
      double params,
      double tokens,
      List<Trial> trials,
      double window,
      double noise,
      double degreesOfFreedom,
      double confidence) {
    List<Mean> means = means(trials);
    if (means.size() < 3) {
      throw new IllegalArgumentException(
          "A best learning rate needs three rates, but " + means.size() + " were tried.");
    }
    int best = 0;
    for (int i = 0; i < means.size(); i++) {
      best = means.get(i).loss < means.get(best).loss ? i : best;
    }
    double lowest = means.get(best).loss;
    int centre = Math.max(1, Math.min(means.size() - 2, best));
    List<Mean> near =
        means.stream()
            .filter(
                mean ->
                    mean.loss <= lowest * (1 + window)
                        || Math.abs(means.indexOf(mean) - centre) <= 1)
            .toList();
    double[] x = near.stream().mapToDouble(mean -> Math.log(mean.rate)).toArray();
    QuadraticMinimum minimum =
        QuadraticMinimum.fit(
            x,
            near.stream().mapToDouble(mean -> mean.loss / lowest).toArray(),
            near.stream().mapToDouble(mean -> noise / lowest / Math.sqrt(mean.runs)).toArray(),
            degreesOfFreedom,
            confidence);
    Vertex vertex;
    if (!(minimum.curvature() > 0)) {
      vertex = Vertex.CONCAVE;
    } else if (best != centre || minimum.at() < x[0] || minimum.at() > x[x.length - 1]) {
      vertex = Vertex.EDGE;
    } else {
      vertex = minimum.isKnown() ? Vertex.INSIDE : Vertex.OPEN;
    }
    return new RateLine(
        params,
        tokens,
        trials.get(0).batch(),
        minimum,
        lowest,
        means.get(best).rate,
        near.size(),
        vertex);
  }

  private static List<Mean> means(List<Trial> trials) {
    Map<Double, List<Trial>> byRate =
        trials.stream()
            .collect(Collectors.groupingBy(Trial::learningRate, TreeMap::new, Collectors.toList()));
    return byRate.values().stream()
        .map(
            its ->
                new Mean(
                    its.get(0).learningRate(),
                    its.stream().mapToDouble(Trial::loss).average().orElseThrow(),
                    its.size()))
        .toList();
  }

  /** The best rate. */
  public double learningRate() {
    return Math.exp(minimum.at());
  }

  /** Loss of the parabola at its minimum, nats per token. */
  public double loss() {
    return lowest * minimum.value();
  }

  /** Loss of the parabola at a rate, nats per token. */
  public double loss(double rate) {
    return lowest * minimum.value(Math.log(rate));
  }

  /** Best rates by lines. */
  static double[] rates(List<RateLine> lines) {
    return lines.stream().mapToDouble(RateLine::learningRate).toArray();
  }

  /** The law of the best rate through lines, over N, D and batch. */
  static LogLinearLaw law(List<RateLine> lines, double[] rates) {
    return LogLinearLaw.fit(
        Arrays.copyOf(rates, rates.length),
        lines.stream().mapToDouble(RateLine::params).toArray(),
        lines.stream().mapToDouble(RateLine::tokens).toArray(),
        lines.stream().mapToDouble(RateLine::batch).toArray());
  }
}
