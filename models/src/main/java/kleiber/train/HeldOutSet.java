package kleiber.train;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import kleiber.data.CorpusException;
import kleiber.data.ShuffledWindows;
import kleiber.data.SplitCorpus;
import kleiber.data.TokenSequence;
import kleiber.models.Masking;

/**
 * The tokens of one held-out set, read once. They are excerpts of about {@value #EXCERPT} tokens
 * that lie evenly over the whole held-out text, since its first tokens may all belong to a few long
 * documents. An excerpt is cut into windows that do not overlap; each token is scored once, given
 * the part of its window before it. Where tokens are masked, only these are scored, given the rest
 * of their window; which they are depends on the window's number alone, so that every checkpoint of
 * every run sees the same.
 */
final class HeldOutSet {
  private static final int EXCERPT = 1024;

  /** Of the masks. */
  private static final long SEED = 0;

  /** In place of the document of a token that is not scored. */
  private static final int NONE = -1;

  private final Facts.HeldOutFacts facts;
  private final boolean byPosition;
  private final int context;
  private final int windows;

  /** S, scored tokens of an excerpt: whole windows. */
  private final int excerpt;

  /** Excerpts of S + 1 ids: the first is input only. */
  private final int[] ids;

  private final Optional<Masking> masking;

  /** The id of a mask. */
  private final int mask;

  /** Document of each token, those that are scored numbered from 0, or {@link #NONE}. */
  private final int[] document;

  private final long[] documentTokens;

  /**
   * @throws CorpusException when the corpus has fewer held-out tokens than asked for, or the set is
   *     shorter than one window
   */
  HeldOutSet(String name, HeldOut asked, SplitCorpus corpus, int context, Optional<Masking> masking)
      throws CorpusException {
    TokenSequence sequence = corpus.heldOut();
    if (asked.tokens() < context) {
      throw new CorpusException(
          "held-out set %s has %d tokens, fewer than one window of context %d; ask for at least %d"
              .formatted(name, asked.tokens(), context, context));
    }
    ShuffledWindows.requireWhole(context, sequence);
    if (asked.tokens() > sequence.length() - 1) {
      throw new CorpusException(
          ("held-out set %s asks for %d tokens, but the corpus has a held-out text of %d tokens"
                  + " (the first cannot be scored); ask for at most %d")
              .formatted(name, asked.tokens(), sequence.length(), sequence.length() - 1));
    }
    this.context = context;
    byPosition = asked.byPosition().isPresent();
    this.masking = masking;
    mask = corpus.vocabulary();
    int whole = Math.toIntExact(asked.tokens() / context) * context;
    excerpt = Math.min(whole, Math.ceilDiv(EXCERPT, context) * context);
    int excerpts = whole / excerpt;
    windows = excerpts * (excerpt / context);
    ids = new int[excerpts * (excerpt + 1)];
    document = new int[excerpts * excerpt];
    long lastStart = (sequence.length() - 1 - excerpt) / sequence.period();
    int documents = 0;
    int previous = -1;
    double bytes = 0;
    for (int e = 0; e < excerpts; e++) {
      long start = excerpts == 1 ? 0 : lastStart * e / (excerpts - 1) * sequence.period();
      sequence.read(start, ids, e * (excerpt + 1), excerpt + 1);
      for (int i = 0; i < excerpt; i++) {
        int current = sequence.document(start + i + 1);
        documents += current == previous ? 0 : 1;
        document[e * excerpt + i] = documents - 1;
        previous = current;
      }
      bytes += sequence.bytes(start + 1, start + 1 + excerpt).orElse(Double.NaN);
    }
    if (masking.isPresent()) {
      documents = keepMasked();
      bytes = Double.NaN;
    }
    documentTokens = new long[documents];
    Arrays.stream(document).filter(k -> k != NONE).forEach(k -> documentTokens[k]++);
    long scored = Arrays.stream(documentTokens).sum();
    facts =
        new Facts.HeldOutFacts(
            corpus.digest(),
            scored,
            documents,
            Double.isNaN(bytes)
                ? OptionalDouble.empty()
                : OptionalDouble.of(bytes / document.length));
  }

