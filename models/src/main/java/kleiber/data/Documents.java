package kleiber.data;

import java.io.IOException;
import java.util.function.Predicate;

/** Text as a stream of documents, which never has to fit into memory. */
@FunctionalInterface
interface Documents {
  /** Tells every document, in an order that depends on nothing but the corpus. */
  void tell(Sink sink) throws IOException;

  /** Hears one document after another: begin, text in pieces, end. */
  interface Sink {
    /** A document begins. */
    void begin(boolean heldOut) throws IOException;

    /** The next piece of it: whole characters, some hundred thousand at most. */
    void text(String piece) throws IOException;

    /** The document ends. */
    void end() throws IOException;
  }

  /** Longest piece, in chars; longer documents are tokenized piece by piece. */
  int PIECE = 1 << 18;

  /** Tells one document that is in memory, and not empty. */
  static void tell(Sink sink, String document, Predicate<String> heldOut) throws IOException {
    for (int from = 0, to; from < document.length(); from = to) {
      to = endOfPiece(document, from);
      String piece = document.substring(from, to);
      if (from == 0) {
        sink.begin(heldOut.test(piece));
      }
      sink.text(piece);
    }
    sink.end();
  }

  /** After the last line end that the piece has room for, else never within a character. */
  private static int endOfPiece(String text, int from) {
    if (text.length() - from <= PIECE) {
      return text.length();
    }
    int to = from + PIECE;
    int line = text.lastIndexOf('\n', to - 1) + 1;
    return line > from ? line : Character.isHighSurrogate(text.charAt(to - 1)) ? to - 1 : to;
  }
}
