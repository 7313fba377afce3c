package kleiber.data;

import static kleiber.data.Settings.requireBetween;

import java.util.Arrays;

/**
 * Pairs of a key and its value, the value of each key being drawn anew in every document: only who
 * looks up the key's last value in the context can tell the next (the induction of Olsson et al.
 * 2022, arXiv:2209.11895). A value costs ln V where its key is new, and nothing afterwards.
 *
 * @param keys token ids of keys, equally likely
 * @param values V, token ids of values after those of the keys, equally likely
 */
public record Induction(int keys, int values, Draw draw) implements DrawnCorpus {
  public Induction {
    requireBetween(2, 1 << 16, "keys", keys);
    requireBetween(2, 1 << 16, "values", values);
    draw.requireUnits(2, "a pair");
  }

  @Override
  public int vocabulary() {
    return keys + values;
  }

  @Override
  public Source source() {
    return new Pairs(keys, values);
  }

  private record Pairs(int keys, int values) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      int[] valueOf = unknown();
      for (int t = 0; t < ids.length; t++) {
        if (t % 2 == 0) {
          ids[t] = draws.below(keys);
        } else {
          int key = ids[t - 1];
          valueOf[key] = valueOf[key] < 0 ? keys + draws.below(values) : valueOf[key];
          ids[t] = valueOf[key];
        }
      }
    }

    @Override
    public double[] losses(int[] ids) {
      int[] valueOf = unknown();
      double[] losses = new double[ids.length];
      for (int t = 0; t < ids.length; t++) {
        boolean isKey = ids[t] < keys;
        if (isKey != (t % 2 == 0)) {
          losses[t] = Double.POSITIVE_INFINITY;
          return losses;
        }
        if (isKey) {
          losses[t] = Math.log(keys);
        } else {
          int known = valueOf[ids[t - 1]];
          losses[t] = known < 0 ? Math.log(values) : known == ids[t] ? 0 : Double.POSITIVE_INFINITY;
          valueOf[ids[t - 1]] = ids[t];
        }
      }
      return losses;
    }

    private int[] unknown() {
      int[] valueOf = new int[keys];
      Arrays.fill(valueOf, -1);
      return valueOf;
    }
  }
}