  /** Strikes out tokens that are not masked; the documents that are left. */
  private int keepMasked() {
    int[] inputs = new int[context];
    int[] targets = new int[context];
    int documents = 0;
    int previous = NONE;
    for (int i = 0; i < document.length; i++) {
      if (i % context == 0) {
        read(i / context, inputs, targets, 0);
      }
      if (targets[i % context] == Masking.UNMASKED) {
        document[i] = NONE;
      } else {
        documents += document[i] == previous ? 0 : 1;
        previous = document[i];
        document[i] = documents - 1;
      }
    }
    return documents;
  }

  /** Reads a window's T inputs and T targets. */
  private void read(int window, int[] inputs, int[] targets, int offset) {
    int from = firstId(window);
    System.arraycopy(ids, from, inputs, offset, context);
    System.arraycopy(ids, from + 1, targets, offset, context);
    masking.ifPresent(its -> its.mask(SEED, window, mask, inputs, targets, offset, context));
  }

  Facts.HeldOutFacts facts() {
    return facts;
  }

  /** Windows that are scored. */
  int windows() {
    return windows;
  }

  /** A window's T inputs and the target of the last: T + 1 ids. */
  int[] window(int window) {
    int from = firstId(window);
    return Arrays.copyOfRange(ids, from, from + context + 1);
  }

  /**
   * Scores the set for every member; empty when stopped in between.
   *
   * @param batch B, sequences that the cohort takes at a time; the last batch is filled up with its
   *     last window, whose repetitions are not counted
   * @return losses by member
   */
  Optional<Checkpoint.HeldOutLoss[]> score(Models cohort, int batch, StopSignal stop) {
    int members = cohort.size();
    int[] inputs_MxBxT = new int[members * batch * context];
    int[] targets_MxBxT = new int[inputs_MxBxT.length];
    double[][] sums_MxK = new double[members][documentTokens.length];
    double[][] sums_MxT = new double[members][context];
    for (int start = 0; start < windows; start += batch) {
      if (stop.stopped()) {
        return Optional.empty();
      }
      for (int row = 0; row < members * batch; row++) {
        int window = Math.min(start + row % batch, windows - 1);
        read(window, inputs_MxBxT, targets_MxBxT, row * context);
      }
      cohort.forward(inputs_MxBxT, targets_MxBxT);
      int counted = Math.min(batch, windows - start) * context;
      // Whole, not summed where they are: each belongs to a document and to a position.
      double[][] losses_MxBT = cohort.losses();
      for (int member = 0; member < members; member++) {
        double[] losses = losses_MxBT[member];
        for (int i = 0; i < counted; i++) {
          int of = document[start * context + i];
          if (of != NONE) {
            sums_MxK[member][of] += losses[i];
            sums_MxT[member][i % context] += losses[i];
          }
        }
      }
    }
    Checkpoint.HeldOutLoss[] losses = new Checkpoint.HeldOutLoss[members];
    for (int member = 0; member < members; member++) {
      losses[member] = loss(ClusteredMean.of(sums_MxK[member], documentTokens), sums_MxT[member]);
    }
    return Optional.of(losses);
  }

  /** Where a window's inputs begin in {@link #ids}; its targets begin one further. */
  private int firstId(int window) {
    int scored = window * context;
    return scored + scored / excerpt;
  }

  private Checkpoint.HeldOutLoss loss(ClusteredMean clustered, double[] sums_T) {
    OptionalDouble bits =
        facts.bytesPerToken().isPresent()
            ? OptionalDouble.of(
                clustered.mean() / Math.log(2) / facts.bytesPerToken().getAsDouble())
            : OptionalDouble.empty();
    return new Checkpoint.HeldOutLoss(
        clustered.mean(),
        clustered.standardError(),
        bits,
        byPosition
            ? Optional.of(
                IntStream.range(0, context)
                    .mapToObj(position -> sums_T[position] / scoredAt(position))
                    .toList())
            : Optional.empty());
  }

  /** Windows in which the token at a position is scored. */
  private long scoredAt(int position) {
    return IntStream.range(0, windows)
        .filter(window -> document[window * context + position] != NONE)
        .count();
  }
}
