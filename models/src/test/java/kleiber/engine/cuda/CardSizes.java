package kleiber.engine.cuda;

import java.util.List;
import java.util.function.ToIntFunction;
import kleiber.engine.Kernel;
import kleiber.engine.SmallGpt;
import kleiber.engine.trial.OptimizerTrial;

/**
 * How much {@link CardCheck} does.
 *
 * @param shapes of single kernels: members, sequences, positions, heads, their width
 * @param updated whose parameters optimizers update beside those of {@link
 *     OptimizerTrial#OF_EVERY_KIND}
 * @param head of a layer whose activations passes keep in forms of their own, over an odd
 *     vocabulary
 * @param rowsOfChunk of that head, of which the last chunk has fewer
 * @param judged whose losses are laid beside the judge's
 * @param trained by cohorts and alone, bits compared; the first by every optimizer and with experts
 * @param members of those cohorts
 * @param steps of those trainings
 * @param timed what is timed
 * @param seconds that each of them is timed for, at least
 * @param product rows and columns of the matrices whose product is the measure of speed
 */
record CardSizes(
    int[][] shapes,
    SmallGpt updated,
    SmallGpt head,
    ToIntFunction<Kernel.Linear> rowsOfChunk,
    SmallGpt judged,
    List<SmallGpt> trained,
    int members,
    int steps,
    List<Timed> timed,
    double seconds,
    int product) {

  /**
   * A model to be timed.
   *
   * @param name that of the same in gpt.py, which a cohort's members share
   */
  record Timed(String name, SmallGpt model, int members) {
    /** Of one step. */
    int tokens() {
      return members * model.batch() * model.context();
    }

    String title() {
      return members == 1 ? name : members + " of " + name;
    }
  }

  /** For a card: odd shapes and large ones; under a minute of the judge's double precision. */
  static CardSizes card() {
    SmallGpt s = new SmallGpt(32, 128, 64, 2, 4, 256);
    return new CardSizes(
        new int[][] {
          {1, 1, 1, 1, 8},
          {5, 2, 33, 3, 6},
          {3, 1, 129, 2, 10},
          {2, 9, 64, 2, 64},
          {1, 1, 1030, 2, 64},
          {1, 2, 256, 4, 64}
        },
        new SmallGpt(1, 64, 192, 1, 3, 257),
        new SmallGpt(4, 750, 64, 1, 4, 50_257),
        CudaHead::rowsOfChunk,
        new SmallGpt(2, 40, 16, 2, 2, 61),
        List.of(new SmallGpt(8, 128, 64, 2, 4, 256), new SmallGpt(4, 512, 384, 2, 6, 1031)),
        7,
        10,
        List.of(
            new Timed("S", s, 1),
            new Timed("M", new SmallGpt(32, 128, 128, 4, 4, 256), 1),
            new Timed("L", new SmallGpt(32, 128, 256, 4, 4, 256), 1),
            new Timed("XL", new SmallGpt(8, 128, 512, 6, 8, 256), 1),
            new Timed("S", s, 64),
            new Timed("GPT2", new SmallGpt(16, 1024, 768, 12, 12, 50_304), 1)),
        6,
        8192);
  }

  /** Everything once, for a processor that emulates a card. */
  static CardSizes emulated() {
    SmallGpt tiny = new SmallGpt(2, 5, 8, 1, 2, 17);
    return new CardSizes(
        new int[][] {{1, 1, 1, 1, 8}, {2, 1, 5, 2, 6}},
        new SmallGpt(1, 3, 12, 1, 2, 11),
        new SmallGpt(2, 11, 8, 1, 1, 37),
        _ -> 9,
        tiny,
        List.of(tiny, new SmallGpt(1, 9, 12, 1, 2, 17)),
        2,
        2,
        List.of(new Timed("S", tiny, 1), new Timed("S", tiny, 2)),
        0.01,
        64);
  }
}
