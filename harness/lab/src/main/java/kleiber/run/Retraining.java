package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.run.Finding.Check;
import kleiber.run.Finding.Verdict;
import kleiber.train.Checkpoint;

/**
 * Stored runs trained again, into a folder of its own that is deleted afterwards. In the numeric
 * mode that they were trained in, logs and weights must be equal to the byte; in another, losses
 * must agree within a tolerance.
 */
public final class Retraining implements AutoCloseable {
  private final RunStore stored;
  private final Path folder;
  private final Experiment sample;

  /**
   * @param runs to be trained again
   */
  public Retraining(RunStore stored, Experiment experiment, List<Run> runs) throws IOException {
    this.stored = stored;
    folder = Files.createTempDirectory("kleiber-audit");
    sample =
        new Experiment(
            experiment.name(), experiment.question(), runs, experiment.fit(), experiment.text());
  }

  /**
   * So many runs at random, of those that took at most so many seconds by their own logs; all when
   * there are fewer. A run that logged no time is chosen only where the bound is infinite. FLOPs
   * would not tell what a run costs: an LSTM takes ten times a transformer's time for them.
   */
  public static List<Run> choose(List<StoredRun> runs, int count, double seconds, long seed) {
    List<Run> ended =
        new ArrayList<>(
            runs.stream()
                .filter(run -> run.state().isFinal())
                .filter(run -> seconds == Double.POSITIVE_INFINITY || run.seconds() <= seconds)
                .map(StoredRun::run)
                .toList());
    Collections.shuffle(ended, new Random(seed));
    return List.copyOf(ended.subList(0, Math.min(count, ended.size())));
  }

  /** The runs as an experiment. */
  public Experiment experiment() {
    return sample;
  }

  /** Where to train them. */
  public RunStore store() {
    return new RunStore(folder);
  }

  /** How much must be kept for the comparison. */
  public Saving saving() {
    boolean weights =
        sample.runs().stream()
            .anyMatch(run -> Files.exists(stored.folder(run).resolve(RunStore.WEIGHTS)));
    return new Saving(Saving.USUAL.everySeconds(), weights);
  }

  /**
   * Compares what was trained with what was stored.
   *
   * @param tolerance by which a loss may differ where the numeric mode does, as a share of it
   */
  public List<Finding> compare(double tolerance) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Run run : sample.runs()) {
      findings.add(compare(run, tolerance));
    }
    return findings;
  }

  private Finding compare(Run run, double tolerance) throws IOException {
    StoredRun before = stored.load(run);
    StoredRun now = store().load(run);
    if (now.state() == StoredRun.State.MISSING) {
      return Finding.notChecked(Check.RERUN, run.id(), "it was not trained to its end");
    }
    if (now.state() != before.state()) {
      String end = now.reason().map(reason -> ": " + reason).orElse("");
      return differs(run, "it was %s, now it is %s%s", word(before), word(now), end);
    }
    if (!before.facts().equals(now.facts())) {
      return differs(run, "its text, or what follows from it, is not what it was");
    }
    Optional<String> was = stored.provenance(run).map(Provenance::numerics);
    String is = store().provenance(run).map(Provenance::numerics).orElseThrow();
    return was.equals(Optional.of(is))
        ? bytes(run, is)
        : losses(before, now, tolerance, was.orElse("an unknown mode"), is);
  }

  private static String word(StoredRun run) {
    return run.state().name().toLowerCase(Locale.ROOT);
  }

  private Finding bytes(Run run, String mode) throws IOException {
    List<String> compared = new ArrayList<>();
    for (String name : List.of(RunStore.CHECKPOINTS, RunStore.WEIGHTS)) {
      Path before = stored.folder(run).resolve(name);
      if (Files.exists(before)) {
        Path now = store().folder(run).resolve(name);
        long at = Files.exists(now) ? Files.mismatch(before, now) : 0;
        if (at >= 0) {
          return differs(run, "%s differs from byte %d on (%s)", name, at, mode);
        }
        compared.add(name);
      }
    }
    String detail = "%s equal to the byte (%s)".formatted(String.join(" and ", compared), mode);
    return new Finding(Check.RERUN, run.id(), Verdict.AGREES, detail);
  }

  private static Finding losses(
      StoredRun before, StoredRun now, double tolerance, String was, String is) {
    String modes = "stored: %s; here: %s".formatted(was, is);
    if (before.checkpoints().size() != now.checkpoints().size()) {
      return differs(
          before.run(),
          "%d rows were logged, now %d (%s)",
          before.checkpoints().size(),
          now.checkpoints().size(),
          modes);
    }
    double most = 0;
    for (int row = 0; row < now.checkpoints().size(); row++) {
      most = Math.max(most, difference(before.checkpoints().get(row), now.checkpoints().get(row)));
    }
    String detail =
        String.format(Locale.ROOT, "losses differ by at most %.2g of themselves (%s)", most, modes);
    return most <= tolerance
        ? new Finding(Check.RERUN, before.run().id(), Verdict.AGREES, detail)
        : differs(before.run(), "%s, and may by %s", detail, tolerance);
  }

  /**
   * The largest relative difference of a row's losses; infinite when the rows cannot be compared.
   */
  private static double difference(Checkpoint before, Checkpoint now) {
    if (before.step() != now.step() || !before.heldOut().keySet().equals(now.heldOut().keySet())) {
      return Double.POSITIVE_INFINITY;
    }
    double most = 0;
    for (Map.Entry<String, Checkpoint.HeldOutLoss> set : before.heldOut().entrySet()) {
      double was = set.getValue().loss();
      double is = now.heldOut().get(set.getKey()).loss();
      boolean both = Double.isFinite(was) && Double.isFinite(is);
      if (both) {
        most = Math.max(most, Math.abs(is - was) / Math.abs(was));
      } else if (Double.isFinite(was) != Double.isFinite(is)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return most;
  }

  private static Finding differs(Run run, String why, Object... values) {
    return Finding.differs(Check.RERUN, run.id(), String.format(Locale.ROOT, why, values));
  }

  /** Deletes what was trained. */
  @Override
  public void close() throws IOException {
    Disk.delete(folder);
  }
}
