package kleiber.data;

import java.util.OptionalDouble;

/**
 * A long sequence of token ids, memory-mapped or drawn when read: documents one after another. Safe
 * for use by many threads.
 */
public interface TokenSequence {
  /** Number of tokens. */
  long length();

  /** Copies {@code count} ids starting at {@code from} to {@code ids[offset …]}. */
  void read(long from, int[] ids, int offset, int count);

  /** Windows must begin at multiples of it: 1 for text, which may be cut anywhere. */
  default int period() {
    return 1;
  }

  /** Index of the document that holds the token at {@code position}. */
  int document(long position);

  /**
   * Bytes of text that the tokens from one position up to another stand for, where known: turns
   * nats per token into bits per byte.
   */
  OptionalDouble bytes(long from, long to);
}
