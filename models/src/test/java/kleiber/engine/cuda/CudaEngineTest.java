package kleiber.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.engine.cuda.driver.CudaOutOfMemoryException;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.cuda.driver.StubLibraries;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.engine.trial.KernelCases;
import kleiber.engine.trial.Trial;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the CUDA engine promises beyond the contract of all engines, on an emulated card. */
class CudaEngineTest {
  private static final long SEED = 41;
  private static final long PLENTY = 1L << 40;
  private static final CardProperties T4 = new CardProperties("a T4", 7, 5, PLENTY, 40, 64 << 10);
  private static final Update.AdamW ADAMW = new Update.AdamW(0.9, 0.95, 1e-3, 0.1);
  private static final Update.Sgd SGD = new Update.Sgd(0.9, true, 0.1);
  private static final Update.Muon MUON = new Update.Muon(0.95, ADAMW);

  /**
   * Several tiles of attention, none full; enough rows for partial sums; a width that is no power
   * of two.
   */
  private static final SmallGpt MODEL = new SmallGpt(8, 67, 24, 1, 2, 61);

  @BeforeAll
  static void thereIsACompiler() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
  }

  /** What threads race for comes out otherwise when blocks and threads run last to first. */
  @Test
  void theOrderOfThreadsDoesNotMatter() {
    try (Engine forwards = new CudaEngine(new EmulatedDevice(false, PLENTY));
        Engine backwards = new CudaEngine(new EmulatedDevice(true, PLENTY))) {
      for (Kernel kernel : new KernelCases(3, 37, 2, 6).all()) {
        Trial trial = new Trial(kernel, 2, SEED);
        Map<String, double[]> want = trial.run(forwards).numbers();
        trial
            .run(backwards)
            .numbers()
            .forEach((name, have) -> assertArrayEquals(want.get(name), have, name + kernel));
      }
      for (Update.Rule rule : List.of(ADAMW, SGD, MUON)) {
        assertSame(
            train(forwards, Precision.FLOAT32, rule, 1, 2),
            train(backwards, Precision.FLOAT32, rule, 1, 2));
      }
    }
  }

  /**
   * The whole way by driver, compiler and cuBLASLt, here with libraries that run the kernels in the
   * emulator.
   */
  @ParameterizedTest
  @CsvSource({"FLOAT32,1", "FLOAT32,3", "BF16,2", "TF32,2"})
  void theDriverIsAskedForTheSame(Precision precision, int members, @TempDir Path folder) {
    int[] keys = new int[members];
    for (int m = 0; m < members; m++) {
      keys[m] = 3 * m;
    }
    try (Engine driven = new CudaEngine(StubLibraries.open(folder));
        Engine emulated = new CudaEngine(new EmulatedDevice())) {
      assertEquals(
          "cuda/4 %s sm_90 Stub cublaslt-13.0.2 nvrtc-13.0"
              .formatted(precision.name().toLowerCase()),
          driven.numerics(precision));
      for (Update.Rule rule : List.of(ADAMW, MUON)) {
        assertSame(train(emulated, precision, rule, keys), train(driven, precision, rule, keys));
      }
    }
    assertEquals(0, StubLibraries.leftOpen(), "all is given back");
  }

  /**
   * Products, which are far from all of a step, lose bits when that is asked for, and only then.
   */
  @Test
  void tensorCoresMayRoundInTf32() {
    try (Engine card = new CudaEngine(new EmulatedDevice());
        Engine naive = new NaiveEngine(1);
        Engine host = new HostEngine(1)) {
      double[] want = train(card, Precision.FLOAT32, ADAMW, 1).getFirst();
      double[] have = train(card, Precision.TF32, ADAMW, 1).getFirst();
      assertEquals(want[0], have[0], 0x1p-10 * want[0]);
      assertTrue(Math.abs(want[0] - have[0]) > 0x1p-20 * want[0], "10 bits are what was read");
      assertEquals("cuda/4 tf32 emulated", card.numerics(Precision.TF32));
      assertEquals("cuda/4 float32 emulated", card.numerics(Precision.FLOAT32));
      for (Engine other : List.of(naive, host)) {
        assertEquals(other.numerics(Precision.FLOAT32), other.numerics(Precision.TF32));
      }
    }
  }

  private static List<double[]> train(
      Engine engine, Precision precision, Update.Rule rule, int... keys) {
    List<double[]> numbers = new ArrayList<>();
    try (Kernels bound = engine.bind(MODEL.program().in(precision), keys.length)) {
      SmallGpt.fill(bound, keys);
      for (int step = 1; step <= 3; step++) { // done, recorded, repeated
        bound.forward();
        bound.backward();
        numbers.add(bound.gradientNorms());
        bound.update(SmallGpt.step(step, rule, keys));
      }
      double[] sums = bound.sums(MODEL.losses());
      for (int m = 0; m < keys.length; m++) {
        numbers.add(bound.read(MODEL.losses(), m));
        numbers.add(new double[] {sums[m]});
        for (Tensor parameter : bound.program().parameters()) {
          numbers.add(bound.read(parameter, m));
        }
      }
    }
    return numbers;
  }

  private static void assertSame(List<double[]> want, List<double[]> have) {
    assertEquals(want.size(), have.size());
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i));
    }
    assertTrue(Double.isFinite(want.getFirst()[0]) && want.getFirst()[0] > 0);
  }

  /** Attention by tensor cores differs from the judge's by its rounding, and by nothing else. */
  @ParameterizedTest
  @CsvSource({
    "1,1,1,1,1,8",
    "2,70,3,3,70,12",
    "1,130,1,1,130,20",
    "1,33,2,2,33,64",
    "1,40,1,1,40,100",
    "1,130,4,2,37,8",
    "2,130,2,1,0,20"
  })
  void attentionOfBfloat16(
      int sequences, int positions, int heads, int keyHeads, int window, int width) {
    int columns = (heads + 2 * keyHeads) * width;
    Kernel.Attention kernel =
        new Kernel.Attention(
            new Tensor("x", Tensor.Role.ACTIVATION, List.of(sequences, positions, columns)),
            heads,
            keyHeads,
            window > 0,
            Math.max(1, window),
            1 / Math.sqrt(width),
            new Tensor("y", Tensor.Role.ACTIVATION, List.of(sequences, positions, heads * width)),
            Precision.BF16);
    try (Engine naive = new NaiveEngine(1);
        Engine engine = new CudaEngine(new EmulatedDevice());
        Engine backwards = new CudaEngine(new EmulatedDevice(true, PLENTY))) {
      Trial trial = new Trial(kernel, 2, SEED);
      Map<String, double[]> want = trial.run(naive).numbers();
      Map<String, double[]> have = trial.run(engine).numbers();
      boolean rounded = false;
      for (Map.Entry<String, double[]> entry : want.entrySet()) {
        double[] exact = entry.getValue();
        double[] given = have.get(entry.getKey());
        double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < exact.length; i++) {
          // Inputs are rounded by up to 2^-9 of themselves, and so are weights and their gradients.
          assertEquals(exact[i], given[i], 0x1p-7 * largest, entry.getKey() + " " + i);
          rounded |= Math.abs(exact[i] - given[i]) > 0x1p-18 * largest;
        }
      }
      assertTrue(rounded, "bfloat16 is what was multiplied");
      trial.run(backwards).numbers().forEach((name, n) -> assertArrayEquals(have.get(name), n));
    }
  }

  @Test
  void wholePassesEqualCallsOneByOne() {
    try (Engine engine = new CudaEngine(new EmulatedDevice());
        Kernels whole = engine.bind(MODEL.program(), 1);
        Kernels single = engine.bind(MODEL.program(), 1)) {
      SmallGpt.fill(whole, 5);
      SmallGpt.fill(single, 5);
      for (int pass = 0; pass < 2; pass++) { // as it is, and recorded
        whole.forward();
        whole.backward();
      }
      single.program().forward().forEach(single::forward);
      single.program().backward().forEach(single::backward);
      for (Tensor parameter : whole.program().parameters()) {
        assertArrayEquals(
            whole.readGradient(parameter, 0), single.readGradient(parameter, 0), parameter.name());
      }
    }
  }

  @Test
  void tooLittleMemoryIsSaidWithSizes(@TempDir Path folder) {
    try (CudaDevice device = new EmulatedDevice(false, 1 << 20);
        Engine engine = new CudaEngine(device)) {
      String said =
          assertThrows(
                  CudaOutOfMemoryException.class, () -> engine.bind(MODEL.program(), 100).close())
              .getMessage();
      assertTrue(
          said.endsWith(
              "GiB are needed on an emulated card, which has 0.00 GiB, 0.00 GiB of them free;"
                  + " train fewer members at once, smaller batches or micro-batches"),
          said);
    }
    try (Engine engine = new CudaEngine(StubLibraries.open(folder))) {
      assertThrows(
          CudaOutOfMemoryException.class, () -> engine.bind(MODEL.program(), 1000).close());
    }
    assertEquals(0, StubLibraries.leftOpen(), "what was taken before is given back");
  }

  /** By any function of the driver or of cuBLASLt, with its status for it. */
  @ParameterizedTest
  @CsvSource({
    "cuDevicePrimaryCtxRetain,2",
    "cublasLtCreate,3",
    "cuStreamCreate,2",
    "cuModuleLoadData,2",
    "cublasLtMatmul,3",
    "cuGraphInstantiateWithFlags,2"
  })
  void tooLittleMemoryIsSaidWhereverItIsMissed(String function, int status, @TempDir Path folder) {
    StubLibraries.refusing(
        function,
        status,
        () -> {
          String said =
              assertThrows(CudaOutOfMemoryException.class, () -> twoPasses(folder)).getMessage();
          assertTrue(
              said.startsWith("the card has too little memory left for " + function)
                  && said.endsWith(
                      "; train fewer members at once, smaller batches or micro-batches"),
              said);
        });
    assertEquals(0, StubLibraries.leftOpen(), "what was taken before is given back");
    twoPasses(folder);
  }

  /** What the machine lacks is not asked of the card. */
  @Test
  void tooLittleMemoryOfTheMachineIsSaid(@TempDir Path folder) {
    StubLibraries.refusing(
        "cuMemAllocHost_v2",
        2,
        () ->
            assertEquals(
                "this machine has too little memory left that a card could read by itself"
                    + " (cuMemAllocHost_v2); end other programs, or give the container more",
                assertThrows(CudaOutOfMemoryException.class, () -> twoPasses(folder))
                    .getMessage()));
    assertEquals(0, StubLibraries.leftOpen(), "what was taken before is given back");
  }

  /** As it is, and recorded. */
  private static void twoPasses(Path folder) {
    try (Engine engine = new CudaEngine(StubLibraries.open(folder));
        Kernels bound = engine.bind(MODEL.program(), 1)) {
      SmallGpt.fill(bound, 1);
      bound.forward();
      bound.forward();
    }
  }

  @Test
  void headsThatAreTooWideAreRefused() {
    assertEquals(
        "heads of 300 columns are too wide for an emulated card: with its 227 KiB of shared memory"
            + " a block, attention takes heads of at most 256 columns; take more heads",
        refusal(new EmulatedDevice(), new SmallGpt(1, 4, 300, 1, 1, 11).program()));
    assertEquals(
        "heads of 100 columns are too wide for a T4: with its 64 KiB of shared memory a block,"
            + " attention takes heads of at most 64 columns; take more heads",
        refusal(new EmulatedDevice(T4), new SmallGpt(1, 4, 100, 1, 1, 11).program()));
  }

  /** As much shared memory as blocks have on sm_75; 86, 89, 120; 80; 90 and 100. */
  @ParameterizedTest
  @CsvSource({
    "64, FLOAT32, 64",
    "99, FLOAT32, 128",
    "163, FLOAT32, 256",
    "227, FLOAT32, 256",
    "99, BF16, 128"
  })
  void theWidestHeadsThatAreTakenRun(int kibibytes, Precision precision, int width) {
    CardProperties card = new CardProperties("a card", 8, 6, PLENTY, 1, kibibytes << 10);
    Program program = new SmallGpt(1, 3, width, 1, 1, 7).program().in(precision);
    try (Engine engine = new CudaEngine(new EmulatedDevice(card));
        Kernels bound = engine.bind(program, 1)) {
      SmallGpt.fill(bound, 1);
      bound.forward();
      bound.backward();
      assertTrue(Double.isFinite(bound.gradientNorms()[0]));
    }
  }

  @Test
  void cardsWithoutBfloat16SaySo() {
    assertEquals(
        "the precision is bf16, but a T4 (sm_75) has no products of bfloat16, which cards have from"
            + " sm_80 on; take float32 or tf32, or another card",
        refusal(new EmulatedDevice(T4), MODEL.program().in(Precision.BF16)));
    try (Engine engine = new CudaEngine(new EmulatedDevice(T4))) {
      engine.bind(MODEL.program().in(Precision.TF32), 1).close();
    }
  }

  private static String refusal(CudaDevice card, Program program) {
    try (Engine engine = new CudaEngine(card)) {
      return assertThrows(CudaException.class, () -> engine.bind(program, 1).close()).getMessage();
    }
  }
}
