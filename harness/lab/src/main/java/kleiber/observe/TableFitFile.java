package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Influence;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.Objective;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * A fit to tables as {@code fit --json} writes it: all but {@code heldOut} is of the fit to every
 * selected row. A number that is not finite is null.
 *
 * @param law and its settings, as {@code --law} takes it
 * @param objective and its settings, as {@code --objective} takes it
 * @param sentence what a user must know about the outcome; empty when CONVERGED
 * @param theta by name, in the order of the law
 * @param intervals by name, of the resamples or where there are none of the profiles; empty when no
 *     noise could be measured
 * @param verdicts on every parameter, in words
 * @param n rows fitted
 * @param starts tried
 * @param agreed starts that reached the best cost
 * @param seconds that the fit took, the bootstrap not included
 * @param files that were read
 * @param rows that were fitted
 * @param bootstrap what the intervals come from
 */
public record TableFitFile(
    String law,
    String formula,
    String source,
    String objective,
    Outcome outcome,
    String sentence,
    Map<String, Double> theta,
    double confidence,
    Map<String, Ends> intervals,
    List<String> verdicts,
    List<String> influence,
    double cost,
    int n,
    int starts,
    int agreed,
    double seconds,
    HeldOut heldOut,
    List<LargestLeftOut> largestLeftOut,
    List<String> files,
    List<String> notes,
    Rows rows,
    Resamples bootstrap) {
  /** An interval. */
  public record Ends(double low, double high) {}

  /**
   * The fit without the rows held out, and what it said of them.
   *
   * @param axis N, D or C
   * @param above runs that reach beyond it were held out
   * @param n rows fitted
   */
  public record HeldOut(
      String axis,
      double above,
      Map<String, Double> theta,
      double cost,
      int n,
      Outcome outcome,
      String sentence,
      double trainingError,
      double meanAbsoluteRelativeError,
      double coverage,
      List<Foretold> points) {}

  /** A row that was held out. */
  public record Foretold(
      String run,
      double params,
      double tokens,
      double flops,
      double measured,
      double predicted,
      double low,
      double high,
      double relativeError) {}

  /** What leaving out the largest runs by one axis does; errors as a share of the loss. */
  public record LargestLeftOut(
      String axis, double above, int n, int heldOut, double trainingError, double heldOutError) {}

  /** The rows fitted, by column. */
  public record Rows(
      List<String> run,
      List<String> cluster,
      List<Double> params,
      List<Double> tokens,
      List<Double> flops,
      Map<String, List<Double>> extra,
      List<Double> loss,
      List<Double> standardError) {}

  /**
   * What the intervals come from.
   *
   * @param resampling what was drawn anew; null when nothing was
   * @param noise standard deviation of ln L from run to run
   * @param degreesOfFreedom what the noise was measured with
   * @param thetas of every resample, in the order of the law
   */
  public record Resamples(
      Bootstrap.Resampling resampling,
      double noise,
      double degreesOfFreedom,
      List<List<Double>> thetas) {}

  /** The file of a fit. */
  public static TableFitFile of(TableFit fit, List<String> files) {
    FittedLaw fitted = fit.fitted();
    return new TableFitFile(
        Typed.text(fitted.law()),
        fitted.law().formula(),
        fitted.law().source(),
        Typed.text(fitted.objective()),
        fitted.outcome(),
        fitted.sentence(),
        theta(fitted),
        fit.confidence(),
        intervals(fit),
        fit.identifiability()
            .map(known -> known.verdicts().stream().map(its -> its.sentence()).toList())
            .orElse(List.of()),
        fit.influence().map(Influence::sentences).orElse(List.of()),
        fitted.cost(),
        fitted.observations(),
        fitted.starts(),
        fitted.agreed(),
        fit.seconds(),
        fit.heldOut().map(TableFitFile::heldOut).orElse(null),
        fit.largest().stream()
            .map(
                its ->
                    new LargestLeftOut(
                        its.axis().symbol(),
                        its.boundary(),
                        its.law().observations(),
                        its.heldOut(),
                        its.trainingError(),
                        its.heldOutError()))
            .toList(),
        files,
        Stream.concat(fit.refusal().stream(), fit.notes().stream()).toList(),
        rows(fit.table().observations()),
        fit.bootstrapped()
            .map(TableFitFile::resamples)
            .orElse(new Resamples(null, Double.NaN, Double.NaN, List.of())));
  }

  /** Writes the file, and the folder that it is to lie in. */
  public void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Files.writeString(file, JsonRecords.MAPPER.writeValueAsString(this) + "\n");
  }

  /** The fit as predictions need it. */
  SavedFit saved() {
    Law known = Typed.parse(Law.class, law);
    FittedLaw fitted =
        new FittedLaw(
            known,
            Typed.parse(Objective.class, objective),
            SavedFit.theta(known, theta),
            cost,
            n,
            starts,
            agreed,
            outcome,
            sentence);
    List<Observation> observations = observations();
    Optional<BootstrappedLaw> bootstrapped =
        bootstrap.thetas.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new BootstrappedLaw(
                    fitted,
                    new LawFitter(fitted.objective()),
                    observations,
                    SavedFit.thetas(bootstrap.thetas),
                    bootstrap.noise,
                    bootstrap.degreesOfFreedom,
                    bootstrap.resampling));
    return new SavedFit(
        fitted,
        bootstrapped,
        observations,
        confidence,
        Optional.empty(),
        Optional.empty(),
        FitScope.ALL);
  }

  private List<Observation> observations() {
    List<List<?>> columns = new ArrayList<>(rows.extra.values());
    columns.addAll(
        List.of(rows.run, rows.cluster, rows.params, rows.tokens, rows.flops, rows.standardError));
    for (List<?> column : columns) {
      if (column.size() != rows.loss.size()) {
        throw new IllegalArgumentException(
            "the columns of its rows differ in length: %d and %d"
                .formatted(rows.loss.size(), column.size()));
      }
    }
    return IntStream.range(0, rows.loss.size())
        .mapToObj(
            i -> {
              Map<String, Double> extra = new LinkedHashMap<>();
              rows.extra.forEach((name, values) -> extra.put(name, values.get(i)));
              return new Observation(
                  rows.run.get(i),
                  rows.cluster.get(i),
                  null,
                  0,
                  new Scale(rows.params.get(i), rows.tokens.get(i), rows.flops.get(i), extra),
                  null,
                  rows.loss.get(i),
                  rows.standardError.get(i));
            })
        .toList();
  }

  private static Map<String, Double> theta(FittedLaw fitted) {
    Map<String, Double> theta = new LinkedHashMap<>();
    List<Parameter> parameters = fitted.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      theta.put(parameters.get(i).name(), fitted.theta()[i]);
    }
    return theta;
  }

  private static Map<String, Ends> intervals(TableFit fit) {
    Map<String, Ends> intervals = new LinkedHashMap<>();
    List<Parameter> parameters = fit.fitted().law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      fit.interval(i).ifPresent(its -> intervals.put(name, new Ends(its.low(), its.high())));
    }
    return intervals;
  }

  private static HeldOut heldOut(HeldOutRuns runs) {
    return new HeldOut(
        runs.axis().symbol(),
        runs.above(),
        theta(runs.fitted()),
        runs.fitted().cost(),
        runs.fitted().observations(),
        runs.fitted().outcome(),
        runs.fitted().sentence(),
        runs.trainingError(),
        runs.meanAbsoluteRelativeError(),
        runs.coverage(),
        runs.points().stream()
            .map(
                point ->
                    new Foretold(
                        point.measured().run(),
                        point.measured().at().params(),
                        point.measured().at().tokens(),
                        point.measured().at().flops(),
                        point.measured().loss(),
                        point.predicted(),
                        point.interval().map(Interval::low).orElse(Double.NaN),
                        point.interval().map(Interval::high).orElse(Double.NaN),
                        point.relativeError()))
            .toList());
  }

  private static Resamples resamples(BootstrappedLaw boot) {
    return new Resamples(
        boot.resampling(),
        boot.noise(),
        boot.degreesOfFreedom(),
        Arrays.stream(boot.thetas()).map(theta -> Arrays.stream(theta).boxed().toList()).toList());
  }

  private static Rows rows(List<Observation> rows) {
    Set<String> axes = new LinkedHashSet<>();
    rows.forEach(row -> axes.addAll(row.at().extra().keySet()));
    Map<String, List<Double>> extra = new LinkedHashMap<>();
    for (String axis : axes) {
      extra.put(axis, rows.stream().map(row -> row.at().extra().get(axis)).toList());
    }
    return new Rows(
        rows.stream().map(Observation::run).toList(),
        rows.stream().map(Observation::cluster).toList(),
        rows.stream().map(row -> row.at().params()).toList(),
        rows.stream().map(row -> row.at().tokens()).toList(),
        rows.stream().map(row -> row.at().flops()).toList(),
        extra,
        rows.stream().map(Observation::loss).toList(),
        rows.stream().map(Observation::standardError).toList());
  }
}
