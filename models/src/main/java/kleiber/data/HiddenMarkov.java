package kleiber.data;

import static kleiber.data.Settings.requireBetween;
import static kleiber.data.Settings.requireSharpness;

import java.util.Arrays;

/**
 * A hidden Markov model, begun in its stationary distribution: a state emits a token and moves on.
 * The more of the past is seen, the more is known of the state; the forward filter (Rabiner 1989,
 * eq. 19–20, normalized) gives the ideal loss at every length.
 *
 * @param states S
 * @param symbols V, token ids
 * @param transitions deviation of the logits that rows of the [S, S] matrix are softmaxes of
 * @param emissions likewise of the [S, V] matrix
 */
public record HiddenMarkov(int states, int symbols, double transitions, double emissions, Draw draw)
    implements DrawnCorpus {
  public HiddenMarkov {
    requireBetween(2, 1024, "states", states);
    requireBetween(2, 4096, "symbols", symbols);
    requireSharpness("transitions", transitions);
    requireSharpness("emissions", emissions);
  }

  @Override
  public int vocabulary() {
    return symbols;
  }

  @Override
  public Source source() {
    Draws draws = new Draws(draw.seed(), Draws.PARAMETERS, 0);
    double[][] moves = new double[states][];
    Arrays.setAll(moves, s -> draws.distribution(states, transitions));
    double[][] emits = new double[states][];
    Arrays.setAll(emits, s -> draws.distribution(symbols, emissions));
    return new Model(Stationary.of(states, now -> Model.moved(now, moves)), moves, emits);
  }

  /**
   * @param moves [S, S]
   * @param emits [S, V]
   */
  record Model(double[] stationary, double[][] moves, double[][] emits) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      for (int t = 0, state = draws.index(stationary); t < ids.length; t++) {
        ids[t] = draws.index(emits[state]);
        state = draws.index(moves[state]);
      }
    }

    @Override
    public double[] losses(int[] ids) {
      double[] losses = new double[ids.length];
      double[] belief = stationary;
      for (int t = 0; t < ids.length; t++) {
        double[] seen = new double[belief.length];
        for (int s = 0; s < seen.length; s++) {
          seen[s] = belief[s] * emits[s][ids[t]];
        }
        double probability = Arrays.stream(seen).sum();
        losses[t] = -Math.log(probability);
        belief = moved(Arrays.stream(seen).map(p -> p / probability).toArray(), moves);
      }
      return losses;
    }

    static double[] moved(double[] belief, double[][] moves) {
      double[] next = new double[belief.length];
      for (int from = 0; from < next.length; from++) {
        for (int to = 0; to < next.length; to++) {
          next[to] += belief[from] * moves[from][to];
        }
      }
      return next;
    }
  }
}
