package kleiber.data;

import static kleiber.data.Settings.require;
import static kleiber.data.Settings.requireBetween;

import java.util.Arrays;

/**
 * Each document is a segment of random tokens that is repeated to the document's end. The segment's
 * length is random too: the ideal predictor weighs every length by what it has seen.
 *
 * @param symbols V, token ids, equally likely
 * @param shortest segment, tokens
 * @param longest segment, tokens; all lengths are equally likely
 */
public record Copying(int symbols, int shortest, int longest, Draw draw) implements DrawnCorpus {
  public Copying {
    requireBetween(2, 1 << 16, "symbols", symbols);
    require(shortest >= 1, "shortest", shortest, "at least 1 token");
    require(longest >= shortest, "longest", longest, "at least shortest, " + shortest);
    require(
        longest < draw.document(),
        "longest",
        longest,
        "below the tokens of a document, " + draw.document() + ", or nothing is repeated");
  }

  @Override
  public int vocabulary() {
    return symbols;
  }

  @Override
  public Source source() {
    return new Segments(symbols, shortest, longest);
  }

  private record Segments(int symbols, int shortest, int longest) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      int length = shortest + draws.below(longest - shortest + 1);
      for (int t = 0; t < ids.length; t++) {
        ids[t] = t < length ? draws.below(symbols) : ids[t - length];
      }
    }

    @Override
    public double[] losses(int[] ids) {
      double[] weights = new double[longest - shortest + 1];
      Arrays.fill(weights, 1.0 / weights.length);
      double[] losses = new double[ids.length];
      for (int t = 0; t < ids.length; t++) {
        for (int i = 0; i < weights.length; i++) {
          int length = shortest + i;
          weights[i] *= t < length ? 1.0 / symbols : ids[t] == ids[t - length] ? 1 : 0;
        }
        double probability = Arrays.stream(weights).sum();
        losses[t] = -Math.log(probability);
        for (int i = 0; i < weights.length; i++) {
          weights[i] /= probability;
        }
      }
      return losses;
    }
  }
}
