package kleiber.data;

import static kleiber.data.Settings.requireBetween;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Another corpus with one uniform token of a vocabulary of its own after every k: the loss must
 * come out as (k · E_c + ln S) / (k + 1), E_c being the other corpus's at the context c = T k / (k
 * + 1). A check of the pipeline: it passes with a wrong E, and says nothing of whether E is right.
 *
 * @param every k
 * @param salts S, token ids after those of the other corpus, equally likely
 * @param seed of the salt
 */
public record Salted(Corpus corpus, int every, int salts, long seed) implements Corpus {
  public Salted {
    requireBetween(1, 1 << 16, "every", every);
    requireBetween(2, 1 << 16, "salts", salts);
  }

  @Override
  public int vocabulary() throws IOException {
    return corpus.vocabulary() + salts;
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException {
    SplitCorpus plain = corpus.open(cache, stopped);
    int vocabulary = plain.vocabulary();
    return new SplitCorpus(
        vocabulary + salts,
        new SaltedTokens(plain.training(), this, vocabulary, Draws.TRAINING),
        new SaltedTokens(plain.heldOut(), this, vocabulary, Draws.HELD_OUT),
        Sha256.hex("salted %d %d %d %s".formatted(every, salts, seed, plain.digest())));
  }

  @Override
  public Optional<Oracle> oracle() throws IOException {
    int vocabulary = corpus.vocabulary();
    return corpus.oracle().map(plain -> ids -> losses(plain, vocabulary, ids));
  }

  private double[] losses(Oracle oracle, int vocabulary, int[] ids) {
    int[] plain = new int[(int) plainBefore(ids.length)];
    int sound = plain.length;
    for (int t = ids.length - 1; t >= 0; t--) {
      if (!isSalt(t)) {
        plain[(int) plainBefore(t)] = ids[t];
        sound = ids[t] < vocabulary ? sound : (int) plainBefore(t);
      }
    }
    double[] known = oracle.losses(Arrays.copyOf(plain, sound));
    double[] losses = new double[ids.length];
    for (int t = 0; t < ids.length; t++) {
      int at = (int) plainBefore(t);
      boolean possible = isSalt(t) ? ids[t] >= vocabulary : at < sound;
      losses[t] = possible ? isSalt(t) ? Math.log(salts) : known[at] : Double.POSITIVE_INFINITY;
    }
    return losses;
  }

  boolean isSalt(long position) {
    return position % (every + 1) == every;
  }

  /** Tokens of the other corpus before a position. */
  long plainBefore(long position) {
    return position / (every + 1) * every + position % (every + 1);
  }
}
