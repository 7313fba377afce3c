package kleiber.observe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.UserException;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Objective;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * A fit as the file {@code fits/<law>.json} keeps it: what was fitted to what, under which
 * conventions, how well it foretold, and the resamples, so that a prediction with its interval
 * needs neither logs nor another fit. A number that is not finite is null.
 *
 * @param law type and settings
 * @param objective type and settings
 * @param objectiveInWords as reports print it
 * @param confidence of all intervals
 * @param theta by name, in the order of the law
 * @param cost value of the objective
 * @param observations rows fitted
 * @param starts starts tried
 * @param agreed starts that reached the best cost
 * @param sentence what a user must know about the outcome; empty when CONVERGED
 * @param trainingError mean absolute relative error over the rows fitted
 * @param heldOut the check; without points when nothing could be checked
 * @param conventionErrors mean absolute relative held-out error under every meaning of N
 * @param rows the rows fitted, under the conventions
 * @param bootstrap what the intervals come from
 */
public record FitFile(
    String experiment,
    String question,
    String answer,
    ObjectNode law,
    String formula,
    String source,
    ObjectNode objective,
    String objectiveInWords,
    Conventions conventions,
    double confidence,
    Map<String, Estimate> theta,
    double cost,
    int observations,
    int starts,
    int agreed,
    Outcome outcome,
    String sentence,
    double trainingError,
    HeldOut heldOut,
    Map<String, Double> conventionErrors,
    List<FittedRow> rows,
    Resamples bootstrap) {
  /** Folder within an experiment's results. */
  public static final String FOLDER = "fits";

  /** What the numbers mean. */
  public record Conventions(
      String params,
      String flops,
      String checkpoints,
      String heldOut,
      double flopsAbove,
      FitScope scope) {}

  /** A parameter with the ends of its interval. */
  public record Estimate(double value, double low, double high, String unit) {}

  /**
   * What the intervals come from.
   *
   * @param unit what is drawn as a whole
   * @param resampling what was drawn anew; null when there are no resamples
   * @param noise standard deviation of ln L from run to run
   * @param degreesOfFreedom what the noise was measured with
   * @param thetas of every resample, in the order of the law; empty when there is none
   */
  public record Resamples(
      String unit,
      Bootstrap.Resampling resampling,
      double noise,
      double degreesOfFreedom,
      List<List<Double>> thetas) {}

  /** A row that was fitted. */
  public record FittedRow(
      String run,
      String cluster,
      double params,
      double tokens,
      double flops,
      Map<String, Double> extra,
      double loss,
      double standardError) {}

  /** The rows that were foretold. */
  public record HeldOut(
      double meanAbsoluteRelativeError,
      double coverage,
      double baselineMeanAbsoluteRelativeError,
      String baseline,
      List<Foretold> points) {}

  /** A row that was foretold. */
  public record Foretold(
      String run,
      double params,
      double tokens,
      double flops,
      double measured,
      double standardError,
      double predicted,
      double low,
      double high,
      double relativeError,
      boolean covered) {}

  /** Where the fit of a law lies within an experiment's results. */
  public static Path path(Path folder, Law law) {
    return folder.resolve(FOLDER).resolve(law.getClass().getSimpleName() + ".json");
  }

  /**
   * The same of one of several recipes of an experiment.
   *
   * @param recipe its name; what a file's name cannot hold is encoded
   */
  public static Path path(Path folder, Law law, String recipe) {
    return folder.resolve(FOLDER).resolve(prefix(law) + encoded(recipe) + ".json");
  }

  /** How the names of all such files begin. */
  public static String prefix(Law law) {
    return law.getClass().getSimpleName() + "-";
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** The fit of an analysis; empty when nothing was fitted. */
  public static Optional<FitFile> of(Analysis analysis) {
    return analysis.fitted().map(fitted -> FitWriter.of(analysis, fitted));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the file is not there, or is no such fit
   */
  public static FitFile read(Path file) throws IOException {
    return JsonRecords.read(file, FitFile.class);
  }

  public void write(Path file) throws IOException {
    JsonRecords.write(file, this);
  }

  /** The fit as predictions need it. */
  SavedFit saved() {
    FittedLaw fitted = fitted();
    return new SavedFit(
        fitted,
        bootstrapped(fitted),
        measured(),
        confidence,
        Optional.of(conventions.params),
        Optional.of(conventions.heldOut),
        conventions.scope);
  }

  /**
   * The law as it was fitted.
   *
   * @throws UserException when the law or the objective is not one that is known here, or a
   *     parameter of the law has no value
   */
  public FittedLaw fitted() {
    Law known = JsonRecords.typed(law, Law.class);
    Map<String, Double> values = new LinkedHashMap<>();
    theta.forEach((name, estimate) -> values.put(name, estimate.value));
    return new FittedLaw(
        known,
        JsonRecords.typed(objective, Objective.class),
        SavedFit.theta(known, values),
        cost,
        observations,
        starts,
        agreed,
        outcome,
        sentence);
  }

  private Optional<BootstrappedLaw> bootstrapped(FittedLaw fitted) {
    if (bootstrap.thetas.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BootstrappedLaw(
            fitted,
            new LawFitter(fitted.objective()),
            measured(),
            SavedFit.thetas(bootstrap.thetas),
            bootstrap.noise,
            bootstrap.degreesOfFreedom,
            bootstrap.resampling));
  }

  private List<Observation> measured() {
    return rows.stream()
        .map(
            row ->
                new Observation(
                    row.run,
                    row.cluster,
                    conventions.heldOut,
                    0,
                    new Scale(row.params, row.tokens, row.flops, row.extra),
                    null,
                    row.loss,
                    row.standardError))
        .toList();
  }
}
