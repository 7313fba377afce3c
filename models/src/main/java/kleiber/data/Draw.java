package kleiber.data;

import static kleiber.data.Settings.require;

/**
 * How much is drawn from a distribution, in documents of one length. They are independent of each
 * other, and windows must begin where documents begin, so that a model sees what the oracle sees.
 *
 * @param document tokens of each document: the context of the runs, or a divisor of it
 * @param tokens training tokens, rounded down to whole documents
 * @param heldOut held-out tokens, rounded down likewise
 * @param seed of the distribution and of the documents
 */
public record Draw(int document, long tokens, long heldOut, long seed) {
  private static final int LONGEST = 1 << 16;

  public Draw {
    require(
        document >= 2 && document <= LONGEST,
        "document",
        document,
        "between 2 and " + LONGEST + " tokens");
    requireDocuments("tokens", tokens, document);
    requireDocuments("heldOut", heldOut, document);
  }

  private static void requireDocuments(String name, long given, int document) {
    require(
        given / document >= 2 && given / document < Integer.MAX_VALUE,
        name,
        given,
        "at least two documents of %d tokens, and fewer than 2^31 of them".formatted(document));
  }

  /** Refuses documents that do not hold whole units. */
  void requireUnits(int unit, String what) {
    require(
        document % unit == 0,
        "document",
        document,
        "a multiple of %d, the tokens of %s".formatted(unit, what));
  }
}
