package kleiber.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.models.KernelFamily;

/**
 * Whether activations move as much in a training step at any width (Yang et al. 2022,
 * arXiv:2203.03466, appendix D.1): a ladder of small models takes ten steps on one batch of random
 * tokens, and the change of the residual stream and of the logits since initialization, root mean
 * square, must not grow or shrink with the width. Of the logits it is the mean over seeds that
 * counts: what the initial head adds to their change is noise that vanishes only as 1/√width, and
 * would pass for a slope.
 *
 * @param slopes of log change on log width, by what changes and the steps that changed it
 */
public record CoordinateCheck(Map<String, Double> slopes) {
  /** The steepest slope, either way, of a parametrization that holds. */
  public static final double STEEPEST = 0.1;

  private static final List<Integer> STEPS = List.of(1, 5, 10);
  private static final double LEARNING_RATE = 5e-3;
  private static final int VOCABULARY = 64;
  private static final int CONTEXT = 8;
  private static final int SEEDS = 8;

  private static final Map<Object, CoordinateCheck> DONE = new ConcurrentHashMap<>();

  public CoordinateCheck {
    slopes = Collections.unmodifiableMap(new LinkedHashMap<>(slopes));
  }

  /**
   * The check of a family's ladder; done once for all trainings that have it in common. Learning
   * rate and decay are the check's own, since a grid may try rates that hold for no width.
   *
   * @param engine that it is done on
   */
  public static CoordinateCheck of(KernelFamily family, AdamW optimizer, Engine engine) {
    Update.AdamW rule =
        new Update.AdamW(optimizer.beta1(), optimizer.beta2(), optimizer.epsilon(), 0);
    List<KernelFamily> ladder = family.ladder();
    return DONE.computeIfAbsent(
        List.of(ladder, rule, engine.name()), _ -> measure(ladder, rule, engine));
  }

  /** Refuses, with a sentence, a parametrization that does not hold. */
  public void require() {
    Map.Entry<String, Double> worst = worst();
    if (!holds()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "muP does not hold here: the change of %s goes as width^%.2f, but the exponent must"
                  + " be within ±%s for a learning rate to carry over; try a smaller epsilon of the"
                  + " optimizer, or leave muP out of the model",
              worst.getKey(),
              worst.getValue(),
              STEEPEST));
    }
  }

  /** Whether no slope is too steep. */
  public boolean holds() {
    return Math.abs(worst().getValue()) <= STEEPEST;
  }

  /** The steepest slope; one that is not a number is steeper than any. */
  public Map.Entry<String, Double> worst() {
    return slopes.entrySet().stream()
        .max(Comparator.comparing(slope -> Math.abs(slope.getValue())))
        .orElseThrow(() -> new IllegalStateException("nothing was checked"));
  }

  private static CoordinateCheck measure(
      List<KernelFamily> ladder, Update.AdamW rule, Engine engine) {
    List<Map<String, Double>> changes = new ArrayList<>();
    double[] logWidths = new double[ladder.size()];
    for (int rung = 0; rung < ladder.size(); rung++) {
      Program program = ladder.get(rung).program(VOCABULARY, 1, CONTEXT);
      logWidths[rung] = Math.log(residual(program).getFirst().last());
      try (Kernels kernels = engine.bind(program, SEEDS)) {
        begin(ladder.get(rung), kernels);
        changes.add(changes(kernels, rule));
      }
    }
    Map<String, Double> slopes = new LinkedHashMap<>();
    for (String what : changes.getFirst().keySet()) {
      double[] logs = changes.stream().mapToDouble(of -> Math.log(of.get(what))).toArray();
      slopes.put(what, slope(logWidths, logs));
    }
    return new CoordinateCheck(slopes);
  }

  /** The same tokens for every width and seed. */
  private static void begin(KernelFamily family, Kernels kernels) {
    for (Tensor parameter : kernels.program().parameters()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        kernels.write(parameter, seed, family.initial(parameter, seed));
      }
    }
    Random random = new Random(1);
    for (Tensor tensor : kernels.program().tensors()) {
      if (tensor.role() == Tensor.Role.TOKENS) {
        int[] ids = random.ints(tensor.size(), 0, VOCABULARY).toArray();
        int[] ofAll = new int[SEEDS * ids.length];
        Arrays.setAll(ofAll, i -> ids[i % ids.length]);
        kernels.writeTokens(tensor, ofAll);
      }
    }
  }

  /** Root-mean-square changes, by what changes and the steps that changed it. */
  private static Map<String, Double> changes(Kernels kernels, Update.AdamW rule) {
    Map<String, Double> changes = new LinkedHashMap<>();
    Map<String, double[]> before = coordinates(kernels);
    boolean[] active = new boolean[SEEDS];
    Arrays.fill(active, true);
    double[] rates = new double[SEEDS];
    Arrays.fill(rates, LEARNING_RATE);
    double[] scales = new double[SEEDS];
    Arrays.fill(scales, 1);
    for (int step = 1; step <= STEPS.getLast(); step++) {
      kernels.gradients();
      kernels.update(new Update(step, active, rates, scales, Collections.nCopies(SEEDS, rule)));
      if (STEPS.contains(step)) {
        String after = step == 1 ? " after 1 step" : " after " + step + " steps";
        coordinates(kernels)
            .forEach((name, now) -> changes.put(name + after, distance(before.get(name), now)));
      }
    }
    return changes;
  }

  /** The residual stream after each of its additions, and the logits' mean. */
  private static Map<String, double[]> coordinates(Kernels kernels) {
    kernels.forward();
    Map<String, double[]> coordinates = new LinkedHashMap<>();
    for (Tensor x : residual(kernels.program())) {
      double[] all = new double[SEEDS * x.size()];
      for (int seed = 0; seed < SEEDS; seed++) {
        System.arraycopy(kernels.read(x, seed), 0, all, seed * x.size(), x.size());
      }
      coordinates.put(x.name(), all);
    }
    Kernel.CrossEntropy last = (Kernel.CrossEntropy) kernels.program().forward().getLast();
    double[] mean = new double[last.logits_BxTxV().size()];
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] own = kernels.read(last.logits_BxTxV(), seed);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += last.scale() * own[i] / SEEDS;
      }
    }
    coordinates.put("logits", mean);
    return coordinates;
  }

  private static List<Tensor> residual(Program program) {
    return program.forward().stream()
        .filter(Kernel.Add.class::isInstance)
        .map(Kernel::output)
        .toList();
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares / a.length);
  }

  private static double slope(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
    }
    return xy / xx;
  }
}
