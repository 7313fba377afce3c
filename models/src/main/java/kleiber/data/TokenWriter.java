package kleiber.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.OptionalInt;

/** Writes ids and the index of their documents, and digests both. */
final class TokenWriter implements Closeable {
  private final int vocabulary;
  private final IdWidth width;
  private final FileChannel channel;
  private final DocumentIndex.Writer index;
  private final MessageDigest digest = Sha256.digest();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long tokens;
  private long bytes;

  TokenWriter(Path ids, Path documents, int vocabulary) throws IOException {
    this.vocabulary = vocabulary;
    this.width = IdWidth.of(vocabulary);
    this.channel = FileChannel.open(ids, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.index = new DocumentIndex.Writer(documents);
  }

  /** Adds ids to the current document, and the bytes of text that they stand for. */
  void add(int[] ids, long bytesOfText) throws IOException {
    for (int id : ids) {
      add(id);
    }
    bytes += bytesOfText;
  }

  /** Ends the current document, with an id that says so if there is one. */
  void endDocument(OptionalInt end) throws IOException {
    if (end.isPresent()) {
      add(end.getAsInt());
    }
    index.end(tokens, bytes);
  }

  /** Writes what is left; returns the digest of all. */
  String finish() throws IOException {
    flush();
    return HexFormat.of().formatHex(digest.digest()) + " " + index.finish();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      index.close();
    }
  }

  private void add(int id) throws IOException {
    if (id < 0 || id >= vocabulary) {
      throw new CorpusException(
          "the tokenizer gave id " + id + " but says that its vocabulary is " + vocabulary);
    }
    if (buffer.remaining() < width.bytes()) {
      flush();
    }
    width.write(id, buffer);
    tokens++;
  }

  private void flush() throws IOException {
    buffer.flip();
    digest.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
