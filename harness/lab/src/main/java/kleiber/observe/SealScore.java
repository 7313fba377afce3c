package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.estimate.IntervalScore;
import kleiber.models.ParameterCount;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;

/**
 * What became of a sealed prediction.
 *
 * @param measured the loss that was foretold; absent while there is none that counts
 * @param source where it was measured, or why there is none
 */
public record SealScore(Sealed sealed, Optional<Double> measured, String source) {
  /** Beyond this, a run is of another scale than was foretold. */
  private static final double SAME_SCALE = 0.01;

  /** What came of it. */
  public enum Verdict {
    /** Nothing that counts was measured yet. */
    UNSCORED,
    /** Nearer than both baselines, with the better interval. */
    PASSED,
    /** A baseline was as good. */
    FAILED
  }

  /**
   * A run that may be the one that was foretold.
   *
   * @param began when its training began, where that is known
   */
  public record Candidate(StoredRun run, Optional<Instant> began) {}

  /** The runs of folders of results, or of folders that hold some. */
  public static List<Candidate> candidates(List<Path> folders) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Path folder : folders) {
      List<Path> stores = new ArrayList<>(List.of(folder));
      if (Files.isDirectory(folder)) {
        try (Stream<Path> inner = Files.list(folder)) {
          inner.filter(Files::isDirectory).sorted().forEach(stores::add);
        }
      }
      for (Path each : stores) {
        RunStore store = new RunStore(each);
        for (StoredRun run : store.loadAll()) {
          candidates.add(
              new Candidate(
                  run, store.provenance(run.run()).map(its -> Instant.parse(its.started()))));
        }
      }
    }
    return candidates;
  }

  /** Scores a seal by the run that was trained with its seed, at its scale, after it. */
  public static SealScore of(Sealed sealed, List<Candidate> candidates) {
    List<String> why = new ArrayList<>();
    for (Candidate candidate : candidates) {
      StoredRun run = candidate.run;
      if (run.run().spec().seed() == sealed.seed() && run.state() == StoredRun.State.DONE) {
        String against = against(sealed.seal(), candidate);
        if (against.isEmpty()) {
          return new SealScore(
              sealed, Optional.of(loss(sealed.seal(), run)), "run " + run.run().id());
        }
        why.add("run " + run.run().id() + " has its seed, but " + against);
      }
    }
    return new SealScore(
        sealed,
        Optional.empty(),
        why.isEmpty() ? "no finished run has the seed " + sealed.seed() : String.join("; ", why));
  }

  private static String against(Seal seal, Candidate candidate) {
    StoredRun run = candidate.run;
    Checkpoint last = run.checkpoints().getLast();
    if (!near(last.tokens(), seal.tokens())) {
      return "it was trained on %s tokens and not on %s"
          .formatted(Quantity.count(last.tokens()), Quantity.count(seal.tokens()));
    }
    ParameterCount count = run.facts().orElseThrow().parameters();
    boolean ofThatSize =
        Arrays.stream(ParameterCount.Convention.values())
            .filter(its -> seal.counted().isEmpty() || its.name().equals(seal.counted()))
            .anyMatch(its -> near(count.under(its), seal.params()));
    if (!ofThatSize) {
      return "it has %s parameters and not %s"
          .formatted(Quantity.count(count.total()), Quantity.count(seal.params()));
    }
    if (!last.heldOut().containsKey(heldOut(seal, last))) {
      return "it was not measured on the held-out set '" + seal.heldOut() + "'";
    }
    if (candidate.began.isEmpty()) {
      return "when it began cannot be read";
    }
    return candidate.began.get().isBefore(Instant.parse(seal.time()))
        ? "it began at " + candidate.began.get() + ", before the prediction was sealed"
        : "";
  }

  private static double loss(Seal seal, StoredRun run) {
    Checkpoint last = run.checkpoints().getLast();
    return last.heldOut().get(heldOut(seal, last)).loss();
  }

  /** The set of a seal; the only one there is, where the seal names none. */
  private static String heldOut(Seal seal, Checkpoint checkpoint) {
    Map<String, ?> sets = checkpoint.heldOut();
    return seal.heldOut().isEmpty() && sets.size() == 1
        ? sets.keySet().iterator().next()
        : seal.heldOut();
  }

  private static boolean near(double value, double expected) {
    return Math.abs(value / expected - 1) <= SAME_SCALE;
  }

  /** Whether the interval held the measured loss. */
  public boolean covered() {
    return measured.map(sealed.seal().interval()::holds).orElse(false);
  }

  /** |predicted − measured| of a prediction, nats per token; NaN while nothing was measured. */
  public double error(double predicted) {
    return measured.map(loss -> Math.abs(predicted - loss)).orElse(Double.NaN);
  }

  /** Winkler's score of the interval, lower being better; NaN while nothing was measured. */
  public double score() {
    return measured
        .map(loss -> IntervalScore.of(sealed.seal().interval(), loss))
        .orElse(Double.NaN);
  }

  /** The same for a baseline, which has no interval. */
  public double score(double predicted) {
    return measured
        .map(loss -> IntervalScore.of(predicted, loss, sealed.seal().confidence()))
        .orElse(Double.NaN);
  }

  /** Whether it beats both baselines, by error and by score. */
  public Verdict verdict() {
    if (measured.isEmpty()) {
      return Verdict.UNSCORED;
    }
    Seal seal = sealed.seal();
    boolean beats =
        Stream.of(seal.powerLaw(), seal.twoBudgets())
            .allMatch(
                baseline -> error(seal.predicted()) < error(baseline) && score() < score(baseline));
    return beats ? Verdict.PASSED : Verdict.FAILED;
  }
}
