package kleiber.train;

import static kleiber.data.Settings.require;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import kleiber.data.CorpusException;
import kleiber.data.Oracle;
import kleiber.data.SplitCorpus;

/**
 * What does a model write by itself? The beginnings of held-out windows are continued by tokens
 * drawn from the model. Told are {@code loss}, nats per token drawn, at temperature 1: its entropy
 * when the temperature is 1; {@code distinct}, the share of different sequences of four tokens
 * among those drawn; and where the corpus's distribution is known, {@code oracle}, nats per token
 * that the ideal predictor pays for what was drawn before the first token that cannot come, and
 * {@code impossible}, the share of samples with such a token.
 *
 * @param samples drawn
 * @param prompt tokens that are given
 * @param length tokens that are drawn after them
 * @param temperature that logits are divided by
 * @param seed of the draws, which are the same numbers at every checkpoint
 */
public record Sampling(int samples, int prompt, int length, double temperature, long seed)
    implements Evaluation {
  private static final int GRAM = 4;

  public Sampling {
    require(samples >= 1, "samples", samples, "at least 1");
    require(prompt >= 1, "prompt", prompt, "at least 1 token");
    require(length >= GRAM, "length", length, "at least " + GRAM + " tokens");
    require(
        temperature > 0 && temperature <= 100, "temperature", temperature, "above 0 and up to 100");
  }

  @Override
  public Questions prepare(SplitCorpus corpus, Optional<Oracle> oracle, int context)
      throws CorpusException {
    if (prompt + length > context + 1) {
      throw new CorpusException(
          "a prompt of %d tokens and %d drawn ones do not fit into a context of %d"
              .formatted(prompt, length, context));
    }
    int[][] prompts = Excerpts.of(corpus.heldOut(), samples, context);
    return (models, stop) -> ask(prompts, oracle, context, models, stop);
  }

  /** The random numbers of one sample: mixed, or those of neighbours would begin alike. */
  SplittableRandom of(int sample) {
    SplittableRandom first = new SplittableRandom(seed);
    return new SplittableRandom(first.nextLong() + sample);
  }

  private Optional<Map<String, double[]>> ask(
      int[][] prompts, Optional<Oracle> oracle, int context, Answers models, StopSignal stop) {
    int[][][] drawn_MxSxT = new int[models.members()][samples][];
    double[] loss = new double[models.members()];
    int batch = models.batch();
    for (int start = 0; start < samples; start += batch) {
      int[] inputs = new int[models.members() * batch * context];
      int rows = Math.min(batch, samples - start);
      SplittableRandom[] random = new SplittableRandom[models.members() * batch];
      for (int row = 0; row < random.length; row++) {
        random[row] = of(start + row % batch);
        int[] ids = prompts[Math.min(start + row % batch, samples - 1)];
        System.arraycopy(ids, 0, inputs, row * context, prompt);
      }
      int[] last = new int[random.length];
      for (int t = prompt; t < prompt + length; t++) {
        if (stop.stopped()) {
          return Optional.empty();
        }
        double[][] logits = models.logits(inputs);
        for (int row = 0; row < random.length; row++) {
          int member = row / batch;
          int vocabulary = logits[member].length / (batch * context);
          int from = (row % batch * context + t - 1) * vocabulary;
          double[] own = Arrays.copyOfRange(logits[member], from, from + vocabulary);
          int id = draw(own, random[row]);
          if (row % batch < rows) {
            loss[member] += nats(own, id) / length / samples;
          }
          last[row] = id;
          if (t < context) {
            inputs[row * context + t] = id;
          }
        }
      }
      for (int row = 0; row < random.length; row++) {
        if (row % batch < rows) {
          int[] ids = Arrays.copyOfRange(inputs, row * context, row * context + prompt + length);
          ids[prompt + length - 1] = last[row];
          drawn_MxSxT[row / batch][start + row % batch] = ids;
        }
      }
    }
    Map<String, double[]> told = new HashMap<>();
    told.put("loss", loss);
    told.put("distinct", Arrays.stream(drawn_MxSxT).mapToDouble(this::distinct).toArray());
    oracle.ifPresent(ideal -> judge(ideal, drawn_MxSxT, told));
    return Optional.of(told);
  }

  private int draw(double[] logits, SplittableRandom random) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double[] weights =
        Arrays.stream(logits).map(each -> Math.exp((each - most) / temperature)).toArray();
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    int id = 0;
    while (id < weights.length - 1 && left >= weights[id]) {
      left -= weights[id++];
    }
    return id;
  }

  /** −ln softmax(logits)[id]. */
  private static double nats(double[] logits, int id) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(each -> Math.exp(each - most)).sum();
    return Math.log(sum) + most - logits[id];
  }

  private double distinct(int[][] samples) {
    Set<String> grams = new HashSet<>();
    int count = 0;
    for (int[] ids : samples) {
      for (int t = prompt; t + GRAM <= ids.length; t++) {
        grams.add(Arrays.toString(Arrays.copyOfRange(ids, t, t + GRAM)));
        count++;
      }
    }
    return (double) grams.size() / count;
  }

  private void judge(Oracle oracle, int[][][] drawn_MxSxT, Map<String, double[]> told) {
    double[] nats = new double[drawn_MxSxT.length];
    double[] impossible = new double[drawn_MxSxT.length];
    for (int member = 0; member < nats.length; member++) {
      double tokens = 0;
      for (int[] ids : drawn_MxSxT[member]) {
        double[] losses = oracle.losses(ids);
        int t = prompt;
        while (t < ids.length && Double.isFinite(losses[t])) {
          nats[member] += losses[t++];
          tokens++;
        }
        impossible[member] += t < ids.length ? 1.0 / samples : 0;
      }
      nats[member] /= tokens;
    }
    told.put("oracle", nats);
    told.put("impossible", impossible);
  }
}
