package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.UserException;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.HoldOut;
import kleiber.fit.Identifiability;
import kleiber.fit.Influence;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.fit.ScaleAxis;
import kleiber.fit.Split;
import kleiber.laws.Charted;
import kleiber.laws.Law;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Observation;

/**
 * A law fitted to every selected row of a table, what can be known of its parameters, and how the
 * same law, fitted without the largest runs, foretells them.
 *
 * @param fitted to all rows
 * @param seconds that the fit took
 * @param bootstrapped when there is noise to measure
 * @param identifiability a verdict on every parameter, when there are few enough rows to ask
 * @param influence what single runs do to the fit, when there are few enough to ask
 * @param heldOut the check, unless nothing could be held out
 * @param largest training and held-out error with the largest runs by N, D and C left out in turn
 * @param refusal why the law cannot be that of these losses, in a sentence; empty when it can
 * @param confidence of all intervals
 * @param notes what a reader must know, in sentences
 */
public record TableFit(
    LossTable table,
    FittedLaw fitted,
    double seconds,
    Optional<BootstrappedLaw> bootstrapped,
    Optional<Identifiability> identifiability,
    Optional<Influence> influence,
    Optional<HeldOutRuns> heldOut,
    List<HoldOut> largest,
    Optional<String> refusal,
    double confidence,
    List<String> notes) {
  /** Rows beyond which profiles and influence, which fit hundreds of times, are not asked for. */
  private static final int MANY_ROWS = 5_000;

  /** The same for a law that is not solved for its amplitudes: its fits take far longer. */
  private static final int MANY_ROWS_OF_SLOW_LAW = 100;

  /** As {@link HoldOut#largest} draws the line; runs at exactly half are small. */
  private static final double HALF = 0.5 * (1 + 1e-9);

  private static final long SEED = 1;

  /**
   * What is left out and foretold.
   *
   * @param axis by which runs are large
   * @param above runs that reach beyond it are held out; empty for half of the largest there is
   */
  public record Boundary(ScaleAxis axis, Optional<Double> above) {}

  public TableFit {
    largest = List.copyOf(largest);
    notes = List.copyOf(notes);
  }

  /**
   * Fits a law.
   *
   * @param draws of the bootstrap; 0 for none
   * @throws UserException when the boundary, if it was given, leaves a side empty
   */
  public static TableFit of(
      LossTable table, Law law, LawFitter fitter, Boundary boundary, int draws, double confidence) {
    List<Observation> rows = table.observations();
    long start = System.nanoTime();
    FittedLaw fitted = fitter.fit(law, rows);
    double seconds = 1e-9 * (System.nanoTime() - start);
    List<String> notes = new ArrayList<>(table.notes());
    int many = law instanceof LinearInAmplitudes ? MANY_ROWS : MANY_ROWS_OF_SLOW_LAW;
    boolean few = rows.size() <= many && !(law instanceof Charted);
    boolean usable = fitted.outcome() != Outcome.FAILED;
    boolean noisy = usable && carriesNoise(rows, law);
    if (usable && !noisy) {
      notes.add(
          "There are no error bars: %d losses of %d runs are too few for the %d parameters of the law."
              .formatted(rows.size(), clusters(rows), law.parameters().size()));
    }
    if (!few) {
      notes.add(
          law instanceof Charted
              ? "The constants of this law trade off too far for profiles of them: compare losses,"
                  + " not constants."
              : "Profiles and the influence of single runs are not asked for beyond %d rows of this law."
                  .formatted(many));
    }
    Bootstrap bootstrap = draws == 0 ? null : new Bootstrap(fitter, draws, SEED);
    return new TableFit(
        table,
        fitted,
        seconds,
        noisy && bootstrap != null ? Optional.of(bootstrap.run(fitted, rows)) : Optional.empty(),
        noisy && few
            ? Optional.of(Identifiability.of(fitter, fitted, rows, confidence))
            : Optional.empty(),
        noisy && few ? Optional.of(Influence.of(fitter, fitted, rows)) : Optional.empty(),
        heldOut(table, law, fitter, boundary, bootstrap, confidence, notes),
        rows.size() <= MANY_ROWS
            ? HoldOut.largest(fitter, law, rows).stream()
                .filter(its -> known(table, its.axis()))
                .toList()
            : List.of(),
        usable ? Turn.of(table, fitted) : Optional.empty(),
        confidence,
        notes);
  }

  /** How well a parameter is known, where that was asked. */
  public Optional<Identifiability.Degree> degree(int parameter) {
    return identifiability.map(its -> its.verdicts().get(parameter).degree());
  }

  /** Where a parameter lies: by the resamples, or where there are none by its profile. */
  public Optional<Interval> interval(int parameter) {
    return bootstrapped
        .map(boot -> boot.parameter(parameter, confidence))
        .or(() -> identifiability.map(its -> its.verdicts().get(parameter).profile().interval()));
  }

  private static Optional<HeldOutRuns> heldOut(
      LossTable table,
      Law law,
      LawFitter fitter,
      Boundary boundary,
      Bootstrap bootstrap,
      double confidence,
      List<String> notes) {
    List<Observation> rows = table.observations();
    ScaleAxis axis = boundary.axis();
    if (boundary.above().isPresent() && !known(table, axis)) {
      throw new UserException(
          "the hold-out is by %s, which no column holds; say which with --map %s=COLUMN"
              .formatted(axis.symbol(), axis.symbol()));
    }
    double most = rows.stream().mapToDouble(row -> axis.of(row.at())).max().orElseThrow();
    double above = boundary.above().orElse(most * HALF);
    Split split;
    try {
      split = Split.by(axis, rows, above);
    } catch (IllegalArgumentException e) {
      if (boundary.above().isPresent()) {
        throw new UserException(e.getMessage(), e);
      }
      notes.add("Nothing could be held out to check the law with: " + e.getMessage());
      return Optional.empty();
    }
    return Optional.of(HeldOutRuns.of(axis, above, law, fitter, split, bootstrap, confidence));
  }

  private static boolean known(LossTable table, ScaleAxis axis) {
    return !table.unknown().contains(axis.symbol());
  }

  /** Whether there is anything left, after the parameters, to measure the noise with. */
  static boolean carriesNoise(List<Observation> rows, Law law) {
    return clusters(rows) > 1 && rows.size() > law.parameters().size();
  }

  private static long clusters(List<Observation> rows) {
    return rows.stream().map(Observation::cluster).distinct().count();
  }
}
