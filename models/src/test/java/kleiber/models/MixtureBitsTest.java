package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.HostEngine;
import kleiber.engine.Kernels;
import kleiber.engine.NaiveEngine;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A mixture's bits do not depend on threads, neighbours or the way of a pass; engines agree. */
class MixtureBitsTest {
  private static final MixtureOfExperts MIXTURE =
      MixtureOfExpertsInstances.modern(4, 2, OptionalInt.of(2), 0.1, Optional.empty());

  /** Of experts each for itself, and with AdamW for what is no matrix. */
  private static final Update.Muon MUON =
      new Update.Muon(0.95, new Update.AdamW(0.9, 0.95, 1e-3, 0.1));

  private static Program program(int batch, int context) {
    return MIXTURE.program(29, batch, context);
  }

  /** Weights and tokens that depend on each member's key alone. */
  private static void fill(Kernels bound, int... keys) {
    for (Tensor tensor : bound.program().tensors()) {
      switch (tensor.role()) {
        case PARAMETER -> {
          for (int m = 0; m < keys.length; m++) {
            // Far from ties, and from 0.
            double[] values = MIXTURE.initial(tensor, keys[m]);
            boolean weight = tensor.name().endsWith(".weight");
            bound.write(
                tensor, m, Arrays.stream(values).map(v -> (float) (weight ? 10 * v : v)).toArray());
          }
        }
        case TOKENS -> {
          int[] ids = new int[keys.length * tensor.size()];
          for (int m = 0; m < keys.length; m++) {
            int[] own =
                new Random(keys[m] + tensor.name().length()).ints(tensor.size(), 0, 29).toArray();
            System.arraycopy(own, 0, ids, m * own.length, own.length);
          }
          bound.writeTokens(tensor, ids);
        }
        default -> {}
      }
    }
  }

  /** What three steps leave behind, by member. */
  private static List<List<double[]>> train(Engine engine, Program program, int... keys) {
    try (Kernels bound = engine.bind(program, keys.length)) {
      fill(bound, keys);
      return train(bound, keys);
    }
  }

  private static List<List<double[]>> train(Kernels bound, int... keys) {
    boolean[] active = new boolean[keys.length];
    Arrays.fill(active, true);
    double[] ones = new double[keys.length];
    Arrays.fill(ones, 1);
    double[] rates = Arrays.stream(keys).mapToDouble(key -> 1e-3 * (1 + key)).toArray();
    List<Update.Muon> rules = Arrays.stream(keys).mapToObj(_ -> MUON).toList();
    for (int step = 1; step <= 3; step++) {
      bound.gradients();
      bound.update(new Update(step, active, rates, ones, rules));
    }
    List<List<double[]>> members = new ArrayList<>();
    for (int m = 0; m < keys.length; m++) {
      List<double[]> numbers = new ArrayList<>();
      numbers.add(bound.read(bound.program().forward().getLast().output(), m));
      for (Tensor parameter : bound.program().parameters()) {
        numbers.add(bound.read(parameter, m));
        numbers.add(bound.readGradient(parameter, m));
      }
      members.add(numbers);
    }
    return members;
  }

  private static void assertSame(List<double[]> want, List<double[]> have, String what) {
    assertEquals(want.size(), have.size());
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i), what);
    }
  }

  @Test
  void threadsDoNotMatterOnTheHost() {
    List<double[]> one = null;
    for (int threads : new int[] {1, 3}) {
      try (Engine engine = new HostEngine(threads)) {
        List<double[]> own = train(engine, program(17, 67), 5, 2).getFirst();
        one = one == null ? own : one;
        assertSame(one, own, threads + " threads");
      }
    }
  }

  @Test
  void wholePassesEqualCallsOneByOneOnTheHost() {
    Program program = program(17, 67);
    try (Engine engine = new HostEngine(2);
        Kernels whole = engine.bind(program, 1);
        Kernels single = engine.bind(program, 1)) {
      fill(whole, 5);
      fill(single, 5);
      whole.gradients();
      program.forward().forEach(single::forward);
      program.backward().forEach(single::backward);
      Tensor losses = program.forward().getLast().output();
      assertArrayEquals(whole.read(losses, 0), single.read(losses, 0));
      for (Tensor parameter : program.parameters()) {
        assertArrayEquals(
            whole.readGradient(parameter, 0), single.readGradient(parameter, 0), parameter.name());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> aMemberIsTheSameInACohortAndAlone() {
    Program program = program(2, 7);
    return eachEngine(
        engine -> {
          List<List<double[]>> cohort = train(engine, program, 4, 0, 9);
          assertSame(train(engine, program, 4).getFirst(), cohort.getFirst(), "the first");
          assertSame(train(engine, program, 9).getFirst(), cohort.getLast(), "the last");
        });
  }

  /** Its router cannot choose, and yet it takes no more experts than there are slots. */
  @TestFactory
  Stream<DynamicTest> aMemberThatIsNotANumberStaysAlone() {
    Program program = program(2, 7);
    return eachEngine(
        engine -> {
          List<double[]> healthy = train(engine, program, 9).getFirst();
          try (Kernels bound = engine.bind(program, 2)) {
            fill(bound, 4, 9);
            for (Tensor parameter : program.parameters()) {
              if (parameter.name().endsWith(MixtureProgram.ROUTER)) {
                double[] broken = bound.read(parameter, 0);
                broken[1] = Double.NaN;
                broken[2] = Double.POSITIVE_INFINITY;
                bound.write(parameter, 0, broken);
              }
            }
            List<List<double[]>> cohort = train(bound, 4, 9);
            assertTrue(Double.isNaN(cohort.getFirst().getFirst()[0]), "it is caught");
            assertSame(healthy, cohort.getLast(), "its neighbour");
          }
        });
  }

  /** Losses and gradients of a step are those of the judge. */
  @TestFactory
  Stream<DynamicTest> everyEngineAgreesWithTheJudge() {
    Program program = program(2, 7);
    Tensor losses = program.forward().getLast().output();
    return eachEngine(
        engine -> {
          try (Engine naive = new NaiveEngine(1);
              Kernels judge = naive.bind(program, 1);
              Kernels judged = engine.bind(program, 1)) {
            for (Kernels bound : List.of(judge, judged)) {
              fill(bound, 3);
              bound.gradients();
            }
            assertArrayEquals(judge.read(losses, 0), judged.read(losses, 0), 1e-5);
            for (Tensor parameter : program.parameters()) {
              assertArrayEquals(
                  judge.readGradient(parameter, 0),
                  judged.readGradient(parameter, 0),
                  1e-5,
                  parameter.name());
            }
          }
        });
  }

  private static Stream<DynamicTest> eachEngine(Consumer<Engine> test) {
    return Engines.all().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      try (Engine engine = Engines.open(type, 1)) {
                        test.accept(engine);
                      }
                    }));
  }
}
