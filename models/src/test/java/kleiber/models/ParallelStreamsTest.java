package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelStreamsTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneStreamIsTheGpt(boolean classic) {
    ParallelStreams one =
        classic ? ParallelStreamsInstances.classic(1) : ParallelStreamsInstances.modern(1);
    Gpt gpt = one.gpt();
    assertEquals(gpt.program(13, 2, 6), one.program(13, 2, 6));
    assertEquals(gpt.count(13, 6), one.count(13, 6));
    assertEquals(gpt.trainingFlopsPerToken(13, 6), one.trainingFlopsPerToken(13, 6));
    for (Tensor parameter : gpt.program(13, 2, 6).parameters()) {
      assertArrayEquals(gpt.initial(parameter, 3), one.initial(parameter, 3), parameter.name());
    }
  }

  /** Whatever is shared begins as it does in one stream: P = 1, 2, 4 differ in streams alone. */
  @Test
  void moreStreamsShareTheWeightsOfOne() {
    List<Tensor> shared = ParallelStreamsInstances.classic(1).program(13, 2, 6).parameters();
    List<Tensor> all = ParallelStreamsInstances.classic(4).program(13, 2, 6).parameters();
    assertTrue(all.containsAll(shared));
    assertEquals(shared.size() + 2 + 4, all.size(), "two prefixes, two maps with biases");
  }

  /**
   * Width 64, 3 blocks, 4 streams of 16 prefixed positions: 3 · 4 · 16 · 128 numbers in prefixes
   * and 256 · 64 + 64 · 4 weights that weigh the streams.
   */
  @Test
  void countsAreThoseOfPaperAndPencil() {
    ParallelStreams four = streams(4, 16);
    ParallelStreams one = streams(1, 16);
    ParameterCount count = four.count(256, 128);
    assertEquals(24_576 + 16_640, count.total() - one.count(256, 128).total());
    assertEquals(16_640, count.matmul() - one.count(256, 128).matmul());
    double blocks = 3 * 12 * 64 * 64;
    assertEquals(
        6 * (4 * blocks + 256 * 64 + 16_640) + 12 * 4 * 3 * (128 + 16) * 64,
        four.trainingFlopsPerToken(256, 128));
  }

  private static ParallelStreams streams(int streams, int prefix) {
    return new ParallelStreams(
        3,
        64,
        4,
        Gpt.Position.LEARNED,
        Gpt.Norm.LAYER,
        Gpt.Activation.GELU,
        true,
        false,
        false,
        streams,
        prefix);
  }

  /** Streams with equal prefixes are equal, and their mean is that of any of them. */
  @Test
  void prefixesAreAllThatTellsStreamsApart() {
    Random random = new Random(5);
    try (TinyModel model = new TinyModel(ParallelStreamsInstances.classic(3))) {
      model.writeLargeWeights(random);
      model.writeTokens(model.randomTokens(random), model.randomTokens(random));
      assertNotEquals(0, spread(model), 1e-3);
      for (Tensor parameter : model.program.parameters()) {
        if (parameter.name().endsWith(".prefix.weight")) {
          double[] own = model.kernels.read(parameter, 0);
          int each = own.length / 3;
          for (int i = each; i < own.length; i++) {
            own[i] = own[i - each];
          }
          model.kernels.write(parameter, 0, own);
        }
      }
      assertEquals(0, spread(model), 1e-12);
      Kernel.Linear head =
          (Kernel.Linear) model.program.forward().get(model.program.forward().size() - 2);
      double[] mean = model.kernels.read(head.x_RxI(), 0);
      double[] first = row(streams(model), model.kernels, 0);
      assertArrayEquals(first, Arrays.copyOf(mean, first.length), 1e-12);
    }
  }

  private static StreamKernel.Mix streams(TinyModel model) {
    return model.program.forward().stream()
        .filter(StreamKernel.Mix.class::isInstance)
        .map(StreamKernel.Mix.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static double[] row(StreamKernel.Mix mix, Kernels kernels, int stream) {
    int d = mix.y_RxD().last();
    return Arrays.copyOfRange(kernels.read(mix.x_RxF(), 0), stream * d, (stream + 1) * d);
  }

  /** The largest difference between the first and the last stream of the first position. */
  private static double spread(TinyModel model) {
    model.losses();
    double[] first = row(streams(model), model.kernels, 0);
    double[] last = row(streams(model), model.kernels, 2);
    double most = 0;
    for (int i = 0; i < first.length; i++) {
      most = Math.max(most, Math.abs(first[i] - last[i]));
    }
    return most;
  }

  @Test
  void nonsenseIsRefusedWithASentence() {
    assertEquals(
        "streams is 0 but must be at least 1 and at most 64",
        assertThrows(IllegalArgumentException.class, () -> streams(0, 16)).getMessage());
    assertEquals(
        "prefix is 0 but must be at least 1 and at most 4096",
        assertThrows(IllegalArgumentException.class, () -> streams(1, 0)).getMessage());
  }
}
