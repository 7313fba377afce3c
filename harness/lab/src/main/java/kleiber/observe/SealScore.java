package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.IntervalScore;
import kleiber.experiment.UserException;
import kleiber.run.Provenance;
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
  /** Runs named in a sentence. */
  private static final int SHOWN = 3;

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
              new Candidate(run, store.provenance(run.run()).map(its -> began(run, its))));
        }
      }
    }
    return candidates;
  }

  private static Instant began(StoredRun run, Provenance provenance) {
    try {
      return Instant.parse(provenance.started());
    } catch (DateTimeParseException e) {
      throw new UserException(
          ("the provenance of run %s was changed or is damaged: it began at '%s', expected a time"
                  + " such as 2026-01-31T12:00:00Z; `audit` checks its folder")
              .formatted(run.run().id(), provenance.started()),
          e);
    }
  }

  /**
   * Scores a seal by the run that was trained with its seed, at its scale, after it; by the best of
   * several learning rates and batches, where the fit is of the best.
   */
  public static SealScore of(Sealed sealed, List<Candidate> candidates) {
    Seal seal = sealed.seal();
    List<StoredRun> counted = new ArrayList<>();
    List<String> why = new ArrayList<>();
    Set<String> seen = new HashSet<>(); // folders may hold one another, and copies the same runs
    for (Candidate candidate : candidates) {
      StoredRun run = candidate.run;
      if (run.run().spec().seed() == sealed.seed()
          && run.state() == StoredRun.State.DONE
          && !run.run().probe()
          && seen.add(run.run().id())) {
        String against = against(seal, candidate);
        if (against.isEmpty()) {
          counted.add(run);
        } else {
          why.add("run " + run.run().id() + " has its seed, but " + against);
        }
      }
    }
    if (counted.isEmpty()) {
      return new SealScore(
          sealed,
          Optional.empty(),
          why.isEmpty() ? unseeded(sealed, candidates) : String.join("; ", why));
    }
    if (!seal.scope().settles(counted)) {
      return new SealScore(
          sealed,
          Optional.empty(),
          "runs %s all have its seed and scale, and the fit does not speak of the best of several"
              .formatted(ids(counted)));
    }
    StoredRun best =
        counted.stream().min(Comparator.comparingDouble(run -> loss(seal, run))).orElseThrow();
    return new SealScore(
        sealed,
        Optional.of(loss(seal, best)),
        "run %s%s"
            .formatted(
                best.run().id(),
                counted.size() == 1
                    ? ""
                    : ", the best of the %d that were trained with its seed"
                        .formatted(counted.size())));
  }

  /** Why nothing was measured, where no run has the seed: runs of another seed are no evidence. */
  private static String unseeded(Sealed sealed, List<Candidate> candidates) {
    Set<String> seen = new HashSet<>();
    List<StoredRun> others =
        candidates.stream()
            .map(Candidate::run)
            .filter(run -> run.state() == StoredRun.State.DONE && !run.run().probe())
            .filter(run -> elsewhere(sealed.seal(), run).isEmpty())
            .filter(run -> seen.add(run.run().id()))
            .toList();
    return "no finished run has the seed %d%s"
        .formatted(
            sealed.seed(),
            others.isEmpty()
                ? ""
                : "; of its scale, but of %s, %s %s"
                    .formatted(
                        others.size() == 1 ? "another seed" : "other seeds",
                        others.size() == 1 ? "is run" : "are runs",
                        ids(others)));
  }

  private static String ids(List<StoredRun> runs) {
    int shown = Math.min(SHOWN, runs.size());
    return runs.subList(0, shown).stream()
            .map(run -> run.run().id())
            .collect(Collectors.joining(", "))
        + (shown < runs.size() ? " and %d more".formatted(runs.size() - shown) : "");
  }

  private static String against(Seal seal, Candidate candidate) {
    String elsewhere = elsewhere(seal, candidate.run);
    if (!elsewhere.isEmpty()) {
      return elsewhere;
    }
    if (candidate.began.isEmpty()) {
      return "when it began cannot be read";
    }
    return candidate.began.get().isBefore(Instant.parse(seal.time()))
        ? "it began at " + candidate.began.get() + ", before the prediction was sealed"
        : "";
  }

  /** What a run is instead of what was foretold, but for its seed; empty when it is that. */
  private static String elsewhere(Seal seal, StoredRun run) {
    Optional<String> difference =
        seal.difference(run.run(), run.facts().orElseThrow().parameters());
    Checkpoint last = run.checkpoints().getLast();
    return difference.isEmpty() && !last.heldOut().containsKey(heldOut(seal, last))
        ? "it was not measured on the held-out set '" + seal.heldOut() + "'"
        : difference.orElse("");
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
