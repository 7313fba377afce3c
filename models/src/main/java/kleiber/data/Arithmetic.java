package kleiber.data;

import static kleiber.data.Settings.requireBetween;

/**
 * Sums, one after another: {@code 47+5=25;} is 47 + 5 = 52, the answer being written from its
 * lowest digit on, as one adds. Operands have a random number of digits, which is the level: a
 * held-out set of a corpus of more digits asks for what was never trained. Operands cost what their
 * digits do, the answer nothing.
 *
 * @param fewestDigits of an operand
 * @param mostDigits of an operand; all numbers of digits are equally likely, and then all operands
 */
public record Arithmetic(int fewestDigits, int mostDigits, Draw draw) implements DrawnCorpus {
  private static final int PLUS = 10;
  private static final int EQUALS = 11;
  private static final int END = 12;

  public Arithmetic {
    requireBetween(1, 17, "fewestDigits", fewestDigits);
    requireBetween(fewestDigits, 17, "mostDigits", mostDigits);
  }

  /** Ten digits, plus, equals, end. */
  @Override
  public int vocabulary() {
    return 13;
  }

  @Override
  public Source source() {
    return new Sums(fewestDigits, mostDigits);
  }

  private record Sums(int fewest, int most) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      for (int t = 0; t < ids.length; ) {
        long a = operand(draws);
        long b = operand(draws);
        for (int id : written(a, b)) {
          if (t < ids.length) {
            ids[t++] = id;
          }
        }
      }
    }

    private long operand(Draws draws) {
      int digits = fewest + draws.below(most - fewest + 1);
      long number = 1 + draws.below(9);
      for (int i = 1; i < digits; i++) {
        number = 10 * number + draws.below(10);
      }
      return number;
    }

    private static int[] written(long a, long b) {
      String sum = new StringBuilder().append(a + b).reverse().toString();
      return (a + "+" + b + "=" + sum + ";")
          .chars()
          .map(c -> c == '+' ? PLUS : c == '=' ? EQUALS : c == ';' ? END : c - '0')
          .toArray();
    }

    @Override
    public double[] losses(int[] ids) {
      double[] losses = new double[ids.length];
      long a = 0;
      long b = 0;
      int digits = 0;
      boolean second = false;
      for (int t = 0; t < ids.length; t++) {
        int id = ids[t];
        losses[t] = -Math.log(probability(id, digits, second ? EQUALS : PLUS));
        if (Double.isInfinite(losses[t])) {
          return losses;
        }
        if (id < PLUS) {
          digits++;
          a = second ? a : 10 * a + id;
          b = second ? 10 * b + id : b;
        } else {
          digits = 0;
          if (second) {
            t = answer(a, b, ids, t, losses);
            a = 0;
            b = 0;
          }
          second = !second;
        }
      }
      return losses;
    }

    /** Of a digit or the operand's end, after so many digits. */
    private double probability(int id, int digits, int end) {
      double ends = digits < fewest ? 0 : 1.0 / (most - digits + 1);
      if (id == end) {
        return ends;
      }
      double digit = digits == 0 ? id == 0 ? 0 : 1 / 9.0 : 1 / 10.0;
      return id < PLUS ? (1 - ends) * digit : 0;
    }

    /** Losses of the answer after the equals sign at t; gives the place of its last token. */
    private static int answer(long a, long b, int[] ids, int t, double[] losses) {
      int[] sum = written(a, b);
      int from = sum.length - Long.toString(a + b).length() - 1;
      int at = t;
      for (int i = from; i < sum.length && at + 1 < ids.length; i++) {
        at++;
        if (ids[at] != sum[i]) {
          losses[at] = Double.POSITIVE_INFINITY;
          return ids.length;
        }
      }
      return at;
    }
  }
}
