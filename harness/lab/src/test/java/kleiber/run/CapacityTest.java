package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import kleiber.engine.Engine;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaSurvey.Card;
import kleiber.engine.naive.NaiveEngine;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.Gpt;
import kleiber.train.Facts;
import kleiber.train.KernelTrainer;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

/** What pays and what fits, on a CPU and on cards that are not here. */
class CapacityTest {
  private static final double GIB = 1 << 30;
  private static final CardProperties H100 =
      new CardProperties("an H100", 9, 0, 80L << 30, 132, 227 << 10);
  private static final CardProperties T4 =
      new CardProperties("a T4", 7, 5, 16L << 30, 40, 64 << 10);
  private static final int TOKENS_PER_STEP = 4096;

  private static Capacity capacity(List<Card> cards, String... words) {
    return Capacity.of(
        Arrays.stream(words)
            .map(word -> new Device(word, 8))
            .map(device -> new Lanes(device, device.lanes(), 4 * GIB))
            .toList(),
        () -> cards);
  }

  private static Card card(int ordinal, CardProperties properties, double free) {
    return new Card(ordinal, properties, (long) free);
  }

  @Test
  void aCpuHasALaneForEachThreadAndItsHeap() {
    Capacity cpu = capacity(List.of(), "cpu", "cpu");
    assertEquals(16, cpu.lanes());
    assertEquals(0.6 * 4 * GIB / 8, cpu.bytes());
    assertEquals(Set.of(Optional.empty()), cpu.memories());
  }

  @Test
  void aCardHasOneLaneAndItsFreeMemory() {
    List<Card> cards = List.of(card(0, H100, 70 * GIB), card(1, H100, 78 * GIB));
    Capacity both = capacity(cards, "cuda:0", "cuda:1");
    assertEquals(2, both.lanes());
    assertEquals(0.9 * 70 * GIB, both.bytes(), 1);
    assertEquals(Set.of(Optional.of(H100)), both.memories());
    assertEquals(0.9 * 35 * GIB, capacity(cards, "cuda", "cuda:0").bytes(), 1, "they share one");
    assertEquals(
        "--devices cuda:2: this machine shows 2 cards, counted from 0; see nvidia-smi and"
            + " CUDA_VISIBLE_DEVICES",
        assertThrows(UserException.class, () -> capacity(cards, "cuda:2")).getMessage());
  }

  /** One member of d = 64 makes no cohort on a CPU, and leaves most of a card idle. */
  @Test
  void membersPayAsLongAsACardWaitsForLaunches() {
    Gpt small = gpt(64, 2, 4);
    assertEquals(64, cohort(small, H100, 64), "a whole grid of them");
    assertTrue(cohort(small, T4, 64) < 16, "a smaller card is full sooner");
    assertEquals(1, cohort(gpt(768, 12, 12), H100, 64), "GPT-2 124M fills a card alone");
    Capacity cpu = capacity(List.of(), "cpu");
    assertEquals(1, cohort(small, cpu, 64));
  }

  private static int cohort(Gpt model, CardProperties properties, int runs) {
    Card card = card(0, properties, properties.memory());
    return cohort(model, capacity(List.of(card), "cuda"), runs);
  }

  private static int cohort(Gpt model, Capacity capacity, int runs) {
    double flops = model.trainingFlopsPerToken(256, 128) * TOKENS_PER_STEP;
    Run run = Ladder.read().runs().getFirst();
    List<Packing.Item> items =
        IntStream.range(0, runs)
            .mapToObj(seed -> Run.of(run.spec().withSeed(seed)))
            .map(each -> new Packing.Item(each, model, 1, flops, 1))
            .toList();
    return new Packing(capacity, OptionalInt.empty()).pack(items).getFirst().size();
  }

  private static Gpt gpt(int width, int depth, int heads) {
    return new Gpt(
        depth,
        width,
        heads,
        Gpt.Position.LEARNED,
        Gpt.Norm.LAYER,
        Gpt.Activation.GELU,
        true,
        false,
        true);
  }

  private static TrainingSpec withModel(TrainingSpec spec, Gpt model) {
    return new TrainingSpec(
        model,
        spec.corpus(),
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        spec.optimizer(),
        spec.schedule(),
        spec.checkpoints(),
        spec.heldOut(),
        spec.seed());
  }

  /** Not what the heap would need: a card has no copy of its own for each core. */
  @Test
  void aMembersMemoryIsThatOfTheDevice() throws Exception {
    TrainingSpec spec = Ladder.read().runs().getFirst().spec();
    int vocabulary = 256;
    Facts facts =
        new Facts(
            "",
            vocabulary,
            spec.tokens(),
            spec.model().count(vocabulary, spec.context()),
            1,
            Map.of());
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(Path.of("")))) {
      double heap = trainer.memory(spec, facts, Optional.empty());
      double card = trainer.memory(spec, facts, Optional.of(H100));
      List<Card> cards = List.of(card(0, H100, GIB));
      assertEquals(heap, capacity(cards, "cpu").member(trainer, spec, facts));
      assertEquals(card, capacity(cards, "cuda").member(trainer, spec, facts));
      assertEquals(
          Math.max(card, heap), capacity(cards, "cpu", "cuda").member(trainer, spec, facts));
      Capacity turing = capacity(List.of(card(0, T4, GIB)), "cuda");
      TrainingSpec wide = withModel(spec, gpt(100, 1, 1));
      assertTrue(
          assertThrows(UserException.class, () -> turing.member(trainer, wide, facts))
              .getMessage()
              .startsWith("heads of 100 columns are too wide for a T4"),
          "before anything is trained");
    }
  }
}
