package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import kleiber.data.Arithmetic;
import kleiber.data.Copying;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.Draw;
import kleiber.data.Markov;
import kleiber.data.Oracle;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Tensor;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.MixtureOfExperts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final int T = 16;
  private static final int B = 3;
  private static final Draw DRAW = new Draw(T, 10_000, 5_000, 2);

  @TempDir private Path cache;

  /** Two models: the ideal predictor, and one that guesses evenly. */
  private record Judges(Oracle oracle, int vocabulary) implements Evaluation.Answers {
    @Override
    public int members() {
      return 2;
    }

    @Override
    public int batch() {
      return B;
    }

    @Override
    public double[][] losses(int[] inputs, int[] targets) {
      double[] ideal = new double[B * T];
      for (int row = 0; row < B; row++) {
        int[] ids = Arrays.copyOfRange(inputs, row * T, (row + 1) * T + 1);
        ids[T] = targets[row * T + T - 1];
        double[] losses = oracle.losses(ids);
        for (int t = 0; t < T; t++) {
          ideal[row * T + t] = losses[t + 1] < 50 ? losses[t + 1] : 50; // or NaN
        }
      }
      double[] even = new double[B * T];
      Arrays.fill(even, Math.log(vocabulary));
      return new double[][] {ideal, even};
    }

    @Override
    public double[][] logits(int[] inputs) {
      double[] ideal = new double[B * T * vocabulary];
      for (int row = 0; row < B; row++) {
        for (int t = 0; t < T; t++) {
          int[] ids = Arrays.copyOfRange(inputs, row * T, row * T + t + 2);
          for (int v = 0; v < vocabulary; v++) {
            ids[t + 1] = v;
            ideal[(row * T + t) * vocabulary + v] = -Math.min(oracle.losses(ids)[t + 1], 50);
          }
        }
      }
      return new double[][] {ideal, new double[ideal.length]};
    }

    /** Two blocks of four experts: the first of each model takes turns, the second knows one. */
    @Override
    public List<double[][]> gates(int[] inputs) {
      double[][] gates = new double[2][B * T * 4];
      for (int position = 0; position < B * T; position++) {
        gates[0][4 * position + inputs[position] % 4] = 0.5;
        gates[1][4 * position + 2] = 1;
      }
      return List.of(gates, new double[][] {gates[0], gates[0]});
    }
  }

  private Map<String, double[]> ask(Corpus corpus, Evaluation evaluation) throws IOException {
    Oracle oracle = corpus.oracle().orElseThrow();
    return evaluation
        .prepare(corpus.open(cache), Optional.of(oracle), T)
        .ask(new Judges(oracle, corpus.vocabulary()), StopSignal.NEVER)
        .orElseThrow();
  }

  @Test
  void whoKnowsTheTextChoosesItsOwnEnd() throws IOException {
    Map<String, double[]> told = ask(new Copying(9, 4, 4, DRAW), new MultipleChoice(20, 4, 5));
    assertEquals(Set.of("loss", "probability", "accuracy"), told.keySet());
    assertEquals(1, told.get("accuracy")[0], 1e-12);
    assertEquals(1, told.get("probability")[0], 1e-12);
    // Four tokens are copied, the fifth begins another document.
    assertEquals(Math.log(9) / 5, told.get("loss")[0], 1e-12);
    assertEquals(0.25, told.get("accuracy")[1], 1e-12);
    assertEquals(0.25, told.get("probability")[1], 1e-12);
    assertEquals(Math.log(9), told.get("loss")[1], 1e-12);
  }

  @Test
  void whatIsDrawnIsJudgedByTheIdealPredictor() throws IOException {
    Map<String, double[]> told = ask(new Markov(1, 6, 2, DRAW), new Sampling(20, 3, 12, 1, 5));
    assertEquals(told.get("loss")[0], told.get("oracle")[0], 1e-9);
    assertEquals(Math.log(6), told.get("loss")[1], 1e-9);
    assertTrue(told.get("oracle")[1] > told.get("oracle")[0] + 0.2, "guesses cost more");
    assertTrue(told.get("distinct")[0] < told.get("distinct")[1], "guesses are more different");
    Map<String, double[]> cold = ask(new Markov(1, 6, 2, DRAW), new Sampling(20, 3, 12, 0.01, 5));
    assertTrue(cold.get("loss")[0] < told.get("loss")[0]);
  }

  @Test
  void tokensThatCannotComeAreCounted() throws IOException {
    Map<String, double[]> told = ask(new Arithmetic(1, 2, DRAW), new Sampling(20, 3, 12, 1, 5));
    assertEquals(0, told.get("impossible")[0], 1e-9);
    assertEquals(1, told.get("impossible")[1], 1e-9);
  }

  /** Tokens 0 to 11 are copied evenly, so that experts by residue are busy alike. */
  @Test
  void expertsThatNobodyChoosesAreCounted() throws IOException {
    Map<String, double[]> told = ask(new Copying(12, 4, 4, DRAW), new ExpertLoad(200));
    assertEquals(Set.of("busiest", "idle"), told.keySet());
    double even = told.get("busiest")[0];
    assertTrue(even >= 1 && even < 1.1, "even: " + even);
    assertEquals((4 + even) / 2, told.get("busiest")[1], 1e-12);
    assertEquals(0, told.get("idle")[0]);
    assertEquals(3.0 / 4 / 2, told.get("idle")[1], 1e-12);
  }

  /** All weights of the router being 0, every token takes the two experts of lowest index. */
  @Test
  void aMixtureTellsItsLoad() throws IOException {
    OptionalInt none = OptionalInt.empty();
    MixtureOfExperts mixture =
        new MixtureOfExperts(
            Specs.GPT, 5, 2, none, none, OptionalDouble.empty(), OptionalDouble.empty());
    ExpertLoad load = new ExpertLoad(7);
    int[] inputs = new java.util.Random(1).ints(2 * 4 * T, 0, 12).toArray();
    for (Engine engine : List.of(new NaiveEngine(1), new HostEngine(1))) {
      try (engine;
          Cohort cohort =
              new Cohort(
                  engine,
                  mixture,
                  Specs.spec().products(),
                  12,
                  4,
                  T,
                  Optional.empty(),
                  new long[] {1, 2})) {
        Kernels kernels = cohort.kernels();
        Tensor router =
            cohort.parameters().stream()
                .filter(parameter -> parameter.name().endsWith(".router.weight"))
                .findFirst()
                .orElseThrow();
        kernels.write(router, 1, new double[router.size()]);
        List<double[][]> gates = cohort.gates(inputs);
        assertEquals(1, gates.size());
        for (int i = 0; i < 4 * T * 5; i++) {
          assertEquals(i % 5 < 2 ? 0.5 : 0, gates.getFirst()[1][i], 1e-7);
        }
        Map<String, double[]> told =
            load.prepare(new Copying(12, 4, 4, DRAW).open(cache), Optional.empty(), T)
                .ask(new Scores.Answering(cohort, 4), StopSignal.NEVER)
                .orElseThrow();
        assertEquals(2.5, told.get("busiest")[1], 1e-12);
        assertEquals(0.6, told.get("idle")[1], 1e-12);
        assertTrue(told.get("busiest")[0] >= 1 && told.get("busiest")[0] <= 2.5);
      }
    }
    String refusal =
        assertThrows(
                IllegalArgumentException.class,
                () -> Specs.asked(Specs.spec(), Map.of("load", load)))
            .getMessage();
    assertEquals(
        "ExpertLoad asks which experts tokens choose, and Gpt has none; leave it out", refusal);
  }

  @Test
  void logitsAreThoseOfTheLosses() {
    int[] inputs = new java.util.Random(1).ints(2 * 4 * 8, 0, 12).toArray();
    int[] targets = new java.util.Random(2).ints(2 * 4 * 8, 0, 12).toArray();
    for (Engine engine : List.of(new NaiveEngine(1), new HostEngine(1))) {
      try (engine;
          Cohort cohort =
              new Cohort(
                  engine,
                  Specs.GPT,
                  Specs.spec().products(),
                  12,
                  4,
                  8,
                  Optional.empty(),
                  new long[] {1, 2})) {
        double[][] logits = cohort.logits(inputs);
        cohort.forward(inputs, targets);
        for (int member = 0; member < 2; member++) {
          double[] losses = cohort.losses()[member];
          for (int i = 0; i < losses.length; i++) {
            double[] own = Arrays.copyOfRange(logits[member], i * 12, (i + 1) * 12);
            double sum = Arrays.stream(own).map(Math::exp).sum();
            double expected = Math.log(sum) - own[targets[member * 32 + i]];
            assertEquals(expected, losses[i], 1e-5, engine + " " + i);
          }
        }
      }
    }
  }

  @Test
  void aRunTellsThemAtEveryCheckpoint() throws IOException {
    TrainingSpec spec = Specs.asked(Specs.spec());
    RecordedLog log = new RecordedLog();
    try (Engine engine = new HostEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(List.of(spec, spec.withSeed(2)), StopSignal.NEVER, log);
    }
    for (int member = 0; member < 2; member++) {
      for (Checkpoint row : log.checkpoints.get(member)) {
        Map<String, Double> told = row.evaluations().orElseThrow();
        assertEquals(
            Set.of(
                "choice.loss",
                "choice.probability",
                "choice.accuracy",
                "samples.loss",
                "samples.distinct"),
            told.keySet());
        assertTrue(told.values().stream().allMatch(Double::isFinite), told.toString());
      }
    }
    assertTrue(log.checkpoints.get(0).get(1).evaluations().isPresent());
    assertTrue(!log.checkpoints.get(0).equals(log.checkpoints.get(1)));
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MultipleChoice(1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 1, 4, 0, 1));
    Markov corpus = new Markov(1, 6, 2, DRAW);
    assertRefused("must be shorter than the context", corpus, new MultipleChoice(2, 2, T));
    assertRefused("do not fit into a context", corpus, new Sampling(1, 10, 8, 1, 1));
    assertRefused("has only 311", corpus, new MultipleChoice(400, 2, 3));
  }

  private void assertRefused(String words, Corpus corpus, Evaluation evaluation) {
    String message =
        assertThrows(CorpusException.class, () -> ask(corpus, evaluation)).getMessage();
    assertTrue(message.contains(words), message);
  }

  /** Neighbouring samples that begin alike would all draw the same quantile first. */
  @Test
  void samplesBeginWithNumbersOfTheirOwn() {
    Sampling sampling = new Sampling(1, 1, 4, 1, 1);
    double[] first = new double[400];
    Arrays.setAll(first, sample -> sampling.of(sample).nextDouble());
    Arrays.sort(first);
    for (int i = 0; i < first.length; i++) {
      assertEquals((i + 0.5) / first.length, first[i], 0.1);
    }
  }
}
