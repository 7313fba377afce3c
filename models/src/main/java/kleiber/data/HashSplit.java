package kleiber.data;

/** Decides by the text of a document whether it is held out, and counts. */
final class HashSplit {
  private final double heldOutFraction;
  private long documents;
  private long heldOut;

  HashSplit(double heldOutFraction) {
    this.heldOutFraction = heldOutFraction;
  }

  /** Whether the document that begins with this piece is held out. */
  boolean holdsOut(String firstPiece) {
    boolean held = Sha256.fraction(firstPiece) < heldOutFraction;
    documents++;
    heldOut += held ? 1 : 0;
    return held;
  }

  long documents() {
    return documents;
  }

  long heldOut() {
    return heldOut;
  }
}
