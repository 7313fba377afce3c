package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.fit.FittedLaw;
import kleiber.fit.Outcome;
import kleiber.laws.ParallelScaling;
import kleiber.laws.Scale;
import kleiber.models.ParallelStreams;
import kleiber.report.Report;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The number of streams goes from an experiment's grid to the law that reads it, and back. */
class StreamsAxisTest {
  private static final double[] TRUTH = {1.1, 2.5e4, 0.3, 0.4};

  private static final String TEXT =
      """
      name: streams
      question: Do P streams act like more parameters?
      base:
        corpus: {type: SourceJars, tokenizer: {type: Bytes}}
        context: 64
        batch: 16
        tokens: 262144
        repeat: false
        model:
          type: ParallelStreams
          position: rotary
          norm: rms
          activation: gelu
          tiedHead: true
          qkNorm: false
          biases: false
          prefix: 8
        optimizer: {type: AdamW, learningRate: 3e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 1}
        schedule: {type: Cosine, warmupTokens: 16384, finalFraction: 0.1}
        checkpoints: {first: 65536, ratio: 2}
        heldOut:
          text: {tokens: 65536}
        seed: 1
      rules:
        - {type: DepthByWidth, columns: 16}
        - {type: HeadsByWidth, columns: 8}
      grid:
        - model.width: [16, 24, 32, 48, 64, 96]
          model.streams: [1, 2, 4]
      fit:
        law: {type: ParallelScaling}
        objective: {type: Huber, delta: 1e-3}
        heldOut: text
        checkpoints: last
        params: non-embedding
        flops: exact
        holdOut: {flopsAbove: 1e12}
        bootstrap: 50
        confidence: 0.9
      """;

  @TempDir Path folder;

  private static StoredRun made(Run run, double noise) {
    TrainingSpec spec = run.spec();
    Facts facts =
        new Facts(
            "c0ffee",
            256,
            40_000_000,
            spec.model().count(256, spec.context()),
            spec.model().trainingFlopsPerToken(256, spec.context()),
            Map.of("text", new Facts.HeldOutFacts("beef", 65536, 40, OptionalDouble.of(1))));
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (long tokens : spec.checkpoints().tokens(spec.tokens())) {
      Scale at =
          new Scale(
              facts.parameters().hidden(),
              tokens,
              1,
              Map.of("streams", (double) ((ParallelStreams) spec.model()).streams()));
      double loss = new ParallelScaling().loss(at, TRUTH) * Math.exp(1e-3 * noise);
      double fraction = spec.schedule().at(tokens, spec.tokens());
      checkpoints.add(
          new Checkpoint(
              tokens / spec.tokensPerStep(),
              tokens,
              (double) tokens / facts.uniqueTokens(),
              tokens * facts.trainingFlopsPerToken(),
              fraction * spec.optimizer().learningRate(),
              fraction,
              loss,
              0.5,
              Map.of("text", new Checkpoint.HeldOutLoss(loss, 0.004, OptionalDouble.empty()))));
    }
    return new StoredRun(
        run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), checkpoints, 1);
  }

  @Test
  void theLawIsFoundAgainAndForetells() throws IOException {
    Experiment experiment =
        Experiment.read(Files.writeString(folder.resolve("streams.yaml"), TEXT), List.of());
    assertEquals(18, experiment.runs().size());
    long seed = 3;
    Random random = new Random(seed);
    List<StoredRun> runs =
        experiment.runs().stream().map(run -> made(run, random.nextGaussian())).toList();

    Analysis analysis = Analysis.of(experiment, runs);
    FittedLaw law = analysis.fitted().orElseThrow();
    assertEquals(Outcome.CONVERGED, law.outcome());
    assertTrue(law.observations() < 18, "some runs are held out");
    for (Residual residual : analysis.heldOutResiduals()) {
      double truth = new ParallelScaling().loss(residual.measured().at(), TRUTH);
      assertEquals(truth, residual.predicted(), 0.01 * truth, "seed " + seed);
    }
    assertEquals(TRUTH[3], law.theta()[3], 0.1, "k, seed " + seed);

    Path table = folder.resolve(ObservationTable.FILE);
    Observations observations = analysis.observations();
    ObservationTable.write(table, observations);
    assertEquals(observations.rows(), ObservationTable.read(table));
    assertTrue(ForeignTable.read(table).columns().getLast().equals("streams"));
    TreeSet<Double> streams = new TreeSet<>();
    observations.fit().forEach(row -> streams.add(row.at().extra().get("streams")));
    assertEquals(new TreeSet<>(List.of(1.0, 2.0, 4.0)), streams);

    FitFile fit = FitFile.of(analysis).orElseThrow();
    Scale of3 = fit.saved().scale(1e5, 262_144, Map.of("streams", 3.0));
    assertEquals(law.loss(of3), fit.saved().predict(of3).loss());
    assertTrue(Files.readString(Report.write(folder, analysis)).contains("\"places\":[4"));
    String missing =
        assertThrows(UserException.class, () -> fit.saved().scale(1e5, 262_144, Map.of()))
            .getMessage();
    assertTrue(missing.contains("also reads streams: give --axis streams=VALUE"), missing);
  }

  @Test
  void aLawOfWhatNoRunHasIsRefusedBeforeItIsTrained() {
    String sparse = TEXT.replace("ParallelScaling}", "ExpertSparsity}");
    String refusal =
        assertThrows(UserException.class, () -> Experiments.parse(sparse)).getMessage();
    assertTrue(
        refusal.contains("fit.law: ExpertSparsity reads sparsity, which no run of this grid has"),
        refusal);
  }
}
