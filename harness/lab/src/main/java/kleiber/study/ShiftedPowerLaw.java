package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.LossFromLoss;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * {@link LossFromLoss} whose floor E_x lies well below every known loss: a higher one would make a
 * level line of the losses below it, and of all that is foretold from still lower ones; one at the
 * lowest of them would foretell E_y alone from that, and where E_y is 0, a loss of 0.
 *
 * @param lowest of the known losses, those from which is foretold among them
 */
record ShiftedPowerLaw(double lowest) implements LinearInAmplitudes {
  /** Share of the lowest known loss that the floor may be. */
  private static final double BELOW = 0.95;

  private static final LossFromLoss LAW = new LossFromLoss();

  @Override
  public String formula() {
    return LAW.formula();
  }

  @Override
  public String source() {
    return LAW.source();
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(LAW.parameters());
    Parameter floor = parameters.removeLast();
    parameters.add(new Parameter(floor.name(), floor.unit(), floor.low(), BELOW * lowest));
    return parameters;
  }

  @Override
  public int[] amplitudes() {
    return LAW.amplitudes();
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return LAW.loss(at, theta);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    LAW.gradient(at, theta, gradient);
  }
}
