package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.Kernels;
import kleiber.engine.Tensor;
import kleiber.engine.host.HostEngine;
import kleiber.models.FamilyTrial.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** On every engine gradients of parts of a batch, added up, are those of the batch. */
class AccumulationTest {
  private static final int CONTEXT = 7;

  /** A card records what it does the second time, so it takes three to see it added. */
  private static final int PARTS = 3;

  private static final int SEQUENCES = 2;
  private static final int[] KEYS = {4, 9};

  static Stream<KernelFamily> families() {
    return Families.lastOfKernels();
  }

  static Stream<Arguments> enginesAndFamilies() {
    return Engines.all().stream()
        .flatMap(type -> families().map(family -> Arguments.of(type, family)));
  }

  /** Every loss is a mean over sequences, that of a router too. */
  @ParameterizedTest
  @MethodSource("enginesAndFamilies")
  void partsMakeAWhole(Class<? extends Engine> type, KernelFamily family) {
    FamilyTrial whole = new FamilyTrial(family, PARTS * SEQUENCES, CONTEXT);
    FamilyTrial part = new FamilyTrial(family, SEQUENCES, CONTEXT);
    try (Engine engine = Engines.open(type, 1);
        Kernels atOnce = engine.bind(whole.program(), KEYS.length);
        Kernels inParts = engine.bind(part.program(), KEYS.length)) {
      whole.fill(atOnce, KEYS);
      atOnce.gradients();
      part.fill(inParts, KEYS);
      accumulate(inParts, whole.tokens(KEYS), Kernels::gradients);
      double tolerance = inParts.inDouble() ? 1e-14 : 1e-6;
      double[] norms = atOnce.gradientNorms();
      for (int member = 0; member < KEYS.length; member++) {
        assertEquals(
            norms[member], inParts.gradientNorms()[member] / PARTS, tolerance * norms[member]);
        for (Tensor parameter : whole.program().parameters()) {
          double[] sums = inParts.readGradient(parameter, member);
          assertArrayEquals(
              atOnce.readGradient(parameter, member),
              Arrays.stream(sums).map(sum -> sum / PARTS).toArray(),
              tolerance * norms[member],
              parameter.name());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndFamilies")
  void aMemberIsAsAloneAndNothingIsLeftBehind(Class<? extends Engine> type, KernelFamily family) {
    FamilyTrial whole = new FamilyTrial(family, PARTS * SEQUENCES, CONTEXT);
    FamilyTrial part = new FamilyTrial(family, SEQUENCES, CONTEXT);
    try (Engine engine = Engines.open(type, 1);
        Kernels cohort = engine.bind(part.program(), KEYS.length);
        Kernels alone = engine.bind(part.program(), 1)) {
      part.fill(cohort, KEYS);
      part.fill(alone, KEYS[1]);
      accumulate(cohort, whole.tokens(KEYS), Kernels::gradients);
      accumulate(alone, whole.tokens(KEYS[1]), Kernels::gradients);
      assertSame(gradients(alone, 0), gradients(cohort, 1), "in a cohort");
      part(whole.tokens(KEYS), 0, KEYS.length).write(cohort);
      cohort.gradients(false);
      part(whole.tokens(KEYS[1]), 0, 1).write(alone);
      alone.gradients();
      assertSame(gradients(alone, 0), gradients(cohort, 1), "begun anew");
      try (Kernels fresh = engine.bind(part.program(), 1)) {
        part.fill(fresh, KEYS[1]);
        part(whole.tokens(KEYS[1]), 0, 1).write(fresh);
        fresh.gradients();
        assertSame(gradients(fresh, 0), gradients(alone, 0), "nothing was there before");
      }
    }
  }

  /** Several tiles, the last of them not full. */
  @ParameterizedTest
  @MethodSource("families")
  void neitherThreadsNorPassesMatterOnTheHost(KernelFamily family) {
    List<double[]> want = onTheHost(family, 1, Kernels::gradients);
    assertSame(want, onTheHost(family, 3, Kernels::gradients), "threads");
    assertSame(
        want,
        onTheHost(
            family,
            2,
            (bound, onto) -> {
              bound.forward();
              bound.program().backward(onto).forEach(bound::backward);
            }),
        "two passes");
  }

  private static List<double[]> onTheHost(
      KernelFamily family, int threads, BiConsumer<Kernels, Boolean> pass) {
    FamilyTrial part = new FamilyTrial(family, 19, 19);
    try (Engine engine = new HostEngine(threads);
        Kernels bound = engine.bind(part.program(), 1)) {
      part.fill(bound, 7);
      accumulate(bound, new FamilyTrial(family, PARTS * 19, 19).tokens(7), pass);
      return gradients(bound, 0);
    }
  }

  private static void accumulate(
      Kernels bound, Tokens batch, BiConsumer<Kernels, Boolean> gradients) {
    for (int part = 0; part < PARTS; part++) {
      part(batch, part, bound.members()).write(bound);
      gradients.accept(bound, part > 0);
    }
  }

  private static Tokens part(Tokens batch, int part, int members) {
    return new Tokens(part(batch.inputs(), part, members), part(batch.targets(), part, members));
  }

  /** One of equal parts of each member's sequences. */
  private static int[] part(int[] ids_MxBxT, int part, int members) {
    int length = ids_MxBxT.length / members / PARTS;
    int[] ids = new int[members * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids_MxBxT[(PARTS * (i / length) + part) * length + i % length];
    }
    return ids;
  }

  private static List<double[]> gradients(Kernels bound, int member) {
    List<double[]> gradients = new ArrayList<>();
    bound.program().parameters().forEach(p -> gradients.add(bound.readGradient(p, member)));
    return gradients;
  }

  private static void assertSame(List<double[]> want, List<double[]> have, String what) {
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i), what);
    }
  }
}
