package kleiber.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/** Runs that are done, with losses that a test says: nothing is trained. */
final class MadeLosses {
  private static final int VOCABULARY = 256;

  /** What a test says the losses are. */
  @FunctionalInterface
  interface Loss {
    /** Nats per token on a held-out set, or of averaged weights on it, after some steps. */
    double at(Run run, long step, String name);
  }

  private MadeLosses() {}

  /** An experiment whose last losses are these; every run has one checkpoint. */
  static Analysis analysis(Experiment experiment, ToDoubleFunction<Run> loss) {
    return Analysis.of(experiment, runs(experiment.runs(), loss));
  }

  static List<StoredRun> runs(List<Run> runs, ToDoubleFunction<Run> loss) {
    return runs.stream()
        .map(
            run ->
                run(run, new long[] {run.trainedTokens()}, (its, _, _) -> loss.applyAsDouble(its)))
        .toList();
  }

  /** The same runs with losses at each position of the window beside the last. */
  static List<StoredRun> byPosition(List<StoredRun> runs, Function<Run, List<Double>> losses) {
    return runs.stream()
        .map(
            run ->
                new StoredRun(
                    run.run(),
                    run.state(),
                    run.reason(),
                    run.facts(),
                    run.checkpoints().stream()
                        .map(row -> byPosition(row, losses.apply(run.run())))
                        .toList(),
                    run.seconds()))
        .toList();
  }

  private static Checkpoint byPosition(Checkpoint row, List<Double> losses) {
    Map<String, Checkpoint.HeldOutLoss> heldOut = new HashMap<>();
    row.heldOut()
        .forEach(
            (name, loss) ->
                heldOut.put(
                    name,
                    new Checkpoint.HeldOutLoss(
                        loss.loss(),
                        loss.standardError(),
                        loss.bitsPerByte(),
                        Optional.of(losses))));
    return new Checkpoint(
        row.step(),
        row.tokens(),
        row.epochs(),
        row.flops(),
        row.learningRate(),
        row.fractionOfPeak(),
        row.trainLoss(),
        row.gradientNorm(),
        heldOut);
  }

  /** The same with a loss at every checkpoint that was planned. */
  static Analysis curves(Experiment experiment, Loss loss) {
    return Analysis.of(
        experiment,
        experiment.runs().stream()
            .map(run -> run(run, run.spec().checkpoints().tokens(run.spec().tokens()), loss))
            .toList());
  }

  /** An experiment of the project, on text that is not there, with few resamples. */
  static Experiment experiment(String name) {
    try {
      String file =
          Files.readString(
              Path.of(System.getProperty("kleiber.home"), "experiments", name + ".yaml"));
      return Experiments.parse(
          file.replaceFirst("corpus: \\{.*}}", "corpus: {type: StandInCorpus, vocabulary: 256}")
              .replace("bootstrap: 1000", "bootstrap: 60"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredRun run(Run run, long[] checkpoints, Loss loss) {
    TrainingSpec spec = run.spec();
    double perToken = spec.model().trainingFlopsPerToken(VOCABULARY, spec.context());
    Facts facts =
        new Facts(
            "made",
            VOCABULARY,
            10 * run.trainedTokens(),
            run.parameters(VOCABULARY),
            perToken,
            Map.of());
    List<Checkpoint> log = new ArrayList<>();
    for (long planned : checkpoints) {
      long step = Math.ceilDiv(planned, spec.tokensPerStep());
      long tokens = step * spec.tokensPerStep();
      double fraction = spec.fractionOfPeak(step);
      Map<String, Checkpoint.HeldOutLoss> losses = new HashMap<>();
      for (String name : spec.lossNames()) {
        losses.put(
            name,
            new Checkpoint.HeldOutLoss(loss.at(run, step, name), 0.001, OptionalDouble.empty()));
      }
      log.add(
          new Checkpoint(
              step,
              tokens,
              0.1,
              perToken * tokens,
              fraction * spec.optimizer().learningRate(),
              fraction,
              1,
              1,
              losses));
    }
    return new StoredRun(run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), log, 1);
  }
}
