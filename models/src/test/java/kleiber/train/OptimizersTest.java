package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import kleiber.Implementations;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Tensor;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimizer promises; {@link CohortTest} has AdamW's formula. */
class OptimizersTest {
  private static final long SEED = 44;

  @TempDir Path cache;

  static List<Optimizer> optimizers() {
    return Specs.OPTIMIZERS;
  }

  @Test
  void everyOptimizerIsTested() {
    Set<Class<?>> tested = new HashSet<>();
    Specs.OPTIMIZERS.forEach(optimizer -> tested.add(optimizer.getClass()));
    assertEquals(Set.copyOf(Implementations.records(Optimizer.class)), tested);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void theLearningRateIsReplacedAndNothingElse(Optimizer optimizer) {
    Optimizer other = optimizer.withLearningRate(0.25);
    assertEquals(0.25, other.learningRate());
    assertEquals(optimizer, other.withLearningRate(optimizer.learningRate()));
    assertEquals(optimizer.rule(), other.rule());
    assertEquals(optimizer.weightDecay(), optimizer.rule().weightDecay());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void textIsLearnt(Optimizer optimizer) throws IOException {
    TrainingSpec spec =
        Specs.of(Specs.GPT, new MadeUpText(8000, 200, 16), 6400, Specs.VALIDATION)
            .withOptimizer(optimizer);
    RecordedLog log = new RecordedLog();
    try (Engine engine = new HostEngine(2);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(List.of(spec), StopSignal.NEVER, log);
    }
    double[] losses = log.losses(0, "validation");
    assertTrue(losses[losses.length - 1] < losses[0] - 0.4, Arrays.toString(losses));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void tenStepsAreThoseWrittenOut(Optimizer optimizer) {
    Random random = new Random(SEED);
    try (Engine engine = new NaiveEngine(1);
        Cohort cohort =
            new Cohort(
                engine, Specs.GPT, Precision.FLOAT32, 12, 4, 8, Optional.empty(), new long[] {1})) {
      Map<Tensor, Written> written = new HashMap<>();
      for (Tensor parameter : cohort.parameters()) {
        written.put(parameter, new Written(parameter, cohort.kernels().read(parameter, 0)));
      }
      for (int step = 1; step <= 10; step++) {
        int[] inputs = random.ints(4 * 8, 0, 12).toArray();
        int[] targets = random.ints(4 * 8, 0, 12).toArray();
        double[] norms = cohort.gradients(inputs, targets);
        double scale = norms[0] > optimizer.clip() ? optimizer.clip() / norms[0] : 1;
        double rate = optimizer.learningRate() * step / 10;
        for (Tensor parameter : cohort.parameters()) {
          double[] gradient = cohort.kernels().readGradient(parameter, 0);
          Arrays.setAll(gradient, i -> gradient[i] * scale);
          written.get(parameter).step(optimizer, step, rate, gradient);
        }
        cohort.update(
            step, new boolean[] {true}, List.of(optimizer), new double[] {step / 10.0}, norms);
        for (Tensor parameter : cohort.parameters()) {
          assertArrayEquals(
              written.get(parameter).w,
              cohort.kernels().read(parameter, 0),
              1e-9,
              parameter.name() + " after step " + step + ", seed " + SEED);
        }
      }
    }
  }

  /** One parameter, and the optimizers as their authors write them. */
  private static final class Written {
    private final Tensor parameter;
    private final double[] w;
    private final double[] m;
    private final double[] v;

    Written(Tensor parameter, double[] w) {
      this.parameter = parameter;
      this.w = w;
      m = new double[w.length];
      v = new double[w.length];
    }

    void step(Optimizer optimizer, int step, double rate, double[] g) {
      if (parameter.name().endsWith(".weight")) {
        Arrays.setAll(w, i -> w[i] * (1 - rate * optimizer.weightDecay()));
      }
      switch (optimizer) {
        case AdamW o -> adam(o.beta1(), o.beta2(), o.epsilon(), step, rate, g);
        case Sgd o -> {
          for (int i = 0; i < w.length; i++) {
            m[i] = o.momentum() * m[i] + g[i];
            w[i] -= rate * (o.nesterov() ? g[i] + o.momentum() * m[i] : m[i]);
          }
        }
        case Muon o -> {
          if (parameter.name().startsWith("block") && parameter.name().endsWith(".weight")) {
            muon(o, rate, g);
          } else {
            adam(o.beta1(), o.beta2(), o.epsilon(), step, rate, g);
          }
        }
        default -> throw new AssertionError("write " + optimizer + " out here");
      }
    }

    private void adam(
        double beta1, double beta2, double epsilon, int step, double rate, double[] g) {
      for (int i = 0; i < w.length; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        double mHat = m[i] / (1 - Math.pow(beta1, step));
        double vHat = v[i] / (1 - Math.pow(beta2, step));
        w[i] -= rate * mHat / (Math.sqrt(vHat) + epsilon);
      }
    }

    /** With Jordan's own X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X. */
    private void muon(Muon optimizer, double rate, double[] g) {
      int rows = parameter.rows();
      int columns = parameter.last();
      double momentum = optimizer.momentum();
      double[][] x = new double[rows][columns];
      double squares = 0;
      for (int i = 0; i < w.length; i++) {
        m[i] = momentum * m[i] + g[i];
        double direction = g[i] + momentum * m[i];
        x[i / columns][i % columns] = direction;
        squares += direction * direction;
      }
      double norm = Math.sqrt(squares) + 1e-7;
      for (double[] row : x) {
        Arrays.setAll(row, c -> row[c] / norm);
      }
      for (int iteration = 0; iteration < 5; iteration++) {
        double[][] cubed = times(times(x, transposed(x)), x);
        double[][] fifth = times(times(x, transposed(x)), cubed);
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < columns; c++) {
            x[r][c] = 3.4445 * x[r][c] - 4.7750 * cubed[r][c] + 2.0315 * fifth[r][c];
          }
        }
      }
      for (int i = 0; i < w.length; i++) {
        w[i] -= rate * 0.2 * Math.sqrt(Math.max(rows, columns)) * x[i / columns][i % columns];
      }
    }

    private static double[][] transposed(double[][] x) {
      double[][] transposed = new double[x[0].length][x.length];
      for (int r = 0; r < x.length; r++) {
        for (int c = 0; c < x[0].length; c++) {
          transposed[c][r] = x[r][c];
        }
      }
      return transposed;
    }

    private static double[][] times(double[][] a, double[][] b) {
      double[][] c = new double[a.length][b[0].length];
      for (int i = 0; i < a.length; i++) {
        for (int j = 0; j < b[0].length; j++) {
          for (int k = 0; k < b.length; k++) {
            c[i][j] += a[i][k] * b[k][j];
          }
        }
      }
      return c;
    }
  }
}
