package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.nd4j.RecurrentNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deeplearning4j's LSTM against a plain one in double precision. */
final class LstmTest {
  private static final int VOCABULARY = 11;
  private static final int BATCH = 3;
  private static final int CONTEXT = 6;
  private static final RecurrentNetwork.Updating ADAM =
      new RecurrentNetwork.Updating(0.9, 0.95, 1e-8);

  static Stream<Lstm> families() {
    return Families.all().filter(Lstm.class::isInstance).map(Lstm.class::cast);
  }

  private static Map<String, double[]> weights(Lstm family, RecurrentNetwork network, long seed) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    network.shapes().forEach((name, shape) -> weights.put(name, family.initial(name, shape, seed)));
    weights.forEach(network::write);
    return weights;
  }

  private static int[] tokens(Random random) {
    return random.ints(BATCH * CONTEXT, 0, VOCABULARY).toArray();
  }

  private static double[] judge(
      Lstm family, Map<String, double[]> weights, int[] inputs, int[] targets) {
    return PlainLstm.losses(family, VOCABULARY, weights, inputs, targets, CONTEXT);
  }

  private static double mean(double[] losses) {
    return Arrays.stream(losses).average().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossesAreThoseOfThePlainOne(Lstm family) {
    Random random = new Random(1);
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    Map<String, double[]> weights = weights(family, network, 1);
    int[] inputs = tokens(random);
    int[] targets = tokens(random);
    double[] expected = judge(family, weights, inputs, targets);
    assertArrayEquals(expected, network.losses(inputs, targets, BATCH), 2e-6);
    assertEquals(mean(expected), network.gradients(inputs, targets, BATCH), 2e-6);
    weights.forEach((name, values) -> assertArrayEquals(values, network.read(name), name));
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsAreDifferencesOfThePlainOne(Lstm family) {
    Random random = new Random(2);
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    Map<String, double[]> weights = weights(family, network, 2);
    int[] inputs = tokens(random);
    int[] targets = tokens(random);
    network.gradients(inputs, targets, BATCH);
    double squares = 0;
    for (Map.Entry<String, double[]> each : weights.entrySet()) {
      double[] gradient = network.readGradient(each.getKey());
      double[] values = each.getValue();
      for (int i = 0; i < values.length; i++) {
        double kept = values[i];
        double h = 1e-5;
        values[i] = kept + h;
        double above = mean(judge(family, weights, inputs, targets));
        values[i] = kept - h;
        double below = mean(judge(family, weights, inputs, targets));
        values[i] = kept;
        assertEquals((above - below) / (2 * h), gradient[i], 1e-6, each.getKey() + " " + i);
        squares += gradient[i] * gradient[i];
      }
    }
    assertTrue(squares > 1e-3);
    assertEquals(Math.sqrt(squares), network.gradientNorm(), 1e-6);
  }

  /** Adam by the library, decay by us, against both written out. */
  @ParameterizedTest
  @MethodSource("families")
  void tenStepsAreThoseWrittenOut(Lstm family) {
    Random random = new Random(3);
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    Map<String, double[]> weights = weights(family, network, 3);
    Map<String, double[]> first = new LinkedHashMap<>();
    Map<String, double[]> second = new LinkedHashMap<>();
    double rate = 0.01;
    double decay = 0.3;
    for (int step = 1; step <= 10; step++) {
      network.gradients(tokens(random), tokens(random), BATCH);
      Map<String, double[]> gradients = new LinkedHashMap<>();
      weights.keySet().forEach(name -> gradients.put(name, network.readGradient(name)));
      network.update(step, rate, decay, 0.5);
      for (String name : weights.keySet()) {
        double[] w = weights.get(name);
        double[] m = first.computeIfAbsent(name, _ -> new double[w.length]);
        double[] v = second.computeIfAbsent(name, _ -> new double[w.length]);
        for (int i = 0; i < w.length; i++) {
          double g = 0.5 * gradients.get(name)[i];
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.95 * v[i] + 0.05 * g * g;
          boolean matrix = network.shapes().get(name).size() == 2;
          w[i] -= matrix ? rate * decay * w[i] : 0;
          double unbias = Math.sqrt(1 - Math.pow(0.95, step)) / (1 - Math.pow(0.9, step));
          w[i] -= rate * unbias * m[i] / (Math.sqrt(v[i]) + 1e-8);
        }
        assertArrayEquals(m, network.readMoment(name, 0), 1e-7, name);
        assertArrayEquals(v, network.readMoment(name, 1), 1e-7, name);
        assertArrayEquals(w, network.read(name), 1e-4, name + " at step " + step);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatWasSavedGoesOnWithTheSameBits(Lstm family) {
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    weights(family, network, 4);
    Random random = new Random(4);
    for (int step = 1; step <= 3; step++) {
      network.gradients(tokens(random), tokens(random), BATCH);
      network.update(step, 0.01, 0.1, 1);
    }
    RecurrentNetwork other = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    for (String name : network.shapes().keySet()) {
      other.write(name, network.read(name));
      other.writeMoment(name, 0, network.readMoment(name, 0));
      other.writeMoment(name, 1, network.readMoment(name, 1));
    }
    int[] inputs = tokens(random);
    int[] targets = tokens(random);
    for (RecurrentNetwork each : List.of(network, other)) {
      each.gradients(inputs, targets, BATCH);
      each.update(4, 0.01, 0.1, 1);
    }
    for (String name : network.shapes().keySet()) {
      assertArrayEquals(network.read(name), other.read(name), name);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void noLossDependsOnALaterInput(Lstm family) {
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    weights(family, network, 5);
    Random random = new Random(5);
    int[] inputs = tokens(random);
    int[] targets = tokens(random);
    double[] before = network.losses(inputs, targets, BATCH);
    for (int position = 0; position < CONTEXT; position++) {
      int[] changed = inputs.clone();
      changed[position] = (changed[position] + 1) % VOCABULARY;
      double[] after = network.losses(changed, targets, BATCH);
      for (int i = 0; i < before.length; i++) {
        if (i >= position && i < CONTEXT) {
          assertNotEquals(before[i], after[i], "input " + position + ", loss " + i);
        } else {
          assertEquals(before[i], after[i], "input " + position + ", loss " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void countsAreThoseOfTheArrays(Lstm family) {
    RecurrentNetwork network = new RecurrentNetwork(family.form(VOCABULARY), ADAM);
    long table = 0;
    long head = 0;
    long hidden = 0;
    long products = 0;
    for (Map.Entry<String, List<Integer>> each : network.shapes().entrySet()) {
      long size = each.getValue().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
      boolean first = each.getKey().startsWith("0_");
      boolean last = each.getKey().startsWith(family.depth() + 1 + "_");
      table += first ? size : 0;
      head += last ? size : 0;
      hidden += first || last ? 0 : size;
      products += !first && each.getValue().size() == 2 ? size : 0;
    }
    ParameterCount count = family.count(VOCABULARY, CONTEXT);
    assertEquals(new ParameterCount(table, hidden, head, products), count);
    assertEquals(6.0 * products, family.trainingFlopsPerToken(VOCABULARY, CONTEXT));
  }

  @ParameterizedTest
  @MethodSource("families")
  void initialWeightsAreAFunctionOfTheSeed(Lstm family) {
    List<Integer> shape = List.of(4 * family.width(), family.width());
    double[] values = family.initial("1_RW", shape, 1);
    assertArrayEquals(values, family.initial("1_RW", shape, 1));
    assertFalse(Arrays.equals(values, family.initial("1_RW", shape, 2)));
    double[] bias = family.initial("1_b", List.of(4 * family.width()), 1);
    assertEquals(family.width(), Arrays.stream(bias).sum());
    assertEquals(1, bias[family.width()]);
  }
}
