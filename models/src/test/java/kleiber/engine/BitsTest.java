package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.host.HostEngine;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes runs repeatable: equal bits whatever the threads, the cohort, and the neighbours. */
class BitsTest {
  /** Several tiles, none of them full; several blocks of queries. */
  private static final SmallGpt MODEL = new SmallGpt(9, 67, 24, 2, 3, 61);

  private static final int STEPS = 3;

  private static final Update.AdamW ADAMW = new Update.AdamW(0.9, 0.95, 1e-3, 0.1);

  /** Everything that three steps leave behind, by member. */
  private static List<List<double[]>> steps(Kernels bound, SmallGpt model, int... keys) {
    return steps(bound, model, ADAMW, keys);
  }

  private static List<List<double[]>> steps(
      Kernels bound, SmallGpt model, Update.Rule rule, int... keys) {
    for (int step = 1; step <= STEPS; step++) {
      bound.gradients();
      bound.gradientNorms();
      bound.update(SmallGpt.step(step, rule, keys));
    }
    double[] norms = bound.gradientNorms();
    List<List<double[]>> members = new ArrayList<>();
    for (int m = 0; m < keys.length; m++) {
      List<double[]> numbers = new ArrayList<>();
      numbers.add(new double[] {norms[m]});
      numbers.add(bound.read(model.losses(), m));
      for (Tensor parameter : bound.program().parameters()) {
        numbers.add(bound.read(parameter, m));
        numbers.add(bound.readGradient(parameter, m));
      }
      members.add(numbers);
    }
    return members;
  }

  private static List<List<double[]>> train(
      Engine engine, Precision precision, SmallGpt model, int... keys) {
    return train(engine, precision, model, ADAMW, keys);
  }

  private static List<List<double[]>> train(
      Engine engine, Precision precision, SmallGpt model, Update.Rule rule, int... keys) {
    try (Kernels bound = engine.bind(model.program().in(precision), keys.length)) {
      SmallGpt.fill(bound, keys);
      return steps(bound, model, rule, keys);
    }
  }

  private static void assertSame(List<double[]> want, List<double[]> have, String what) {
    assertEquals(want.size(), have.size());
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i), what);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BF16"}) // here TF32 is float32
  void threadsDoNotMatterOnTheHost(Precision precision) {
    List<double[]> one;
    try (Engine engine = new HostEngine(1)) {
      one = train(engine, precision, MODEL, 5).getFirst();
    }
    assertTrue(Double.isFinite(one.getFirst()[0]));
    for (int threads : new int[] {1, 2, 3}) {
      try (Engine engine = new HostEngine(threads)) {
        for (int repeat = 0; repeat < 5; repeat++) {
          assertSame(one, train(engine, precision, MODEL, 5).getFirst(), threads + " threads");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BF16"}) // here TF32 is float32
  void neighboursDoNotMatterOnTheHost(Precision precision) {
    try (Engine engine = new HostEngine(2)) {
      List<CompletableFuture<List<List<double[]>>>> running = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        int key = caller;
        running.add(CompletableFuture.supplyAsync(() -> train(engine, precision, MODEL, key)));
      }
      for (int caller = 0; caller < running.size(); caller++) {
        List<double[]> alone = train(engine, precision, MODEL, caller).getFirst();
        assertSame(alone, running.get(caller).join().getFirst(), "caller " + caller);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BF16"}) // here TF32 is float32
  void wholePassesEqualCallsOneByOneOnTheHost(Precision precision) {
    try (Engine engine = new HostEngine(2);
        Kernels whole = engine.bind(MODEL.program().in(precision), 1);
        Kernels single = engine.bind(MODEL.program().in(precision), 1)) {
      SmallGpt.fill(whole, 5);
      SmallGpt.fill(single, 5);
      whole.gradients();
      single.program().forward().forEach(single::forward);
      single.program().backward().forEach(single::backward);
      assertArrayEquals(whole.read(MODEL.losses(), 0), single.read(MODEL.losses(), 0));
      for (Tensor parameter : whole.program().parameters()) {
        assertArrayEquals(
            whole.readGradient(parameter, 0), single.readGradient(parameter, 0), parameter.name());
      }
    }
  }

  static Stream<Update.Rule> otherRules() {
    return Stream.of(new Update.Sgd(0.9, true, 0.1), new Update.Muon(0.95, ADAMW));
  }

  @ParameterizedTest
  @MethodSource("otherRules")
  void threadsDoNotMatterToAnyOptimizer(Update.Rule rule) {
    List<double[]> one = null;
    for (int threads : new int[] {1, 3}) {
      try (Engine engine = new HostEngine(threads)) {
        List<double[]> own = train(engine, Precision.FLOAT32, MODEL, rule, 5, 2).getFirst();
        one = one == null ? own : one;
        assertSame(one, own, threads + " threads");
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> aMemberOfAnyOptimizerIsTheSameInACohortAndAlone() {
    SmallGpt model = new SmallGpt(2, 7, 8, 1, 2, 11);
    return otherRules()
        .flatMap(
            rule ->
                Engines.all().stream()
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + rule,
                                () -> cohortAndAlone(type, Precision.FLOAT32, model, rule))));
  }

  private static void cohortAndAlone(
      Class<? extends Engine> type, Precision precision, SmallGpt model, Update.Rule rule) {
    try (Engine engine = Engines.open(type, 1)) {
      List<List<double[]>> cohort = train(engine, precision, model, rule, 4, 0, 9);
      int[] keys = {4, 0, 9};
      for (int m = 0; m < keys.length; m++) {
        List<double[]> alone = train(engine, precision, model, rule, keys[m]).getFirst();
        assertSame(alone, cohort.get(m), "member " + m);
      }
    }
  }

  private interface EngineTest {
    void run(Class<? extends Engine> type, Precision precision);
  }

  private static Stream<DynamicTest> eachEngine(EngineTest test) {
    return Engines.all().stream()
        .flatMap(
            type ->
                Arrays.stream(Precision.values())
                    .filter(precision -> precision != Precision.TF32 || type == CudaEngine.class)
                    .map(
                        precision ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + precision,
                                () -> test.run(type, precision))));
  }

  @TestFactory
  Stream<DynamicTest> aMemberIsTheSameInACohortAndAlone() {
    SmallGpt model = new SmallGpt(2, 7, 8, 1, 2, 11);
    return eachEngine((type, precision) -> cohortAndAlone(type, precision, model, ADAMW));
  }

  @TestFactory
  Stream<DynamicTest> aMemberThatIsNotANumberStaysAlone() {
    SmallGpt model = new SmallGpt(2, 7, 8, 1, 2, 11);
    return eachEngine(
        (type, precision) -> {
          try (Engine engine = Engines.open(type, 1);
              Kernels bound = engine.bind(model.program().in(precision), 3)) {
            List<List<double[]>> healthy = train(engine, precision, model, 4, 0, 9);
            SmallGpt.fill(bound, 4, 0, 9);
            Tensor table = bound.program().parameters().getFirst();
            double[] broken = bound.read(table, 1);
            Arrays.fill(broken, Double.NaN);
            bound.write(table, 1, broken);
            List<List<double[]>> cohort = steps(bound, model, 4, 0, 9);
            assertTrue(Double.isNaN(cohort.get(1).getFirst()[0]), "it is caught");
            assertSame(healthy.get(0), cohort.get(0), "member 0");
            assertSame(healthy.get(2), cohort.get(2), "member 2");
          }
        });
  }
}
