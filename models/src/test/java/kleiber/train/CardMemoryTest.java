package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Step;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.KernelFamily;
import kleiber.models.MixtureOfExperts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What trainings take of a card, told without one. */
class CardMemoryTest {
  private static final CardProperties CARD =
      new CardProperties("a card", 9, 0, 1L << 40, 132, 227 << 10);
  private static final MixtureOfExperts MIXTURE =
      new MixtureOfExperts(
          Specs.GPT,
          256,
          32,
          OptionalInt.of(32), // who takes which of many experts is listed on a card
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  static Stream<Arguments> trainings() {
    return Stream.of(Specs.GPT, MIXTURE)
        .flatMap(
            family ->
                Specs.OPTIMIZERS.stream()
                    .flatMap(
                        optimizer ->
                            Stream.of(Precision.FLOAT32, Precision.BF16)
                                .map(precision -> Arguments.of(family, optimizer, precision))));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void isWhatStepsThenTake(KernelFamily family, Optimizer optimizer, Precision precision) {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    TrainingSpec spec = Specs.spec();
    Program program =
        family.program(MadeUpText.VOCABULARY, spec.batch(), spec.context()).in(precision);
    int members = precision == Precision.BF16 ? 3 : 1;
    EmulatedDevice card = new EmulatedDevice(CARD);
    try (Engine engine = new CudaEngine(card);
        Kernels bound = engine.bind(program, members)) {
      for (int step = 1; step <= 2; step++) { // as it is, and recorded
        bound.gradients(false);
        bound.gradients(true);
        bound.gradientNorms();
        bound.update(update(step, Collections.nCopies(members, optimizer.rule())));
        bound.step(whole(step, members, optimizer.rule()), losses(program)).get();
        bound.evaluate();
      }
      assertEquals(
          card.allocated(), CudaEngine.bytes(CARD, program, members, optimizer.rule(), false));
    }
    assertTrue(
        CudaEngine.bytes(CARD, program, 3, optimizer.rule(), false)
            <= 3 * CudaEngine.bytes(CARD, program, 1, optimizer.rule(), false),
        "a member of many takes no more than one alone");
  }

  /** As evaluations read logits, or gates. */
  @Test
  void kernelsOneByOneTakeMore() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    TrainingSpec spec = Specs.spec();
    Update.Rule rule = spec.optimizer().rule();
    Program program =
        MIXTURE.program(MadeUpText.VOCABULARY, spec.batch(), spec.context()).in(Precision.BF16);
    EmulatedDevice card = new EmulatedDevice(CARD);
    try (Engine engine = new CudaEngine(card);
        Kernels bound = engine.bind(program, 2)) {
      long trained = card.allocated();
      program.forward().forEach(bound::forward);
      assertEquals(card.allocated(), CudaEngine.bytes(CARD, program, 2, rule, true));
      assertEquals(trained, CudaEngine.bytes(CARD, program, 2, rule, false));
      assertTrue(card.allocated() > trained);
    }
  }

  private static Update update(int step, List<Update.Rule> rules) {
    boolean[] active = new boolean[rules.size()];
    Arrays.fill(active, true);
    double[] ones = new double[rules.size()];
    Arrays.fill(ones, 1);
    return new Update(step, active, ones, ones, rules);
  }

  private static Step whole(int step, int members, Update.Rule rule) {
    double[] ones = new double[members];
    Arrays.fill(ones, 1);
    return new Step(step, ones, ones, Collections.nCopies(members, rule));
  }

  private static Tensor losses(Program program) {
    return program.tensors().stream()
        .filter(tensor -> tensor.name().equals(KernelFamily.LOSSES))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTrainerAsksForTheCopiesToo(@TempDir Path cache) throws IOException {
    TrainingSpec spec = Specs.with(Specs.spec(), MIXTURE);
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      Facts facts = trainer.check(spec, StopSignal.NEVER);
      Program program = MIXTURE.program(MadeUpText.VOCABULARY, spec.batch(), spec.context());
      assertEquals(
          2 * CudaEngine.bytes(CARD, program, 1, spec.optimizer().rule(), false),
          trainer.memory(spec, facts, Optional.of(CARD)));
    }
  }
}
