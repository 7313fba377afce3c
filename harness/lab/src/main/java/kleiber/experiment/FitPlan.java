package kleiber.experiment;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kleiber.fit.Objective;
import kleiber.laws.Law;
import kleiber.models.ParameterCount;

/**
 * How an experiment's losses become a checked extrapolation. No part of it decides what is trained,
 * so it can be changed without training again.
 *
 * @param heldOut name of the held-out set whose losses are fitted
 * @param checkpoints which rows of a log count
 * @param params what N means
 * @param flops what C means
 * @param holdOut what is predicted and never fitted
 * @param bootstrap resamples from which the intervals come
 * @param confidence of intervals, such as 0.9
 * @param leaveOut runs that are neither fitted nor foretold: the reason of each by its id
 * @param where the recipe whose runs are fitted and foretold: values of settings by their paths,
 *     such as {@code optimizer.type}; runs of other recipes are left to the studies
 * @param rates which of several learning rates and batches count; all when absent
 */
public record FitPlan(
    Law law,
    Objective objective,
    String heldOut,
    Selection checkpoints,
    ParameterCount.Convention params,
    Flops flops,
    HoldOut holdOut,
    int bootstrap,
    double confidence,
    Optional<Map<String, String>> leaveOut,
    Optional<Map<String, String>> where,
    Optional<Rates> rates) {
  /** Which of the learning rates and batches that were tried at one size and length count. */
  public enum Rates {
    /** All of them. */
    ALL,
    /** The one whose runs ended lowest, on average over its seeds. */
    BEST
  }

  /** Which checkpoints count. */
  public enum Selection {
    /** The last of each run. */
    LAST,
    /** Those measured at no more than 15 % of the peak learning rate. */
    ANNEALED,
    /** All that lie after the warm-up. */
    ALL_AFTER_WARMUP
  }

  /** What C means. */
  public enum Flops {
    /** As the family counts them, attention and head included. */
    EXACT,
    /** C = 6ND, with N under the plan's convention. */
    SIX_ND
  }

  /**
   * The runs that are predicted: every run whose final compute lies above a boundary is held out
   * with all its checkpoints.
   *
   * @param flopsAbove the boundary, FLOPs under the plan's convention
   */
  public record HoldOut(double flopsAbove) {
    public HoldOut {
      if (!(flopsAbove > 0)) {
        throw new IllegalArgumentException("flopsAbove is " + flopsAbove + " but must be positive");
      }
    }

    /** Whether a run that ends at so many FLOPs is predicted and not fitted. */
    public boolean holdsOut(double flops) {
      return flops > flopsAbove;
    }

    /**
     * What is wrong with the boundary, if runs that end at these FLOPs all lie on one side of it.
     */
    public Optional<String> emptySide(double[] flops) {
      double low = Arrays.stream(flops).min().orElse(Double.NaN);
      double high = Arrays.stream(flops).max().orElse(Double.NaN);
      String range = String.format(Locale.ROOT, "the runs span %.3g to %.3g FLOPs", low, high);
      if (!holdsOut(high)) {
        return Optional.of(
            String.format(
                Locale.ROOT, "flopsAbove %.3g leaves nothing to predict: %s", flopsAbove, range));
      }
      if (holdsOut(low)) {
        return Optional.of(
            String.format(
                Locale.ROOT, "flopsAbove %.3g leaves nothing to fit: %s", flopsAbove, range));
      }
      return Optional.empty();
    }
  }

  public FitPlan {
    if (bootstrap < 50 || bootstrap > 100_000) {
      throw new IllegalArgumentException(
          "bootstrap is "
              + bootstrap
              + " but an interval needs at least 50 resamples and gains nothing from more than"
              + " 100000");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence is " + confidence + " but must be in (0, 1)");
    }
    leaveOut = leaveOut.map(Map::copyOf);
    leaveOut.ifPresent(
        runs ->
            runs.forEach(
                (run, reason) -> {
                  if (reason.isBlank()) {
                    throw new IllegalArgumentException(
                        "run " + run + " is left out for no reason: say why");
                  }
                }));
    where = where.map(Map::copyOf);
  }

  /** Why a run is left out by name, if it is. */
  public Optional<String> reasonToLeaveOut(String run) {
    return leaveOut.map(runs -> runs.get(run));
  }

  /** The recipe whose runs are fitted and foretold; every run meets it when none is named. */
  public SettingsFilter recipe() {
    return new SettingsFilter(where.orElse(Map.of()));
  }

  /** Whether a run counts by its end alone, so that a grid tells where its rows will lie. */
  public boolean readsLastAlone() {
    return checkpoints == Selection.LAST;
  }

  /** Whether only the best of several learning rates and batches counts. */
  public boolean atBestRates() {
    return rates.equals(Optional.of(Rates.BEST));
  }

  /** The same plan for all runs of the recipe, with those that are left out by name. */
  public FitPlan forAll() {
    return with(heldOut, checkpoints, Optional.empty(), where, rates);
  }

  /** The same plan for the losses on another held-out set. */
  public FitPlan on(String otherHeldOut) {
    return with(otherHeldOut, checkpoints, leaveOut, where, rates);
  }

  /** The same plan for other checkpoints. */
  public FitPlan of(Selection others) {
    return with(heldOut, others, leaveOut, where, rates);
  }

  /** The same plan for a recipe at its own best rates. */
  public FitPlan of(SettingsFilter other) {
    return with(
        heldOut, checkpoints, leaveOut, Optional.of(other.settings()), Optional.of(Rates.BEST));
  }

  private FitPlan with(
      String lossName,
      Selection others,
      Optional<Map<String, String>> without,
      Optional<Map<String, String>> recipe,
      Optional<Rates> which) {
    return new FitPlan(
        law,
        objective,
        lossName,
        others,
        params,
        flops,
        holdOut,
        bootstrap,
        confidence,
        without,
        recipe,
        which);
  }

  /** Whether a cell of the grid, with a vocabulary of V, is kept out of every fit. */
  public boolean holdsOut(Run run, int vocabulary) {
    return !run.probe() && holdOut.holdsOut(flops(run, vocabulary));
  }

  /** C of a whole run under the plan's conventions, with a vocabulary of V. */
  public double flops(Run run, int vocabulary) {
    return switch (flops) {
      case EXACT -> run.flops(vocabulary);
      case SIX_ND -> 6.0 * run.parameters(vocabulary).under(params) * run.trainedTokens();
    };
  }
}
