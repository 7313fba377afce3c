package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.Kernels;
import kleiber.engine.Tensor;
import kleiber.engine.host.HostEngine;
import kleiber.models.FamilyTrial.Pass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family has equal bits whatever the threads, the cohort, and the way of a pass. */
class FamilyBitsTest {
  static Stream<KernelFamily> families() {
    return Families.someOfKernels();
  }

  static Stream<Arguments> enginesAndFamilies() {
    return engines()
        .flatMap(type -> Families.lastOfKernels().map(family -> Arguments.of(type, family)));
  }

  static Stream<Class<? extends Engine>> engines() {
    return Engines.all().stream();
  }

  /** Several tiles, the last of them not full. */
  @ParameterizedTest
  @MethodSource("families")
  void neitherThreadsNorPassesMatterOnTheHost(KernelFamily family) {
    FamilyTrial trial = new FamilyTrial(family, 37, 19);
    List<double[]> want = onTheHost(trial, 1, Pass.WHOLE, 7);
    assertTrue(Arrays.stream(want.getFirst()).allMatch(Double::isFinite));
    assertSame(want, onTheHost(trial, 3, Pass.WHOLE, 7), "threads");
    assertSame(want, onTheHost(trial, 2, Pass.WHOLE, 4, 7), "a neighbour");
    assertSame(want, onTheHost(trial, 2, Pass.FORWARD_AND_BACKWARD, 7), "two passes");
    assertSame(want, onTheHost(trial, 2, Pass.CALL_BY_CALL, 7), "single calls");
  }

  private static List<double[]> onTheHost(FamilyTrial trial, int threads, Pass pass, int... keys) {
    try (Engine engine = new HostEngine(threads)) {
      return trial.train(engine, pass, keys).getLast();
    }
  }

  private static void assertSame(List<double[]> want, List<double[]> have, String what) {
    assertEquals(want.size(), have.size());
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i), what);
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndFamilies")
  void aMemberIsTheSameInACohortAndAlone(Class<? extends Engine> type, KernelFamily family) {
    FamilyTrial trial = new FamilyTrial(family, 2, 7);
    try (Engine engine = Engines.open(type, 1)) {
      List<List<double[]>> cohort = trial.train(engine, Pass.WHOLE, 4, 0, 9);
      assertSame(trial.train(engine, Pass.WHOLE, 4).getFirst(), cohort.getFirst(), "the first");
      assertSame(trial.train(engine, Pass.WHOLE, 9).getFirst(), cohort.getLast(), "the last");
    }
  }

  /** Its router cannot choose, and yet it takes no more experts than there are slots. */
  @ParameterizedTest
  @MethodSource("engines")
  void aRouterThatIsNotANumberLeavesItsNeighbourAlone(Class<? extends Engine> type) {
    FamilyTrial trial =
        new FamilyTrial(
            MixtureOfExpertsInstances.modern(4, 2, OptionalInt.of(2), 0.1, Optional.empty()), 2, 7);
    try (Engine engine = Engines.open(type, 1);
        Kernels bound = engine.bind(trial.program(), 2)) {
      trial.fill(bound, 4, 9);
      for (Tensor parameter : bound.program().parameters()) {
        if (parameter.name().endsWith(MixtureProgram.ROUTER)) {
          double[] broken = bound.read(parameter, 0);
          broken[1] = Double.NaN;
          broken[2] = Double.POSITIVE_INFINITY;
          bound.write(parameter, 0, broken);
        }
      }
      List<List<double[]>> cohort = trial.train(bound, Pass.WHOLE, 4, 9);
      assertTrue(Double.isNaN(cohort.getFirst().getFirst()[0]), "it is caught");
      assertSame(trial.train(engine, Pass.WHOLE, 9).getFirst(), cohort.getLast(), "its neighbour");
    }
  }
}
