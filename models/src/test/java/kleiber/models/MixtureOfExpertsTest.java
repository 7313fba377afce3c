package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MixtureOfExpertsTest {
  private static final OptionalInt NONE = OptionalInt.empty();

  static Stream<MixtureOfExperts> ofOneExpert() {
    return Stream.of(
        MixtureOfExpertsInstances.plain(1, NONE),
        MixtureOfExpertsInstances.modern(1, 1, NONE, 0.01, Optional.empty()));
  }

  /** Losses of four steps, and the weights that they lead to. */
  private static List<double[]> train(KernelFamily family, Engine engine) {
    int context = 33;
    int batch = 9;
    Program program = family.program(31, batch, context);
    List<double[]> numbers = new ArrayList<>();
    try (Kernels kernels = engine.bind(program, 1)) {
      for (Tensor tensor : program.tensors()) {
        if (tensor.role() == Tensor.Role.PARAMETER) {
          kernels.write(tensor, 0, family.initial(tensor, 7));
        } else if (tensor.role() == Tensor.Role.TOKENS) {
          Random random = new Random(tensor.name().hashCode());
          kernels.writeTokens(tensor, random.ints(batch * context, 0, 31).toArray());
        }
      }
      Update.AdamW rule = new Update.AdamW(0.9, 0.95, 1e-3, 0.1);
      Tensor losses = program.forward().getLast().output();
      for (int step = 1; step <= 4; step++) {
        kernels.gradients();
        numbers.add(kernels.read(losses, 0));
        kernels.update(
            new Update(
                step, new boolean[] {true}, new double[] {0.01}, new double[] {1}, List.of(rule)));
      }
      for (Tensor parameter : program.parameters()) {
        if (!parameter.name().endsWith(MixtureProgram.ROUTER)) {
          numbers.add(kernels.read(parameter, 0));
        }
      }
    }
    return numbers;
  }

  /** To the last bit, tiles and all. The router's z-loss moves only what the two do not share. */
  @ParameterizedTest
  @MethodSource("ofOneExpert")
  void oneExpertIsTheGpt(MixtureOfExperts mixture) {
    MixtureOfExperts without = withoutRouterLoss(mixture);
    for (Engine engine : List.of(new HostEngine(2), new NaiveEngine(1))) {
      try (engine) {
        List<double[]> want = train(without.dense(), engine);
        List<double[]> have = train(without, engine);
        assertEquals(want.size(), have.size());
        for (int i = 0; i < want.size(); i++) {
          assertArrayEquals(want.get(i), have.get(i), engine.name() + " " + i);
        }
      }
    }
  }

  private static MixtureOfExperts withoutRouterLoss(MixtureOfExperts of) {
    return new MixtureOfExperts(
        of.dense(),
        of.experts(),
        of.topK(),
        of.granularity(),
        of.every(),
        of.balance(),
        OptionalDouble.empty());
  }

  @Test
  void granularityIsAnAxisOfLaws() {
    assertEquals(
        Map.of("granularity", 2.0),
        MixtureOfExpertsInstances.modern(4, 2, OptionalInt.of(2), 0.1, Optional.empty()).axes());
    assertEquals(
        Map.of("granularity", 1.0),
        MixtureOfExpertsInstances.plain(3, NONE).axes(),
        "experts of the usual size");
  }

  /** The balancing loss is in no loss that is told, but it is in the gradients. */
  @Test
  void balanceIsNotTold() {
    List<double[]> little =
        train(
            MixtureOfExpertsInstances.modern(4, 2, NONE, 1e-9, Optional.empty()),
            new NaiveEngine(1));
    List<double[]> much =
        train(
            MixtureOfExpertsInstances.modern(4, 2, NONE, 0.5, Optional.empty()),
            new NaiveEngine(1));
    assertArrayEquals(little.get(0), much.get(0));
    assertTrue(little.get(3)[0] != much.get(3)[0]);
  }

  /** Rows that nothing tells apart go to the expert of lower index. */
  @Test
  void tiesGoToTheLowerIndex() {
    MixtureOfExperts mixture = MixtureOfExpertsInstances.plain(3, NONE);
    Program program = mixture.program(7, 2, 5);
    try (Engine engine = new HostEngine(1);
        Kernels kernels = engine.bind(program, 1)) {
      kernels.forward(); // all weights are 0, and so is every logit
      for (Kernel kernel : program.forward()) {
        if (kernel instanceof ExpertKernel.Route route) {
          double[] gates = kernels.read(route.gates_BxTxE(), 0);
          for (int i = 0; i < gates.length; i++) {
            assertEquals(i % 3 == 0 ? 1.0 / 3 : 0, gates[i], 1e-7);
          }
        }
      }
    }
  }

  /**
   * By hand: width 8, GELU with biases: an expert has 8·32 + 32 + 32·8 + 8 = 552 parameters, 512 of
   * them weights; the router 8·4.
   */
  @Test
  void activeAndTotalParametersAreCountedApart() {
    ParameterCount dense = MixtureOfExpertsInstances.plain(1, NONE).dense().count(13, 6);
    ParameterCount all = MixtureOfExpertsInstances.plain(4, NONE).count(13, 6);
    assertEquals(dense.total() + 2 * (3 * 552 + 32), all.total());
    assertEquals(OptionalLong.of(2 * 3 * 552), all.idle());
    assertEquals(dense.total() + 2 * 32, all.under(ParameterCount.Convention.ACTIVE));
    assertEquals(dense.matmul() + 2 * 32, all.matmul());
    ParameterCount other = MixtureOfExpertsInstances.plain(4, OptionalInt.of(2)).count(13, 6);
    assertEquals(dense.total() + 3 * 552 + 32, other.total());
    assertEquals(
        OptionalLong.of(0),
        MixtureOfExpertsInstances.modern(2, 2, NONE, 0.1, Optional.empty()).count(13, 6).idle());
  }

  /** As many experts of a G-th of the size as make one: the weights of the Gpt, and the router. */
  @Test
  void fineExpertsPassAsManyWeightsAsTheGpt() {
    MixtureOfExperts fine =
        MixtureOfExpertsInstances.modern(8, 4, OptionalInt.of(4), 0.1, Optional.empty());
    ParameterCount dense = fine.dense().count(13, 6);
    long routers = 2 * 8 * 8;
    assertEquals(
        dense.total() + routers, fine.count(13, 6).under(ParameterCount.Convention.ACTIVE));
    assertEquals(
        fine.dense().trainingFlopsPerToken(13, 6) + 6.0 * routers,
        fine.trainingFlopsPerToken(13, 6));
  }

  @Test
  void muPTakesTheRouterForAHead() {
    MixtureOfExperts mixture =
        MixtureOfExpertsInstances.modern(3, 2, NONE, 0.1, Optional.of(new MuP(2)));
    for (Kernel kernel : mixture.program(7, 2, 5).forward()) {
      if (kernel instanceof ExpertKernel.Route route) {
        assertEquals(0.25, route.scale());
      }
      for (Tensor input : kernel.inputs()) {
        if (input.role() == Tensor.Role.PARAMETER && input.name().contains(".mlp.")) {
          boolean expert = input.name().matches(".*(up|down).weight");
          assertEquals(expert ? 0.25 : 1, input.rate(), input.name());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1 | 1 | 1 | experts is 0 but must be at least 1 and at most 4096",
        "4 | 5 | 1 | 1 | topK is 5 but a token passes at least 1 of the experts, and at most all 4",
        "4 | 0 | 1 | 1 | topK is 0 but a token passes at least 1 of the experts, and at most all 4",
        "4 | 2 | 5 | 1 | granularity is 5, but experts of the usual 24 columns must be cut evenly;"
            + " granularities that fit: 1, 2, 3, 4, 6, 8, 12, 24",
        "4 | 2 | 1 | 3 | every is 3, but to have experts in one block of so many it must be at"
            + " least 1 and at most the depth, 2",
      })
  void refusesWhatMakesNoSense(int experts, int topK, int granularity, int every, String sentence) {
    Gpt dense =
        new Gpt(
            2, 8, 2, Gpt.Position.ROTARY, Gpt.Norm.RMS, Gpt.Activation.SWIGLU, true, false, false);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new MixtureOfExperts(
                    dense,
                    experts,
                    topK,
                    OptionalInt.of(granularity),
                    OptionalInt.of(every),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()));
    assertEquals(sentence, e.getMessage());
  }
}
