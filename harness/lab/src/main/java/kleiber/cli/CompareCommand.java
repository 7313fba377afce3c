package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import kleiber.estimate.Recipe;
import kleiber.estimate.RecipeComparison;
import kleiber.experiment.UserException;
import kleiber.fit.ScaleAxis;
import kleiber.observe.MeasuredRecipe;
import kleiber.observe.Positive;
import kleiber.observe.Quantity;
import kleiber.observe.Reach;
import kleiber.observe.RecipeMatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Two recipes side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Say which of two recipes is better at the same compute, with an interval, and whether that"
          + " holds at scale: where they change places, how much compute the better one saves,"
          + " which exponents differ.",
      "Where most runs of the one have a partner of the same size and tokens among those of the"
          + " other (seed by seed), differences are paired: noise that partners share cancels."
    })
final class CompareCommand implements Callable<Integer> {
  private static final long SEED = 1;

  /** Tokens for each parameter, or parameters for each token, beyond which nobody trains. */
  private static final double MOST_PER_PARAMETER = 1e7;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "A folder of results, or a fit that `run` or `fit --json` wrote.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another.")
  private Path second;

  @Option(
      names = "--flops",
      paramLabel = "C",
      description =
          "Where to compare; the largest compute that both were measured at when not given.")
  private Optional<Double> flops = Optional.empty();

  @Option(
      names = "--tokens-per-parameter",
      paramLabel = "R",
      description =
          "Compare along D = R N, both alike; each along the best division by its own law when not"
              + " given.")
  private Optional<Double> ratio = Optional.empty();

  @Option(
      names = "--frontier",
      description =
          "Compare compute frontiers: L = E + A C^-alpha through the runs that none of less compute"
              + " beats, whatever law was fitted.")
  private boolean frontier;

  @Option(
      names = "--horizon",
      paramLabel = "C",
      description =
          "How far to look for a crossing; a thousand times the largest compute when not given.")
  private Optional<Double> horizon = Optional.empty();

  @Option(
      names = "--bootstrap",
      paramLabel = "DRAWS",
      defaultValue = "1000",
      description = "Resamples that intervals come from. Default: ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      defaultValue = "0.9",
      description = "Of all intervals. Default: ${DEFAULT-VALUE}.")
  private double confidence;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Reach.require("--flops", ScaleAxis.FLOPS, flops);
    Positive.require("--tokens-per-parameter", ratio);
    if (ratio.isPresent()
        && (ratio.get() < 1 / MOST_PER_PARAMETER || ratio.get() > MOST_PER_PARAMETER)) {
      throw new UserException(
          "--tokens-per-parameter is %s, which no training has; 20 is usual"
              .formatted(Quantity.count(ratio.get())));
    }
    Reach.require("--horizon", ScaleAxis.FLOPS, horizon);
    if (frontier && ratio.isPresent()) {
      throw new UserException("--frontier takes no --tokens-per-parameter: it reads compute alone");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new UserException("--confidence is " + confidence + " but must lie between 0 and 1");
    }
    if (draws < 20 || draws > 100_000) {
      throw new UserException("--bootstrap is " + draws + " but must be 20 to 100000");
    }
    boolean distinct = !label(first).equals(label(second));
    MeasuredRecipe a = MeasuredRecipe.read(first, distinct ? label(first) : first.toString());
    MeasuredRecipe b = MeasuredRecipe.read(second, distinct ? label(second) : second.toString());
    PrintWriter out = spec.commandLine().getOut();
    if (a.isSame(b)) {
      out.println(
          "%s and %s are identical: %d losses, each the same at the same size and tokens"
              .formatted(first, second, a.tuned().rows().size()));
      out.flush();
      return 0;
    }
    RecipeMatch match = RecipeMatch.of(a, b);
    OptionalDouble along = ratio.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    RecipeComparison comparison =
        frontier
            ? compare(a.frontier(match.unitOfA()), b.frontier(match.unitOfB()))
            : compare(a.recipe(match.unitOfA(), along), b.recipe(match.unitOfB(), along));
    double at = flops.orElse(comparison.high());
    double far = horizon.orElse(1000 * comparison.high());
    if (far < comparison.high()) {
      throw new UserException(
          "--horizon is %s but the runs reach %s FLOPs"
              .formatted(Quantity.count(far), Quantity.count(comparison.high())));
    }
    new CompareText(comparison, match, a.name(), b.name(), confidence).print(at, far, out);
    out.flush();
    return 0;
  }

  /** What a recipe is called when that tells it from the other. */
  private static String label(Path place) {
    return place.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.json$", "");
  }

  private RecipeComparison compare(Recipe a, Recipe b) {
    try {
      RecipeComparison comparison = RecipeComparison.of(a, b, draws, SEED);
      if (!(comparison.low() < comparison.high())) {
        throw new UserException(
            "%s and %s were not measured at any common compute".formatted(a.name(), b.name()));
      }
      return comparison;
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }
}
