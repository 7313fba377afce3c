package kleiber.engine.cuda.driver;

import java.util.Locale;

/** A card, or what it reads of this machine, has less free memory than is needed. */
public final class CudaOutOfMemoryException extends CudaException {
  private static final long serialVersionUID = 1;
  private static final double GIB = 1L << 30;
  private static final String ADVICE =
      "; train fewer members at once, smaller batches or micro-batches";

  private CudaOutOfMemoryException(String message) {
    super(message);
  }

  /**
   * Where it is known how much was asked for.
   *
   * @param wanted bytes
   * @param free bytes of the card that nobody uses
   */
  public CudaOutOfMemoryException(CardProperties card, long wanted, long free) {
    this(
        String.format(
            Locale.ROOT,
            "%.2f GiB are needed on %s, which has %.2f GiB, %.2f GiB of them free" + ADVICE,
            wanted / GIB,
            card.name(),
            card.memory() / GIB,
            free / GIB));
  }

  /** Where a library took memory for itself. */
  static CudaOutOfMemoryException in(String function) {
    return new CudaOutOfMemoryException(
        "the card has too little memory left for %s".formatted(function) + ADVICE);
  }

  /** The same, where it is known how much the card has. */
  static CudaOutOfMemoryException in(String function, long free, long total) {
    return new CudaOutOfMemoryException(
        String.format(
            Locale.ROOT,
            "the card has too little memory left for %s: %.2f of its %.2f GiB are free" + ADVICE,
            function,
            free / GIB,
            total / GIB));
  }

  /** Where memory of the machine was to be held for the card to read. */
  static CudaOutOfMemoryException ofTheMachine(String function) {
    return new CudaOutOfMemoryException(
        ("this machine has too little memory left that a card could read by itself (%s); end other"
                + " programs, or give the container more")
            .formatted(function));
  }
}
