package kleiber.train;

import static kleiber.data.Settings.require;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import kleiber.data.CorpusException;
import kleiber.data.Oracle;
import kleiber.data.SplitCorpus;

/**
 * Which of several continuations is the real one? The beginning of a held-out window is followed by
 * its own end, and by the ends of other windows; the model chooses the end that it finds most
 * likely. Told are the stages from loss to accuracy: {@code loss}, nats per token of the right
 * continuation; {@code probability}, its share among the choices; {@code accuracy}, where a tie
 * counts as a share.
 *
 * @param questions asked
 * @param choices of each, the right one among them
 * @param continuation tokens of a choice
 */
public record MultipleChoice(int questions, int choices, int continuation) implements Evaluation {
  public MultipleChoice {
    require(questions >= 1, "questions", questions, "at least 1");
    require(choices >= 2 && choices <= 100, "choices", choices, "between 2 and 100");
    require(continuation >= 1, "continuation", continuation, "at least 1 token");
  }

  @Override
  public Questions prepare(SplitCorpus corpus, Optional<Oracle> oracle, int context)
      throws CorpusException {
    if (continuation >= context) {
      throw new CorpusException(
          "continuation is %d tokens, but must be shorter than the context of %d"
              .formatted(continuation, context));
    }
    int[][] windows = Excerpts.of(corpus.heldOut(), Math.max(questions, choices), context);
    int[][] sequences = new int[questions * choices][];
    for (int q = 0; q < questions; q++) {
      int other = q;
      for (int c = 0; c < choices; c++) {
        int[] sequence = windows[q].clone();
        System.arraycopy(
            windows[other],
            context + 1 - continuation,
            sequence,
            context + 1 - continuation,
            continuation);
        sequences[q * choices + c] = sequence;
        other = differing(windows, other + 1, q);
      }
    }
    return (models, stop) -> ask(sequences, context, models, stop);
  }

  /** The next window from one on that does not end as the right one does. */
  private int differing(int[][] windows, int from, int right) throws CorpusException {
    int begin = windows[right].length - continuation;
    for (int i = 0; i < windows.length; i++) {
      int[] other = windows[(from + i) % windows.length];
      if (!Arrays.equals(other, begin, other.length, windows[right], begin, other.length)) {
        return (from + i) % windows.length;
      }
    }
    throw new CorpusException(
        "all held-out windows end in the same %d tokens; give a longer continuation"
            .formatted(continuation));
  }

  private Optional<Map<String, double[]>> ask(
      int[][] sequences, int context, Answers models, StopSignal stop) {
    double[][] nats = new double[models.members()][sequences.length];
    int batch = models.batch();
    for (int start = 0; start < sequences.length; start += batch) {
      if (stop.stopped()) {
        return Optional.empty();
      }
      int[] inputs = new int[models.members() * batch * context];
      int[] targets = new int[inputs.length];
      for (int row = 0; row < models.members() * batch; row++) {
        int[] ids = sequences[Math.min(start + row % batch, sequences.length - 1)];
        System.arraycopy(ids, 0, inputs, row * context, context);
        System.arraycopy(ids, 1, targets, row * context, context);
      }
      double[][] losses = models.losses(inputs, targets);
      for (int member = 0; member < nats.length; member++) {
        for (int row = 0; row < Math.min(batch, sequences.length - start); row++) {
          int end = (row + 1) * context;
          nats[member][start + row] = Arrays.stream(losses[member], end - continuation, end).sum();
        }
      }
    }
    double[] loss = new double[nats.length];
    double[] probability = new double[nats.length];
    double[] accuracy = new double[nats.length];
    for (int member = 0; member < nats.length; member++) {
      for (int q = 0; q < questions; q++) {
        double[] own = Arrays.copyOfRange(nats[member], q * choices, (q + 1) * choices);
        double right = own[0];
        double lowest = Arrays.stream(own).min().orElseThrow();
        long ties = Arrays.stream(own).filter(each -> each == lowest).count();
        double sum = Arrays.stream(own).map(each -> Math.exp(right - each)).sum();
        loss[member] += right / continuation / questions;
        probability[member] += 1 / sum / questions;
        accuracy[member] += right == lowest ? 1.0 / ties / questions : 0;
      }
    }
    return Optional.of(Map.of("loss", loss, "probability", probability, "accuracy", accuracy));
  }
}
