package kleiber.observe;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.run.StoredRun;

/**
 * How much the final loss differs between runs that differ in their seed alone.
 *
 * @param standardDeviation pooled within cells, nats per token
 * @param cells settings that were run with at least two seeds
 * @param runs in those cells
 */
public record SeedNoise(double standardDeviation, int cells, int runs) {
  /** The noise among finished runs on a held-out set; empty when no cell has two seeds. */
  static Optional<SeedNoise> of(List<StoredRun> stored, String heldOut) {
    Collection<List<Double>> cells =
        stored.stream()
            .filter(run -> run.state() == StoredRun.State.DONE && !run.checkpoints().isEmpty())
            .filter(run -> run.checkpoints().getLast().heldOut().containsKey(heldOut))
            .collect(
                Collectors.groupingBy(
                    run -> run.run().spec().withSeed(0),
                    Collectors.mapping(
                        run -> run.checkpoints().getLast().heldOut().get(heldOut).loss(),
                        Collectors.toList())))
            .values();
    double squares = 0;
    int freedom = 0;
    int several = 0;
    int runs = 0;
    for (List<Double> losses : cells) {
      if (losses.size() > 1) {
        double mean = losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        squares += losses.stream().mapToDouble(loss -> (loss - mean) * (loss - mean)).sum();
        freedom += losses.size() - 1;
        several++;
        runs += losses.size();
      }
    }
    return several == 0
        ? Optional.empty()
        : Optional.of(new SeedNoise(Math.sqrt(squares / freedom), several, runs));
  }
}
