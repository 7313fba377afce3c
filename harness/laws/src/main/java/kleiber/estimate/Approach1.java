package kleiber.estimate;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kleiber.laws.Observation;

/**
 * The compute-optimal frontier through the lower envelope of training curves: at each of many
 * budgets the run with the lowest loss says what N and D are best. A budget counts where the
 * frontier itself leaves two sizes or more on either side of it among the runs that passed the
 * budget: were the run of the lowest loss to decide, noise near an edge would be let in on one side
 * only, and bend the frontier. Resamples draw whole clusters of runs, so that an envelope of few
 * runs counts as few.
 *
 * <p>Hoffmann et al. 2022 (arXiv:2203.15556), section 3.1, with 1500 budgets. It reads checkpoints
 * before the end of a schedule as if they were final losses.
 *
 * @param budgets how many, evenly spaced in ln C
 * @param draws number of resamples
 * @param seed of the draws
 */
public record Approach1(int budgets, int draws, long seed) {
  private static final int REDRAWS = 100;

  public Approach1 {
    if (budgets < 10) {
      throw new IllegalArgumentException(
          "There are " + budgets + " budgets but an envelope needs at least 10; 1500 is usual.");
    }
    Draws.requireEnough(draws);
  }

  /**
   * @param observations checkpoints of runs at several sizes
   * @throws IllegalArgumentException when fewer than three sizes lie on the envelope between others
   */
  public Allocation estimate(List<Observation> observations) {
    Envelope envelope = new Envelope(observations, budgets);
    int[] points = envelope.inside();
    long sizes = envelope.sizes(points, envelope.all());
    if (sizes < 3) {
      throw new IllegalArgumentException(
          sizes
              + " sizes lie on the envelope of the training curves with two smaller and two larger"
              + " ones beside them, but a frontier needs three: train sizes closer together, or for"
              + " longer.");
    }
    List<int[]> clusters = envelope.clusters();
    SplittableRandom source = new SplittableRandom(seed);
    List<Envelope.Frontier> resampled =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(random -> resample(envelope, points, clusters, random))
            .toList();
    Envelope.Frontier frontier = envelope.frontier(points, envelope.all());
    String note =
        String.format(
            Locale.ROOT,
            "%d of %d budgets lie well between the sizes tried; %d sizes are on the envelope.",
            points.length,
            budgets,
            sizes);
    return new Allocation(
        PowerOfCompute.through(
            frontier.params(),
            resampled.stream().map(Envelope.Frontier::params).toArray(LogLinearLaw[]::new),
            Double.POSITIVE_INFINITY),
        PowerOfCompute.through(
            frontier.tokens(),
            resampled.stream().map(Envelope.Frontier::tokens).toArray(LogLinearLaw[]::new),
            Double.POSITIVE_INFINITY),
        List.of(note));
  }

  private static Envelope.Frontier resample(
      Envelope envelope, int[] points, List<int[]> clusters, SplittableRandom random) {
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      boolean[] in = new boolean[envelope.all().length];
      for (int drawn = 0; drawn < clusters.size(); drawn++) {
        for (int curve : clusters.get(random.nextInt(clusters.size()))) {
          in[curve] = true;
        }
      }
      if (envelope.sizes(points, in) > 1) {
        return envelope.frontier(points, in);
      }
    }
    return envelope.frontier(points, envelope.all());
  }
}
