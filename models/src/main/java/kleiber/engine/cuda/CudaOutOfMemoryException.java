package kleiber.engine.cuda;

import java.util.Locale;

/** A card has less free memory than is needed: fewer members, or smaller batches, fit. */
public final class CudaOutOfMemoryException extends CudaException {
  private static final long serialVersionUID = 1;
  private static final double GIB = 1L << 30;

  private final long wanted;
  private final long free;

  /**
   * @param wanted bytes
   * @param free bytes of the card that nobody uses
   */
  public CudaOutOfMemoryException(CardProperties card, long wanted, long free) {
    super(
        String.format(
            Locale.ROOT,
            "%.2f GiB are needed on %s, which has %.2f GiB, %.2f GiB of them free;"
                + " train fewer members at once, or smaller batches",
            wanted / GIB,
            card.name(),
            card.memory() / GIB,
            free / GIB));
    this.wanted = wanted;
    this.free = free;
  }

  /** Bytes that were asked for. */
  public long wanted() {
    return wanted;
  }

  /** Bytes that were free. */
  public long free() {
    return free;
  }
}
