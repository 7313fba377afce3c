package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Tensor;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;

class CohortTest {
  /** Ten steps of two members, one clipped, against AdamW written out from the gradients. */
  @Test
  void clippingAndDecayAgainstAWrittenOutReference() {
    AdamW clipped = new AdamW(0.02, 0.8, 0.9, 1e-6, 0.5, 0.05);
    AdamW free = new AdamW(0.03, 0.9, 0.99, 1e-8, 0, 1e6);
    List<Optimizer> optimizers = List.of(clipped, free);
    Random random = new Random(4);
    try (Engine engine = new NaiveEngine(1);
        Cohort cohort =
            new Cohort(
                engine,
                Specs.GPT,
                Precision.FLOAT32,
                12,
                4,
                8,
                Optional.empty(),
                new long[] {1, 2})) {
      List<Tensor> parameters = cohort.parameters();
      List<List<Written>> written = new ArrayList<>();
      for (int m = 0; m < 2; m++) {
        written.add(new ArrayList<>());
        for (Tensor parameter : parameters) {
          AdamW settings = m == 0 ? clipped : free;
          double decay = isMatrix(parameter.name()) ? settings.weightDecay() : 0;
          written.get(m).add(new Written(cohort.kernels().read(parameter, m), settings, decay));
        }
      }
      for (int step = 1; step <= 10; step++) {
        int[] inputs = random.ints(2 * 4 * 8, 0, 12).toArray();
        int[] targets = random.ints(2 * 4 * 8, 0, 12).toArray();
        double[] norms = cohort.gradients(inputs, targets);
        double[] fractions = {step / 10.0, 1};
        for (int m = 0; m < 2; m++) {
          double squares = 0;
          for (Tensor parameter : parameters) {
            for (double g : cohort.kernels().readGradient(parameter, m)) {
              squares += g * g;
            }
          }
          double norm = Math.sqrt(squares);
          assertEquals(norm, norms[m], 1e-12);
          assertTrue(norm > clipped.clip() && norm < free.clip(), "norm " + norm);
          double scale = m == 0 ? clipped.clip() / norm : 1;
          for (int p = 0; p < parameters.size(); p++) {
            double[] gradient = cohort.kernels().readGradient(parameters.get(p), m);
            written.get(m).get(p).step(step, gradient, scale, fractions[m]);
          }
        }
        cohort.update(step, new boolean[] {true, true}, optimizers, fractions, norms);
        for (int m = 0; m < 2; m++) {
          for (int p = 0; p < parameters.size(); p++) {
            assertArrayEquals(
                written.get(m).get(p).w,
                cohort.kernels().read(parameters.get(p), m),
                1e-12,
                parameters.get(p).name() + " of member " + m + " after step " + step);
          }
        }
      }
    }
  }

  private static boolean isMatrix(String name) {
    return name.endsWith(".weight");
  }

  /** AdamW as in the paper, one tensor. */
  private static final class Written {
    private final double[] w;
    private final double[] m;
    private final double[] v;
    private final AdamW settings;
    private final double decay;

    Written(double[] w, AdamW settings, double decay) {
      this.w = w;
      this.m = new double[w.length];
      this.v = new double[w.length];
      this.settings = settings;
      this.decay = decay;
    }

    void step(int t, double[] gradient, double scale, double fraction) {
      double rate = settings.learningRate() * fraction;
      for (int i = 0; i < w.length; i++) {
        double g = gradient[i] * scale;
        m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g;
        v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * g * g;
        double mHat = m[i] / (1 - Math.pow(settings.beta1(), t));
        double vHat = v[i] / (1 - Math.pow(settings.beta2(), t));
        w[i] = w[i] * (1 - rate * decay) - rate * mHat / (Math.sqrt(vHat) + settings.epsilon());
      }
    }
  }

  @Test
  void anInactiveMemberStaysAsItIs() {
    try (Engine engine = new NaiveEngine(1);
        Cohort cohort =
            new Cohort(
                engine,
                Specs.GPT,
                Precision.FLOAT32,
                12,
                1,
                8,
                Optional.empty(),
                new long[] {1, 1})) {
      int[] tokens = new Random(5).ints(2 * 8, 0, 12).toArray();
      Tensor table = cohort.parameters().getFirst();
      double[] before = cohort.kernels().read(table, 1);
      double[] norms = cohort.gradients(tokens, tokens);
      cohort.update(
          1,
          new boolean[] {true, false},
          List.of(Specs.ADAMW, Specs.ADAMW),
          new double[] {1, 1},
          norms);
      assertArrayEquals(before, cohort.kernels().read(table, 1));
      assertArrayEquals(new double[table.size()], cohort.kernels().readMoment(table, 1, 0));
      assertTrue(before[0] != cohort.kernels().read(table, 0)[0]);
    }
  }

  /** Two models of which one is forked and one left, each going on as if nothing had happened. */
  @Test
  void aForkGoesOnFromWhereItsModelWas() {
    int[] tokens = new Random(6).ints(3 * 8, 0, 12).toArray();
    try (Engine engine = new HostEngine(1);
        Cohort cohort =
            new Cohort(
                engine,
                Specs.GPT,
                Precision.FLOAT32,
                12,
                1,
                8,
                Optional.empty(),
                new long[] {1, 2});
        Cohort judge =
            new Cohort(
                engine, Specs.GPT, Precision.FLOAT32, 12, 1, 8, Optional.empty(), new long[] {2})) {
      step(cohort, tokens, 1, 1, 1);
      step(judge, tokens, 1, 1);
      cohort.rearrange(new int[] {1, 1});
      step(cohort, tokens, 2, 1, 0.5);
      try (Cohort copy = cohort.copy(new int[] {1})) {
        step(judge, tokens, 2, 1);
        for (Tensor parameter : judge.parameters()) {
          double[] expected = judge.kernels().read(parameter, 0);
          assertArrayEquals(expected, cohort.kernels().read(parameter, 0), parameter.name());
          assertFalse(Arrays.equals(expected, cohort.kernels().read(parameter, 1)));
          assertArrayEquals(cohort.kernels().read(parameter, 1), copy.kernels().read(parameter, 0));
        }
      }
    }
  }

  /** A step of every model on the same sequence, at fractions of the rate or at all of it. */
  private static void step(Cohort cohort, int[] tokens, long step, double... fractions) {
    int[] batch = new int[cohort.size() * 8];
    Arrays.setAll(batch, i -> tokens[(int) (step - 1) * 8 + i % 8]);
    double[] norms = cohort.gradients(batch, batch);
    boolean[] active = new boolean[cohort.size()];
    Arrays.fill(active, true);
    cohort.update(
        step,
        active,
        Collections.nCopies(cohort.size(), Specs.ADAMW),
        Arrays.copyOf(fractions, cohort.size()),
        norms);
  }
}
