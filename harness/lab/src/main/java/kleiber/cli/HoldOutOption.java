package kleiber.cli;

import java.util.Optional;
import kleiber.experiment.UserException;
import kleiber.fit.ScaleAxis;
import kleiber.observe.TableFit;
import picocli.CommandLine.Option;

/** What is left out of the fit and foretold: one of three boundaries. */
final class HoldOutOption {
  @Option(
      names = "--holdout-flops",
      paramLabel = "C",
      description =
          "Hold out the runs that reach beyond so many training FLOPs. Half of the largest there"
              + " are when not given: a check cannot be skipped.")
  private Optional<Double> flops = Optional.empty();

  @Option(names = "--holdout-params", paramLabel = "N", description = "The same by parameters.")
  private Optional<Double> params = Optional.empty();

  @Option(
      names = "--holdout-tokens",
      paramLabel = "D",
      description = "The same by training tokens.")
  private Optional<Double> tokens = Optional.empty();

  boolean isEmpty() {
    return flops.isEmpty() && params.isEmpty() && tokens.isEmpty();
  }

  TableFit.Boundary boundary() {
    ScaleAxis axis =
        params.isPresent()
            ? ScaleAxis.PARAMS
            : tokens.isPresent() ? ScaleAxis.TOKENS : ScaleAxis.FLOPS;
    Optional<Double> above = params.or(() -> tokens).or(() -> flops);
    above
        .filter(value -> !(value > 0))
        .ifPresent(
            value -> {
              throw new UserException(
                  "the boundary of the hold-out is " + value + " but must be positive");
            });
    return new TableFit.Boundary(axis, above);
  }
}
