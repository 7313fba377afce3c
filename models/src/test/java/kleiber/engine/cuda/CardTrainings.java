package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** Whole trainings on a card: equal bits where they are promised, and losses beside the judge's. */
record CardTrainings(CardSizes sizes, CardLog log) {
  private static final List<Update.Rule> RULES =
      List.of(
          SmallGpt.ADAMW, new Update.Sgd(0.9, true, 0.1), new Update.Muon(0.95, SmallGpt.ADAMW));

  /** Twice the same, and a member as alone. */
  void bits(Engine engine) {
    SmallGpt first = sizes.trained().getFirst();
    for (Precision precision : Precision.values()) {
      for (Update.Rule rule : RULES) {
        bits(engine, "a GPT of width " + first.width(), first.program().in(precision), rule);
      }
      for (SmallGpt larger : sizes.trained().subList(1, sizes.trained().size())) {
        bits(
            engine,
            "a GPT of width " + larger.width(),
            larger.program().in(precision),
            SmallGpt.ADAMW);
      }
      for (SmallGpt like : sizes.trained()) {
        Program mixture = CardKernels.mixture(like).in(precision);
        bits(engine, "a mixture of experts of width " + like.width(), mixture, SmallGpt.ADAMW);
      }
    }
  }

  private void bits(Engine engine, String model, Program program, Update.Rule rule) {
    int[] keys = IntStream.range(0, sizes.members()).toArray();
    double[][] cohort = train(engine, program, rule, keys);
    boolean twice = Arrays.deepEquals(cohort, train(engine, program, rule, keys));
    boolean alone = true;
    for (int m : new int[] {0, keys.length / 2, keys.length - 1}) {
      alone &= Arrays.equals(train(engine, program, rule, keys[m])[0], cohort[m]);
    }
    boolean finite =
        Arrays.stream(cohort).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
    String what =
        "%s, %s, %s".formatted(model, precision(program), rule.getClass().getSimpleName());
    log.say(
        "%s: %s when done twice, members of %d %s as alone",
        what, twice ? "the same" : "NOT the same", keys.length, alone ? "are" : "are NOT");
    log.record("bits", "of", what, "twice", twice, "asAlone", alone);
    log.expect(twice, what + ": two trainings differ");
    log.expect(alone, what + ": a member differs from itself alone");
    log.expect(finite, what + ": weights are not finite");
  }

  private static Precision precision(Program program) {
    return program.forward().stream()
        .filter(Kernel.Linear.class::isInstance)
        .map(kernel -> ((Kernel.Linear) kernel).precision())
        .findFirst()
        .orElseThrow();
  }

  /** Each member's weights after the steps. */
  private double[][] train(Engine engine, Program program, Update.Rule rule, int... keys) {
    double[][] weights = new double[keys.length][];
    try (Kernels bound = engine.bind(program, keys.length)) {
      SmallGpt.fill(bound, keys);
      for (int step = 1; step <= sizes.steps(); step++) {
        bound.step(SmallGpt.whole(step, rule, keys), losses(program)).get();
      }
      for (int m = 0; m < keys.length; m++) {
        List<double[]> all = new ArrayList<>();
        for (Tensor parameter : program.parameters()) {
          all.add(bound.read(parameter, m));
        }
        weights[m] = all.stream().flatMapToDouble(Arrays::stream).toArray();
      }
    }
    return weights;
  }

  private static Tensor losses(Program program) {
    return ((Kernel.CrossEntropy) program.forward().getLast()).loss_BxT();
  }

  /** Losses of twenty times as many steps on one batch beside the judge's. */
  void steps(Engine naive, Engine engine) {
    int steps = 20 * sizes.steps();
    SmallGpt model = sizes.judged();
    for (Precision precision : Precision.values()) {
      try (Kernels want = naive.bind(model.program().in(precision), 1);
          Kernels have = engine.bind(model.program().in(precision), 1)) {
        SmallGpt.fill(want, 1);
        SmallGpt.fill(have, 1);
        double worst = 0;
        for (int step = 1; step <= steps; step++) {
          for (Kernels bound : List.of(want, have)) {
            bound.step(SmallGpt.whole(step, SmallGpt.ADAMW, 1), model.losses()).get();
          }
          worst = Math.max(worst, Math.abs(loss(want, model) - loss(have, model)));
        }
        double loss = loss(have, model);
        log.say("%s: loss %.6f, at most %.1e from the judge's", precision, loss, worst);
        log.record(
            "steps", "precision", precision, "steps", steps, "loss", loss, "difference", worst);
        log.expect(
            worst < (precision == Precision.FLOAT32 ? 1e-4 : 2e-2),
            "%s: losses are up to %.1e from the judge's".formatted(precision, worst));
      }
    }
  }

  private static double loss(Kernels bound, SmallGpt model) {
    return Arrays.stream(bound.read(model.losses(), 0)).average().orElseThrow();
  }
}
