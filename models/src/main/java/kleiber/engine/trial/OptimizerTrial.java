package kleiber.engine.trial;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** Ten updates of a program's parameters, M = 3, of which the second member is not active. */
public record OptimizerTrial(Program program, List<? extends Update.Rule> rules, long seed)
    implements EngineTrial {
  private static final int MEMBERS = 3;
  private static final int IDLE = 1;
  private static final String MOMENT = "moment ";
  private static final String CHANGED = "change of idle ";

  /** With two matrices, a wide and a high one, a bias, a head and a stack. */
  public static final Program OF_EVERY_KIND = ofEveryKind();

  private static Program ofEveryKind() {
    Tensor y = rows("y", 131);
    Tensor z = rows("z", 17);
    Tensor logits = rows("logits", 5);
    return new Program(
        List.of(
            new Kernel.Linear(
                rows("x", 29),
                parameter("wide", 29, 131),
                false,
                Optional.of(parameter("bias", 131)),
                y),
            new Kernel.Linear(y, parameter("high", 131, 17), false, Optional.empty(), z),
            new Kernel.Linear(
                z,
                new Tensor("head", Tensor.Role.PARAMETER, List.of(17, 5), true, 0.5),
                false,
                Optional.empty(),
                logits),
            new ExpertKernel.Linear(
                rows("w", 7),
                rows("gates", 3),
                parameter("stack", 3, 7, 11),
                Optional.empty(),
                new Tensor("slots", Tensor.Role.ACTIVATION, List.of(1, 1, 2, 11))),
            new Kernel.CrossEntropy(
                logits,
                new Tensor("targets", Tensor.Role.TOKENS, List.of(1, 1)),
                new Tensor("losses", Tensor.Role.ACTIVATION, List.of(1, 1)))));
  }

  private static Tensor rows(String name, int columns) {
    return new Tensor(name, Tensor.Role.ACTIVATION, List.of(1, 1, columns));
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, Tensor.Role.PARAMETER, List.of(shape));
  }

  /** One of each optimizer, whose three members differ in every setting. */
  public static List<OptimizerTrial> all(Program program, long seed) {
    List<Update.AdamW> adamW =
        List.of(
            new Update.AdamW(0.9, 0.95, 1e-8, 0.1),
            new Update.AdamW(0.5, 0.5, 1, 1),
            new Update.AdamW(0.8, 0.999, 1e-6, 0));
    List<Update.Sgd> sgd =
        List.of(
            new Update.Sgd(0.9, true, 0.1),
            new Update.Sgd(0, false, 1),
            new Update.Sgd(0.5, false, 0));
    List<Update.Muon> muon =
        List.of(
            new Update.Muon(0.95, adamW.get(0)),
            new Update.Muon(0, adamW.get(1)),
            new Update.Muon(0.8, adamW.get(2)));
    return Stream.of(adamW, sgd, muon)
        .map(rules -> new OptimizerTrial(program, rules, seed))
        .toList();
  }

  @Override
  public String title() {
    return rules.getFirst().getClass().getSimpleName();
  }

  /**
   * Norms of each step, then weights and moments, and what the idle member's weights changed by.
   */
  @Override
  public Result run(Engine engine) {
    Map<String, double[]> numbers = new HashMap<>();
    try (Kernels bound = engine.bind(program, MEMBERS)) {
      fill(bound);
      for (int step = 1; step <= 10; step++) {
        gradients(bound, step);
        numbers.put("norms " + step, bound.gradientNorms());
        bound.update(step(step));
      }
      for (Tensor parameter : program.parameters()) {
        for (int m = 0; m < MEMBERS; m++) {
          String where = parameter.name() + " of member " + m;
          numbers.put(where, bound.read(parameter, m));
          for (int which = 0; which < 2; which++) {
            numbers.put(MOMENT + which + " of " + where, bound.readMoment(parameter, m, which));
          }
        }
      }
      fill(bound); // what the idle member had, and should have had still
      for (Tensor parameter : program.parameters()) {
        double[] before = bound.read(parameter, IDLE);
        double[] after = numbers.get(parameter.name() + " of member " + IDLE);
        double[] changed = new double[before.length];
        Arrays.setAll(changed, i -> after[i] - before[i]);
        numbers.put(CHANGED + parameter.name(), changed);
      }
    }
    return new Result(numbers);
  }

  /**
   * Ten steps of a handful of roundings each; sums that cancel were rounded when larger, and those
   * of momentum are not divided. Muon's polynomial makes roundings grow by up to 3.4445^5 where a
   * direction has almost no length.
   */
  @Override
  public Deviation compare(Result wanted, Result got) {
    double weights =
        switch (rules.getFirst()) {
          case Update.AdamW _ -> 1e-6;
          case Update.Sgd _ -> 2e-6;
          case Update.Muon _ -> 2e-4;
        };
    double moments = rules.getFirst() instanceof Update.AdamW ? 2e-6 : 2e-5;
    Deviation worst = Deviation.NONE;
    for (String name : wanted.numbers().keySet()) {
      double[] want = wanted.numbers().get(name);
      double tolerance = name.startsWith(MOMENT) ? moments : weights;
      if (name.startsWith("norms")) {
        tolerance = 1e-6;
      } else if (name.startsWith(CHANGED)) {
        want = new double[want.length];
        tolerance = Float.MIN_VALUE; // not at all
      }
      worst = worst.orWorse(Deviation.of(name, want, got.numbers().get(name), 0.1, tolerance));
    }
    return worst;
  }

  /** One update with the norms before it. */
  @Override
  public double seconds(Engine engine) {
    try (Kernels bound = engine.bind(program, MEMBERS)) {
      fill(bound);
      gradients(bound, 1);
      return Stopwatch.seconds(
          () -> {
            bound.gradientNorms();
            bound.update(step(1));
          },
          () -> bound.read(program.parameters().getFirst(), 0));
    }
  }

  private Update step(long step) {
    return new Update(
        step,
        new boolean[] {true, false, true},
        new double[] {1e-2, 1, 3e-4},
        new double[] {1, 7, 0.25},
        rules);
  }

  private void fill(Kernels bound) {
    Random random = new Random(seed);
    for (Tensor parameter : program.parameters()) {
      for (int m = 0; m < bound.members(); m++) {
        bound.write(parameter, m, draw(random, parameter));
      }
    }
  }

  private void gradients(Kernels bound, int step) {
    Random random = new Random(seed + step);
    for (Tensor parameter : program.parameters()) {
      for (int m = 0; m < bound.members(); m++) {
        bound.writeGradient(parameter, m, draw(random, parameter));
      }
    }
  }

  private static double[] draw(Random random, Tensor parameter) {
    double[] numbers = new double[parameter.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
