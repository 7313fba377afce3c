package kleiber.data;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;

/** Documents of one length, drawn when they are read; nothing is kept. */
final class DrawnDocuments implements TokenSequence {
  /** So many say in a digest what the others are like. */
  private static final int TOKENS_IN_DIGEST = 1 << 14;

  private final DrawnCorpus.Source source;
  private final int document;
  private final long seed;
  private final int stream;
  private final long length;

  /**
   * @param tokens rounded down to whole documents
   */
  DrawnDocuments(DrawnCorpus.Source source, Draw draw, int stream, long tokens) {
    this.source = source;
    this.document = draw.document();
    this.seed = draw.seed();
    this.stream = stream;
    this.length = tokens / document * document;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int period() {
    return document;
  }

  @Override
  public void read(long from, int[] ids, int offset, int count) {
    Objects.checkFromIndexSize(from, count, length);
    Objects.checkFromIndexSize(offset, count, ids.length);
    for (int done = 0, here; done < count; done += here) {
      int begin = (int) ((from + done) % document);
      here = Math.min(count - done, document - begin);
      int[] drawn = new int[begin + here];
      source.draw(new Draws(seed, stream, (from + done) / document), drawn);
      System.arraycopy(drawn, begin, ids, offset + done, here);
    }
  }

  @Override
  public int document(long position) {
    return (int) (Objects.checkIndex(position, length) / document);
  }

  /** Tokens of no text. */
  @Override
  public OptionalDouble bytes(long from, long to) {
    return OptionalDouble.empty();
  }

  /** A hash of the first tokens. */
  String beginning() {
    int[] ids = new int[(int) Math.min(length, TOKENS_IN_DIGEST)];
    read(0, ids, 0, ids.length);
    return Sha256.hex(Arrays.toString(ids));
  }

  /** Losses of a text that begins with a document: each document by itself. */
  static double[] losses(DrawnCorpus.Source source, int document, int[] ids) {
    double[] losses = new double[ids.length];
    for (int from = 0; from < ids.length; from += document) {
      double[] own =
          source.losses(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + document)));
      System.arraycopy(own, 0, losses, from, own.length);
    }
    return losses;
  }
}
