package kleiber.data;

import java.math.BigInteger;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One side of a salted corpus.
 *
 * @param firstSalt its smallest id
 * @param stream of random numbers
 */
record SaltedTokens(TokenSequence plain, Salted salted, int firstSalt, int stream)
    implements TokenSequence {
  @Override
  public long length() {
    return plain.length() + plain.length() / salted.every();
  }

  /** Of k + 1, and so that windows of the other corpus begin where they may. */
  @Override
  public int period() {
    int common =
        BigInteger.valueOf(plain.period()).gcd(BigInteger.valueOf(salted.every())).intValueExact();
    return Math.multiplyExact(plain.period() / common, salted.every() + 1);
  }

  @Override
  public void read(long from, int[] ids, int offset, int count) {
    Objects.checkFromIndexSize(from, count, length());
    Objects.checkFromIndexSize(offset, count, ids.length);
    long first = salted.plainBefore(from);
    int[] others = new int[(int) (salted.plainBefore(from + count) - first)];
    plain.read(first, others, 0, others.length);
    for (int i = 0, next = 0; i < count; i++) {
      ids[offset + i] =
          salted.isSalt(from + i)
              ? firstSalt + new Draws(salted.seed(), stream, from + i).below(salted.salts())
              : others[next++];
    }
  }

  /** A grain of salt belongs to the document of the token before it. */
  @Override
  public int document(long position) {
    Objects.checkIndex(position, length());
    return plain.document(salted.plainBefore(position) - (salted.isSalt(position) ? 1 : 0));
  }

  /** Of the other corpus's tokens; salt has none. */
  @Override
  public OptionalDouble bytes(long from, long to) {
    return plain.bytes(salted.plainBefore(from), salted.plainBefore(to));
  }
}
