package kleiber.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Turns documents into ids, some megabytes of text at a time, and writes them to their side. */
final class Tokenization implements Documents.Sink {
  private static final int BATCH_CHARS = 1 << 21;

  /** A piece of text; {@code last} of its document. */
  private record Piece(String text, TokenWriter side, boolean last) {}

  private final Tokenizer.Encoder encoder;
  private final TokenWriter training;
  private final TokenWriter heldOut;
  private final BooleanSupplier stopped;
  private final List<Piece> batch = new ArrayList<>();
  private int batchChars;
  private TokenWriter side;

  Tokenization(
      Tokenizer.Encoder encoder,
      TokenWriter training,
      TokenWriter heldOut,
      BooleanSupplier stopped) {
    this.encoder = encoder;
    this.training = training;
    this.heldOut = heldOut;
    this.stopped = stopped;
  }

  @Override
  public void begin(boolean isHeldOut) {
    side = isHeldOut ? heldOut : training;
  }

  @Override
  public void text(String piece) throws IOException {
    if (batchChars + piece.length() > BATCH_CHARS) {
      flush();
    }
    batch.add(new Piece(piece, side, false));
    batchChars += piece.length();
  }

  @Override
  public void end() {
    // Nothing is flushed before the next text comes, so the document's last piece is here.
    batch.add(new Piece(batch.removeLast().text(), side, true));
  }

  /** Writes what is left. */
  void flush() throws IOException {
    if (stopped.getAsBoolean()) {
      throw new CancellationException("stopped while text was tokenized");
    }
    List<int[]> ids = encoder.encode(batch.stream().map(Piece::text).toList());
    for (int i = 0; i < ids.size(); i++) {
      Piece piece = batch.get(i);
      piece.side().add(ids.get(i), utf8Length(piece.text()));
      if (piece.last()) {
        piece.side().endDocument(encoder.endOfDocument());
      }
    }
    batch.clear();
    batchChars = 0;
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Either half of a surrogate pair counts for two of its four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
