package kleiber.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Token ids where they lie on disk, in one file or in shards. The operating system brings in the
 * pages that are read; the heap holds none of them.
 */
final class MappedTokens implements TokenSequence {
  /**
   * A part of the sequence.
   *
   * @param ids whole ids and nothing else
   */
  record Shard(MemorySegment ids, IdWidth width) {
    long length() {
      return ids.byteSize() / width.bytes();
    }
  }

  /** How the bytes of the text are known. */
  enum TextBytes {
    UNKNOWN,
    /** Every token is text. */
    OF_EVERY_TOKEN,
    /** The last token of a document only ends it. */
    OF_ALL_BUT_THE_LAST
  }

  private final Shard[] shards;
  private final long[] starts;
  private final DocumentIndex index;
  private final TextBytes textBytes;

  MappedTokens(List<Shard> shards, DocumentIndex index, TextBytes textBytes) {
    this.shards = shards.toArray(Shard[]::new);
    this.starts = new long[this.shards.length + 1];
    for (int i = 0; i < this.shards.length; i++) {
      starts[i + 1] = starts[i] + this.shards[i].length();
    }
    this.index = index;
    this.textBytes = textBytes;
  }

  /** Maps a file for as long as anyone refers to it. */
  static MemorySegment map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }

  @Override
  public long length() {
    return starts[shards.length];
  }

  @Override
  public void read(long from, int[] ids, int offset, int count) {
    Objects.checkFromIndexSize(from, count, length());
    Objects.checkFromIndexSize(offset, count, ids.length);
    int shard = shardOf(from);
    for (int done = 0; done < count; shard++) {
      long first = from + done - starts[shard];
      int here = (int) Math.min(count - done, shards[shard].length() - first);
      IdWidth width = shards[shard].width();
      width.read(shards[shard].ids(), first * width.bytes(), ids, offset + done, here);
      done += here;
    }
  }

  @Override
  public int document(long position) {
    Objects.checkIndex(position, length());
    return index.document(position);
  }

  /** Exact at the ends of documents, in proportion within them. */
  @Override
  public OptionalDouble bytes(long from, long to) {
    Objects.checkFromToIndex(from, to, length());
    return textBytes == TextBytes.UNKNOWN
        ? OptionalDouble.empty()
        : OptionalDouble.of(bytesBefore(to) - bytesBefore(from));
  }

  private double bytesBefore(long position) {
    if (position == 0) {
      return 0;
    }
    int document = index.document(position - 1);
    long begin = index.tokens(document - 1);
    long ofText = index.tokens(document) - begin;
    if (textBytes == TextBytes.OF_ALL_BUT_THE_LAST) {
      ofText--;
    }
    double share = Math.min(1, (position - begin) / (double) ofText);
    long before = index.bytes(document - 1);
    return before + share * (index.bytes(document) - before);
  }

  private int shardOf(long position) {
    int shard = 0;
    while (shard < shards.length - 1 && position >= starts[shard + 1]) {
      shard++;
    }
    return shard;
  }
}
