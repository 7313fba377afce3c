package kleiber.fit;

/**
 * Huber's loss of r = ln predicted − ln measured with lines of unequal slope: a run that was not
 * tuned well lies above the law of well-tuned runs and costs less than a run below it. The law
 * passes above about a share {@code quantile} of the losses; one half gives {@link Huber}.
 *
 * <p>Quantile regression, Koenker and Bassett 1978, with the kink rounded off.
 *
 * @param delta where the parabola turns into lines, in units of ln L
 * @param quantile share of the measured losses below the law, in (0, 1); small for runs of which
 *     few were tuned well
 */
public record AsymmetricHuber(double delta, double quantile) implements Robust {
  public AsymmetricHuber {
    Huber.requireDelta(delta);
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException(
          "quantile is "
              + quantile
              + " but must be in (0, 1): the share of measured losses that lie below the law");
    }
  }

  @Override
  public Hinge hinge() {
    return new Hinge(Residual.LOGARITHM, 2 * (1 - quantile) * delta, 2 * quantile * delta, delta);
  }

  @Override
  public String describe() {
    return "Huber(" + delta + ") on ln L about the quantile " + quantile;
  }
}
