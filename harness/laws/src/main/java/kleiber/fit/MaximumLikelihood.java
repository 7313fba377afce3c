package kleiber.fit;

import java.util.List;
import java.util.function.DoubleFunction;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import org.apache.commons.math3.special.Gamma;

/**
 * A law and the scale of its noise, fitted together by maximum likelihood. The residuals of ln L
 * are taken to be independent and of one distribution.
 *
 * @param fitted the law
 * @param noise the distribution
 * @param scale of the noise: its standard deviation, mean absolute deviation, or t scale
 * @param logLikelihood natural logarithm of the density of the observed ln L
 */
public record MaximumLikelihood(FittedLaw fitted, Noise noise, double scale, double logLikelihood) {
  private static final double DEGREES_OF_FREEDOM = 4;
  private static final int ROUNDS = 100;
  private static final double SMALL = 1e-10;

  /** Distributions of the residuals of ln L. */
  public enum Noise {
    /** Its law is that of {@link LeastSquares}. */
    GAUSSIAN(scale -> new LeastSquares()),
    /** Its law is that of {@link LeastAbsoluteDeviations}. */
    LAPLACE(scale -> new LeastAbsoluteDeviations()),
    /** With four degrees of freedom. */
    STUDENT(scale -> new StudentT(DEGREES_OF_FREEDOM, scale));

    private final DoubleFunction<Objective> objective;

    Noise(DoubleFunction<Objective> objective) {
      this.objective = objective;
    }
  }

  /**
   * @throws IllegalArgumentException as {@link LawFitter#fit}, or when the law passes through every
   *     observation, so that the noise has no scale
   */
  public static MaximumLikelihood fit(Law law, List<Observation> observations, Noise noise) {
    FittedLaw fitted = new LawFitter(new LeastAbsoluteDeviations()).fit(law, observations);
    double scale = scale(noise, residuals(fitted, observations), 1);
    for (int round = 0; round < ROUNDS; round++) {
      if (!(scale > SMALL)) {
        throw new IllegalArgumentException(
            "The law passes through all "
                + observations.size()
                + " observations: there is no noise whose scale could be fitted.");
      }
      fitted = new LawFitter(noise.objective.apply(scale)).fit(law, observations);
      double before = scale;
      scale = scale(noise, residuals(fitted, observations), scale);
      if (Math.abs(scale - before) <= SMALL * scale) {
        break;
      }
    }
    return new MaximumLikelihood(
        fitted, noise, scale, logLikelihood(noise, residuals(fitted, observations), scale));
  }

  private static double[] residuals(FittedLaw fitted, List<Observation> observations) {
    return observations.stream()
        .mapToDouble(row -> Math.log(fitted.loss(row.at()) / row.loss()))
        .toArray();
  }

  /** The likeliest scale of given residuals; of t noise, by reweighting from a scale. */
  private static double scale(Noise noise, double[] residuals, double from) {
    double sum = 0;
    switch (noise) {
      case GAUSSIAN -> {
        for (double r : residuals) {
          sum += r * r;
        }
        return Math.sqrt(sum / residuals.length);
      }
      case LAPLACE -> {
        for (double r : residuals) {
          sum += Math.abs(r);
        }
        return sum / residuals.length;
      }
      default -> {
        double scale = from;
        for (int round = 0; round < 10 * ROUNDS; round++) {
          double squares = 0;
          for (double r : residuals) {
            double z = r / scale;
            squares += (DEGREES_OF_FREEDOM + 1) / (DEGREES_OF_FREEDOM + z * z) * r * r;
          }
          double next = Math.sqrt(squares / residuals.length);
          if (Math.abs(next - scale) <= SMALL * scale) {
            return next;
          }
          scale = next;
        }
        return scale;
      }
    }
  }

  private static double logLikelihood(Noise noise, double[] residuals, double scale) {
    double sum = 0;
    for (double r : residuals) {
      double z = r / scale;
      sum +=
          switch (noise) {
            case GAUSSIAN -> -z * z / 2 - Math.log(2 * Math.PI) / 2;
            case LAPLACE -> -Math.abs(z) - Math.log(2);
            case STUDENT ->
                Gamma.logGamma((DEGREES_OF_FREEDOM + 1) / 2)
                    - Gamma.logGamma(DEGREES_OF_FREEDOM / 2)
                    - Math.log(DEGREES_OF_FREEDOM * Math.PI) / 2
                    - (DEGREES_OF_FREEDOM + 1) / 2 * Math.log1p(z * z / DEGREES_OF_FREEDOM);
          };
    }
    return sum - residuals.length * Math.log(scale);
  }
}
