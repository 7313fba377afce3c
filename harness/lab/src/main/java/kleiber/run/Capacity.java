package kleiber.run;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.engine.cuda.driver.CudaSurvey;
import kleiber.experiment.UserException;
import kleiber.train.Facts;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;

/**
 * What those that train offer a cohort. Where devices differ, a cohort fits on each of them, and is
 * as large as pays on any.
 *
 * @param lanes cohorts at a time, all devices together
 * @param bytes that the models of a cohort may take
 * @param worthwhileStep FLOPs of a step that a cohort is packed up to
 * @param memories whose memory it is: cards, or the Java heap where empty
 */
public record Capacity(
    int lanes, double bytes, double worthwhileStep, Set<Optional<CardProperties>> memories) {
  /** Of the heap; the rest is for corpora, held-out sets and everything else. */
  private static final double SHARE_OF_HEAP = 0.6;

  /** Of what nobody uses; the rest is for the kernels' code, recorded passes and cuBLASLt. */
  private static final double SHARE_OF_CARD = 0.9;

  /**
   * FLOPs of a step on a CPU. A cohort saves what a step costs beside its arithmetic, and on a CPU
   * that is little: eight members gained 5 % at 0.5 MFLOP a step and lost 10 % at 20, where one
   * alone keeps more of its numbers in cache.
   */
  static final double WORTHWHILE_ON_A_CPU = 1e6;

  /** Kernels of a small model's step: about 40 a layer, forward and backward, and some more. */
  private static final double LAUNCHES = 300;

  /** Until a kernel that has next to nothing to do makes way for the next. */
  private static final double SECONDS_OF_LAUNCH = 4e-6;

  /** Arithmetic by launches where a further member no longer pays. */
  private static final double CLEARLY_MORE = 4;

  private static final Set<Optional<CardProperties>> HEAP = Set.of(Optional.empty());

  public Capacity {
    memories = Set.copyOf(memories);
  }

  /** One that any machine takes for the same, of so many lanes. */
  static Capacity anywhere(int lanes) {
    return new Capacity(lanes, Double.POSITIVE_INFINITY, WORTHWHILE_ON_A_CPU, HEAP);
  }

  /**
   * Of processes on this machine, with the memory of its cards as it is now.
   *
   * @throws UserException when a card is not there
   */
  public static Capacity of(List<Lanes> processes) {
    return of(processes, () -> CudaSurvey.take().cards());
  }

  static Capacity of(List<Lanes> processes, Supplier<List<CudaSurvey.Card>> survey) {
    boolean anyCard = processes.stream().anyMatch(lanes -> lanes.device().isCard());
    List<CudaSurvey.Card> cards = anyCard ? survey.get() : List.of();
    Set<Optional<CardProperties>> memories = new LinkedHashSet<>();
    int lanes = 0;
    double bytes = Double.POSITIVE_INFINITY;
    double worthwhile = 0;
    for (Lanes process : processes) {
      Capacity own =
          process.device().isCard()
              ? ofCard(card(process.device(), cards), sharing(process, processes))
              : ofHeap(process);
      lanes += own.lanes;
      bytes = Math.min(bytes, own.bytes);
      worthwhile = Math.max(worthwhile, own.worthwhileStep);
      memories.addAll(own.memories);
    }
    return new Capacity(lanes, bytes, worthwhile, memories);
  }

  private static Capacity ofHeap(Lanes process) {
    double bytes = SHARE_OF_HEAP * process.heap() / process.count();
    return new Capacity(process.count(), bytes, WORTHWHILE_ON_A_CPU, HEAP);
  }

  /**
   * A step takes some 300 kernels of 4 µs, 1.2 ms, however little they have to do. Members are
   * added until the arithmetic takes four times as long at the card's stated FLOP/s in float32: 4 ·
   * 1.2e-3 s · 5.7e13 FLOP/s = 2.8e11 FLOPs on an H100, 80 members of a model with d = 64 and two
   * layers at 4096 tokens a step (3.5e9 FLOPs each). Not yet measured on a card.
   */
  private static Capacity ofCard(CudaSurvey.Card card, long sharing) {
    double bytes = SHARE_OF_CARD * card.freeMemory() / sharing;
    double step = CLEARLY_MORE * LAUNCHES * SECONDS_OF_LAUNCH * card.properties().statedFlops();
    return new Capacity(Device.LANES_OF_CARD, bytes, step, Set.of(Optional.of(card.properties())));
  }

  /** Processes on the same card. */
  private static long sharing(Lanes process, Collection<Lanes> processes) {
    int ordinal = process.device().ordinal();
    return processes.stream()
        .filter(other -> other.device().isCard() && other.device().ordinal() == ordinal)
        .count();
  }

  private static CudaSurvey.Card card(Device device, List<CudaSurvey.Card> cards) {
    return cards.stream()
        .filter(card -> card.ordinal() == device.ordinal())
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "--devices %s: this machine shows %d cards, counted from 0; see nvidia-smi and CUDA_VISIBLE_DEVICES"
                        .formatted(device.word(), cards.size())));
  }

  /**
   * Bytes that a member of a cohort takes at most, of any of the memories.
   *
   * @throws UserException when a card cannot train it
   */
  public double member(Trainer trainer, TrainingSpec spec, Facts facts) {
    try {
      return memories.stream()
          .mapToDouble(memory -> trainer.memory(spec, facts, memory))
          .max()
          .orElseThrow();
    } catch (CudaException e) {
      throw new UserException(e.getMessage(), e);
    }
  }
}
