package kleiber.data;

import static kleiber.data.Settings.requireBetween;
import static kleiber.data.Settings.requireSharpness;
import static kleiber.data.Settings.requireTable;

/**
 * A Markov chain of some order, begun in its stationary distribution: the next token depends on the
 * last k, by rows that are random.
 *
 * @param order k
 * @param symbols V, token ids
 * @param sharpness deviation of the logits that the rows are softmaxes of
 */
public record Markov(int order, int symbols, double sharpness, Draw draw) implements DrawnCorpus {
  public Markov {
    requireBetween(1, 12, "order", order);
    requireBetween(2, 4096, "symbols", symbols);
    requireSharpness("sharpness", sharpness);
    requireTable(
        Math.pow(symbols, order + 1.0), "order %d of %d symbols".formatted(order, symbols));
  }

  @Override
  public int vocabulary() {
    return symbols;
  }

  @Override
  public Source source() {
    return new Chain(symbols, conditionals());
  }

  /**
   * p(next | last j) for j = 0 … k: a row of V for each context, numbered in base V. Those below k
   * follow from the stationary distribution of k tokens.
   */
  private double[][] conditionals() {
    int v = symbols;
    int contexts = (int) Math.round(Math.pow(v, order));
    Draws draws = new Draws(draw.seed(), Draws.PARAMETERS, 0);
    double[][] conditionals = new double[order + 1][];
    double[] rows = conditionals[order] = new double[contexts * v];
    for (int context = 0; context < contexts; context++) {
      System.arraycopy(draws.distribution(v, sharpness), 0, rows, context * v, v);
    }
    double[] joint =
        Stationary.of(
            contexts,
            now -> {
              double[] next = new double[contexts];
              for (int i = 0; i < rows.length; i++) {
                next[i % contexts] += now[i / v] * rows[i];
              }
              return next;
            });
    for (int j = order - 1; j >= 0; j--) {
      double[] shorter = new double[joint.length / v];
      for (int i = 0; i < joint.length; i++) {
        shorter[i / v] += joint[i];
      }
      conditionals[j] = new double[joint.length];
      for (int i = 0; i < joint.length; i++) {
        conditionals[j][i] = joint[i] / shorter[i / v];
      }
      joint = shorter;
    }
    return conditionals;
  }

  private record Chain(int symbols, double[][] conditionals) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      for (int t = 0, context = 0; t < ids.length; t++) {
        ids[t] = draws.index(row(t), context * symbols, symbols);
        context = next(context, t, ids[t]);
      }
    }

    @Override
    public double[] losses(int[] ids) {
      double[] losses = new double[ids.length];
      for (int t = 0, context = 0; t < ids.length; t++) {
        losses[t] = -Math.log(row(t)[context * symbols + ids[t]]);
        context = next(context, t, ids[t]);
      }
      return losses;
    }

    private double[] row(int t) {
      return conditionals[Math.min(t, conditionals.length - 1)];
    }

    /** The context after a token at t: of t + 1 tokens, or of the last k. */
    private int next(int context, int t, int id) {
      return (context * symbols + id) % (row(t + 1).length / symbols);
    }
  }
}
