package kleiber.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Decodes UTF-8, without its byte order mark, and refuses what is not UTF-8 with the place where it
 * stands. A text with other letters put in for the unreadable ones would be another corpus.
 */
final class Utf8Reader extends Reader {
  private final InputStream in;
  private final Path name;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private long bytesRead;
  private boolean started;
  private boolean ended;

  Utf8Reader(InputStream in, Path name) {
    this.in = in;
    this.name = name;
  }

  @Override
  public int read(char[] chars, int offset, int count) throws IOException {
    CharBuffer out = CharBuffer.wrap(chars, offset, count).slice();
    while (true) {
      CoderResult result = decoder.decode(bytes, out, ended);
      if (result.isError()) {
        throw new CorpusException(
            String.format(
                "%s is not UTF-8: byte 0x%02x at offset %d begins no character; convert it first,"
                    + " for example by iconv -f latin1 -t utf-8",
                name, bytes.get(bytes.position()), bytesRead - bytes.remaining()));
      }
      int got = out.position();
      if (got > 0 && !started) {
        started = true;
        if (chars[offset] == '\uFEFF') {
          System.arraycopy(chars, offset + 1, chars, offset, got - 1);
          out.position(--got);
        }
      }
      if (got > 0) {
        return got;
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = n < 0;
    bytesRead += Math.max(n, 0);
    bytes.position(bytes.position() + Math.max(n, 0)).flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
