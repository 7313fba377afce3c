package kleiber.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Losses drawn from a known law over a grid of small runs. */
public final class MadeLosses {
  /** N of the grid. */
  private static final double[] PARAMS = {3e4, 6e4, 1.2e5, 2.4e5, 4.8e5};

  /** D of the grid. */
  private static final double[] TOKENS = {2e6, 4e6, 8e6, 1.6e7};

  private MadeLosses() {}

  /**
   * Losses with log-normal noise: five sizes by four token counts, or where a law says what it
   * reads, a grid over its own axes.
   */
  public static List<Observation> grid(Law law, double[] theta, double noise, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (Scale at : scales(law)) {
      rows.add(measured("run-" + rows.size(), law, theta, at, noise, random));
    }
    return rows;
  }

  private static List<Scale> scales(Law law) {
    if (law instanceof Typical typical) {
      return MadeScales.grid(typical);
    }
    List<Scale> scales = new ArrayList<>();
    for (double params : PARAMS) {
      for (double tokens : TOKENS) {
        scales.add(Scale.of(params, tokens));
      }
    }
    return scales;
  }

  /** A scale of so many times the compute of the largest run of a law's grid. */
  public static Scale beyond(Law law, double times) {
    return law instanceof Typical typical ? MadeScales.beyond(typical, times) : beyond(times);
  }

  /** The largest run of the grid with so many times its compute, in equal parts to N and D. */
  public static Scale beyond(double times) {
    double each = Math.sqrt(times);
    return Scale.of(PARAMS[PARAMS.length - 1] * each, TOKENS[TOKENS.length - 1] * each);
  }

  public static Observation measured(
      String run, Law law, double[] theta, Scale at, double noise, Random random) {
    double loss = law.loss(at, theta) * Math.exp(noise * random.nextGaussian());
    return new Observation(run, run, "made", 0, at, null, loss, Double.NaN);
  }

  /** The same row with a standard error of its loss, nats per token. */
  public static Observation withStandardError(Observation row, double standardError) {
    return new Observation(
        row.run(),
        row.cluster(),
        row.heldOut(),
        row.step(),
        row.at(),
        row.schedule(),
        row.loss(),
        standardError);
  }

  /** Parameters that give losses such as losses are, over the grid and beyond it. */
  public static double[] theta(Law law, Random random) {
    if (law instanceof Typical typical) {
      return MadeScales.theta(typical, random);
    }
    Scale middle = Scale.of(PARAMS[2], TOKENS[2]);
    for (int attempt = 0; attempt < 1_000_000; attempt++) {
      double[] theta = new double[law.parameters().size()];
      for (int j = 0; j < theta.length; j++) {
        Parameter parameter = law.parameters().get(j);
        double part = 0.35 + 0.4 * random.nextDouble();
        theta[j] =
            parameter.low() > 0
                ? parameter.low() * Math.pow(parameter.high() / parameter.low(), part)
                : parameter.low() + part * (parameter.high() - parameter.low());
      }
      if (law instanceof LinearInAmplitudes linear) {
        double[] terms = new double[theta.length];
        law.gradient(middle, theta, terms);
        for (int k : linear.amplitudes()) {
          theta[k] = (0.5 + random.nextDouble()) / terms[k];
        }
      }
      double high = law.loss(Scale.of(PARAMS[0], TOKENS[0]), theta);
      double low = law.loss(beyond(30), theta);
      if (low > 0.3 && high < 20 && high > 1.1 * low) {
        return theta;
      }
    }
    throw new IllegalStateException("No parameters found for " + law + "; look at its ranges.");
  }
}
