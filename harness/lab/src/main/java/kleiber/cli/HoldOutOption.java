package kleiber.cli;

import java.util.Optional;
import kleiber.fit.ScaleAxis;
import kleiber.observe.Positive;
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
    Positive.require("--holdout-flops", flops);
    Positive.require("--holdout-params", params);
    Positive.require("--holdout-tokens", tokens);
    ScaleAxis axis =
        params.isPresent()
            ? ScaleAxis.PARAMS
            : tokens.isPresent() ? ScaleAxis.TOKENS : ScaleAxis.FLOPS;
    return new TableFit.Boundary(axis, params.or(() -> tokens).or(() -> flops));
  }
}
