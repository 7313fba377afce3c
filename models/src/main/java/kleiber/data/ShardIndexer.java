package kleiber.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Reads shards once: checks every id, finds where documents end, digests both. */
final class ShardIndexer implements Closeable {
  private final int vocabulary;
  private final Optional<Integer> endOfText;
  private final BooleanSupplier stopped;
  private final Reading reading;
  private final DocumentIndex.Writer index;
  private final MessageDigest digest = Sha256.digest();
  private final int[] ids = new int[TokenBin.BLOCK];
  private long tokens;

  ShardIndexer(
      Path file,
      int vocabulary,
      Optional<Integer> endOfText,
      BooleanSupplier stopped,
      Reading reading)
      throws IOException {
    this.vocabulary = vocabulary;
    this.endOfText = endOfText;
    this.stopped = stopped;
    this.reading = reading;
    this.index = new DocumentIndex.Writer(file);
  }

  /** Adds a shard, whose end is also the end of a document. */
  void add(BinShard shard) throws IOException {
    IdWidth width = shard.tokens().width();
    long length = shard.tokens().length();
    for (long at = 0; at < length; at += ids.length) {
      if (stopped.getAsBoolean()) {
        throw new CancellationException("stopped while " + shard.file() + " was read");
      }
      int count = (int) Math.min(ids.length, length - at);
      width.read(shard.tokens().ids(), at * width.bytes(), ids, 0, count);
      digest.update(
          shard
              .tokens()
              .ids()
              .asSlice(at * width.bytes(), (long) count * width.bytes())
              .asByteBuffer());
      boolean last = at + count == length;
      check(shard, at, count);
      for (int i = 0; i < count; i++) {
        boolean ends = endOfText.isPresent() ? ids[i] == endOfText.get() : i == ids.length - 1;
        if (ends || last && i == count - 1) {
          index.end(tokens + i + 1, 0);
        }
      }
      tokens += count;
      reading.add((long) count * width.bytes());
    }
  }

  /** Writes what is left; returns the digest of all. */
  String finish() throws IOException {
    return HexFormat.of().formatHex(digest.digest()) + " " + index.finish();
  }

  @Override
  public void close() throws IOException {
    index.close();
  }

  private void check(BinShard shard, long at, int count) throws CorpusException {
    for (int i = 0; i < count; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new CorpusException(
            shard.file()
                + " holds id "
                + Integer.toUnsignedString(ids[i])
                + " at token "
                + (at + i)
                + ", but vocabulary is "
                + vocabulary
                + "; give the vocabulary of its tokenizer, and bits: 32 if its ids are that wide");
      }
    }
  }
}
