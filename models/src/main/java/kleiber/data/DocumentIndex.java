package kleiber.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Where documents end, memory-mapped: for each document, two little-endian longs, the tokens and
 * the bytes of text from the beginning to its end.
 */
final class DocumentIndex {
  private static final int ROW = 2 * Long.BYTES;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment rows;

  DocumentIndex(Path file) throws IOException {
    rows = MappedTokens.map(file);
  }

  int documents() {
    return Math.toIntExact(rows.byteSize() / ROW);
  }

  /** The document that holds the token at {@code position}. */
  int document(long position) {
    int low = 0;
    int high = documents() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tokens(middle) > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Tokens to the end of a document; 0 for document −1. */
  long tokens(int document) {
    return document < 0 ? 0 : rows.get(LONG, (long) document * ROW);
  }

  /** Bytes of text to the end of a document; 0 for document −1. */
  long bytes(int document) {
    return document < 0 ? 0 : rows.get(LONG, (long) document * ROW + Long.BYTES);
  }

  /** Writes an index as documents come. */
  static final class Writer implements Closeable {
    private final MessageDigest digest = Sha256.digest();
    private final OutputStream out;
    private final ByteBuffer row = ByteBuffer.allocate(ROW).order(ByteOrder.LITTLE_ENDIAN);

    Writer(Path file) throws IOException {
      out =
          new BufferedOutputStream(
              new DigestOutputStream(Files.newOutputStream(file), digest), 1 << 16);
    }

    void end(long tokens, long bytes) throws IOException {
      out.write(row.clear().putLong(tokens).putLong(bytes).array());
    }

    /** Writes what is left; returns the digest of all, once. */
    String finish() throws IOException {
      out.flush();
      return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
