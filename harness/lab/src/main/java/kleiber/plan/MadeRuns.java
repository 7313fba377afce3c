package kleiber.plan;

import static java.util.Comparator.comparingDouble;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import kleiber.experiment.Run;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/**
 * Runs as they would be stored had they been trained in a world where a law holds: every checkpoint
 * has the law's loss at its tokens, as if the learning rate had ended there, and the rows of a run,
 * or of a trunk with its branches, share one draw of noise. Where a plan counts the best of several
 * rates alone, that is taken to be the one of most seeds, and of these the middle one. Nothing is
 * trained.
 */
final class MadeRuns {
  /** What a run at another rate ends above the best by: more than noise can make up for. */
  private static final double OTHER_RATE = 1.1;

  private final PlannedScales scales;
  private final Prior law;

  /**
   * @param scales under whose conventions the law reads N and C
   */
  MadeRuns(PlannedScales scales, Prior law) {
    this.scales = scales;
    this.law = law;
  }

  /** All runs, done. */
  List<StoredRun> of(List<Run> runs, RandomGenerator random) throws IOException {
    Map<String, Double> shifts = new HashMap<>();
    Set<Run> others = scales.plan().atBestRates() ? atOtherRates(runs) : Set.of();
    List<StoredRun> made = new ArrayList<>();
    for (Run run : runs) {
      double shift = shifts.computeIfAbsent(run.cluster(), _ -> random.nextGaussian());
      double factor = Math.exp(law.noise() * shift);
      made.add(of(run, others.contains(run) ? OTHER_RATE * factor : factor));
    }
    return made;
  }

  /** Where several rates or batches are to be tried. */
  private record Size(double params, long tokens) {}

  private record Setting(double rate, long batch) {
    static Setting of(Run run) {
      return new Setting(run.spec().optimizer().learningRate(), run.spec().tokensPerStep());
    }
  }

  private Set<Run> atOtherRates(List<Run> runs) throws IOException {
    Map<Size, Map<Setting, List<Run>>> cells = new LinkedHashMap<>();
    for (Run run : runs) {
      if (!run.probe() && scales.plan().recipe().matches(run)) {
        cells
            .computeIfAbsent(
                new Size(scales.of(run).params(), run.spec().tokens()),
                _ -> new TreeMap<>(comparingDouble(Setting::rate).thenComparing(Setting::batch)))
            .computeIfAbsent(Setting.of(run), _ -> new ArrayList<>())
            .add(run);
      }
    }
    Set<Run> others = new HashSet<>();
    for (Map<Setting, List<Run>> cell : cells.values()) {
      int seeds = cell.values().stream().mapToInt(List::size).max().orElseThrow();
      List<List<Run>> most = cell.values().stream().filter(its -> its.size() == seeds).toList();
      List<Run> best = most.get(most.size() / 2);
      cell.values().stream().filter(its -> its != best).forEach(others::addAll);
    }
    return others;
  }

  private StoredRun of(Run run, double factor) throws IOException {
    Facts facts = facts(run);
    TrainingSpec spec = run.spec();
    List<Checkpoint> checkpoints = new ArrayList<>();
    // Checkpoints that fall on one step are one, as in a training.
    long[] steps =
        Arrays.stream(spec.checkpoints().tokens(spec.tokens()))
            .map(planned -> Math.ceilDiv(planned, spec.tokensPerStep()))
            .distinct()
            .toArray();
    for (long step : steps) {
      long tokens = step * spec.tokensPerStep();
      double loss = factor * law.law().loss(scales.of(run, tokens), law.theta());
      double fraction = spec.fractionOfPeak(step);
      Map<String, Checkpoint.HeldOutLoss> heldOut = new HashMap<>();
      for (String name : spec.lossNames()) {
        heldOut.put(name, new Checkpoint.HeldOutLoss(loss, Double.NaN, OptionalDouble.empty()));
      }
      checkpoints.add(
          new Checkpoint(
              step,
              tokens,
              (double) tokens / facts.uniqueTokens(),
              tokens * facts.trainingFlopsPerToken(),
              spec.optimizer().learningRate() * fraction,
              fraction,
              loss,
              1,
              heldOut));
    }
    return new StoredRun(
        run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), checkpoints, Double.NaN);
  }

  private Facts facts(Run run) throws IOException {
    int vocabulary = scales.vocabularies().of(run.spec().corpus());
    return new Facts(
        "made",
        vocabulary,
        scales.uniqueTokens(run),
        run.parameters(vocabulary),
        run.spec().model().trainingFlopsPerToken(vocabulary, run.spec().context()),
        Map.of());
  }
}
