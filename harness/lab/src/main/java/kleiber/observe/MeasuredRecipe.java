package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.ComputePath;
import kleiber.estimate.Recipe;
import kleiber.estimate.TunedRuns;
import kleiber.experiment.Experiment;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.UserException;
import kleiber.fit.FittedLaw;
import kleiber.fit.Frontier;
import kleiber.fit.LawFitter;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import kleiber.laws.Typical;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/**
 * A way to train, as the results of an experiment or a fit in a file tell it.
 *
 * @param name that sentences call it by
 * @param fit the law of its runs
 * @param tuned rows of those of its runs that count: at the best learning rate of their size
 * @param runs of it that measured something, no probes; none when only the fit is known
 */
public record MeasuredRecipe(String name, SavedFit fit, TunedRuns tuned, List<StoredRun> runs) {
  public MeasuredRecipe {
    runs = List.copyOf(runs);
  }

  /**
   * Reads a folder of results, or a fit.
   *
   * @param name that sentences call it by
   * @throws UserException when it is neither, or nothing could be fitted
   */
  public static MeasuredRecipe read(Path place, String name) throws IOException {
    if (!Files.isDirectory(place)) {
      SavedFit fit = SavedFit.read(place);
      return new MeasuredRecipe(name, fit, new TunedRuns(fit.rows(), 0), List.of());
    }
    RunStore store = new RunStore(place);
    if (!Files.isRegularFile(store.experiment())) {
      throw new UserException(
          place + " holds no results; expected a folder that `kleiber run` wrote, or a fit's file");
    }
    Experiment experiment = Experiment.read(store.experiment(), List.of());
    return of(Analysis.of(experiment, store.load(experiment)), name);
  }

  /**
   * The recipe that an analysis fits.
   *
   * @throws UserException when nothing could be fitted
   */
  public static MeasuredRecipe of(Analysis analysis, String name) {
    TunedRuns tuned = TunedRuns.of(analysis.observations().fit());
    return new MeasuredRecipe(
        name,
        SavedFit.of(analysis),
        new TunedRuns(
            bySeed(tuned.rows(), analysis.runs()),
            tuned.others() + analysis.observations().atOtherRates()),
        analysis.runs().stream()
            .filter(run -> run.facts().isPresent() && !run.run().probe())
            .filter(run -> analysis.experiment().fit().recipe().matches(run.run()))
            .toList());
  }

  /** Rows in the order of their runs' seeds: where runs are paired, those of one seed meet. */
  private static List<Observation> bySeed(List<Observation> rows, List<StoredRun> runs) {
    Map<String, Long> seeds =
        runs.stream()
            .collect(Collectors.toMap(run -> run.run().id(), run -> run.run().spec().seed()));
    return rows.stream().sorted(Comparator.comparing(row -> seeds.get(row.run()))).toList();
  }

  /** How it was tuned, in a sentence, where several rates were tried. */
  public Optional<String> tuning() {
    int others = tuned.others();
    return others == 0
        ? Optional.empty()
        : Optional.of(
            "%s tried several learning rates; at every size and length the best counts, and %s not."
                .formatted(name, others == 1 ? "1 run does" : others + " runs do"));
  }

  /** Whether another has the very same losses at the very same scales, in whatever order. */
  public boolean isSame(MeasuredRecipe other) {
    return losses().equals(other.losses());
  }

  /** How often which loss was measured at which scale. */
  private Map<List<Object>, Long> losses() {
    return tuned.rows().stream()
        .collect(
            Collectors.groupingBy(row -> List.of(row.at(), row.loss()), Collectors.counting()));
  }

  /** The held-out set that the fit is of, where that is known. */
  Optional<Facts.HeldOutFacts> heldOut() {
    return runs.stream()
        .flatMap(run -> fit.heldOut().map(run.facts().orElseThrow().heldOut()::get).stream())
        .findFirst();
  }

  /** Bytes of a token of the held-out set, where they are known. */
  OptionalDouble bytesPerToken() {
    return heldOut().map(Facts.HeldOutFacts::bytesPerToken).orElse(OptionalDouble.empty());
  }

  /** What its losses are of, where runs are known. */
  Optional<String> predicted() {
    return runs.stream().map(run -> run.run().spec().model().predicted()).findFirst();
  }

  /** What its losses are told in; a fit's file alone says nothing of masked tokens. */
  String unit() {
    return runs.stream().map(run -> LossUnit.of(run.run())).findFirst().orElse(LossUnit.PER_TOKEN);
  }

  /** Every value of every setting, by path. */
  Map<String, TreeSet<String>> settings() {
    Map<String, TreeSet<String>> values = new TreeMap<>();
    for (StoredRun run : runs) {
      FlatSettings.of(run.run())
          .forEach((path, value) -> values.computeIfAbsent(path, _ -> new TreeSet<>()).add(value));
    }
    return values;
  }

  /**
   * What weight decay takes off a weight that nothing else moves: the sum of learning rate times
   * decay over the steps of the run in which it is largest. NaN when no runs are known.
   */
  double weightDecay() {
    return runs.stream()
        .map(run -> run.run().spec())
        .mapToDouble(MeasuredRecipe::weightDecay)
        .max()
        .orElse(Double.NaN);
  }

  private static double weightDecay(TrainingSpec spec) {
    double rates = 0;
    for (long step = 1; step <= spec.steps(); step++) {
      rates += spec.fractionOfPeak(step);
    }
    return rates * spec.optimizer().learningRate() * spec.optimizer().weightDecay();
  }

  /**
   * The recipe with losses in another unit; the law is fitted again to them, or where runs were
   * left out.
   *
   * @param unit factor on every loss
   * @param tokensPerParam along which compute is divided; the law's own best division when empty
   */
  public Recipe recipe(double unit, OptionalDouble tokensPerParam) {
    LawFitter fitter = new LawFitter(fit.fitted().objective());
    List<Observation> rows = tuned.rows().stream().map(row -> times(row, unit)).toList();
    FittedLaw fitted =
        unit == 1 && tuned.others() == 0 ? fit.fitted() : fitter.fit(fit.fitted().law(), rows);
    return new Recipe(name, fitted, fitter, rows, path(fitted, tokensPerParam));
  }

  /**
   * The recipe by its compute frontier alone: the law of the runs that no run of less or equal
   * compute beats (Nezhurina et al. 2025, arXiv:2506.04598), for grids whose other runs a law of N
   * and D does not fit.
   */
  public Recipe frontier(double unit) {
    LawFitter fitter = new LawFitter(fit.fitted().objective());
    List<Observation> rows =
        Frontier.of(tuned.rows()).stream().map(row -> times(row, unit)).toList();
    FittedLaw fitted = fitter.fit(new PowerLaw(), rows);
    return new Recipe(name, fitted, fitter, rows, path(fitted, OptionalDouble.empty()));
  }

  private static Observation times(Observation row, double unit) {
    return new Observation(
        row.run(),
        row.cluster(),
        row.heldOut(),
        row.step(),
        row.at(),
        row.schedule(),
        row.loss() * unit,
        row.standardError() * unit);
  }

  private ComputePath path(FittedLaw fitted, OptionalDouble tokensPerParam) {
    Law law = fitted.law();
    boolean divides = Stream.of(Columns.N, Columns.D).allMatch(axis -> LossTable.reads(law, axis));
    if (!divides && !LossTable.reads(law, Columns.C)) {
      throw new UserException(
          "%s: %s reads neither N and D nor C, so two recipes cannot be set side by side at a compute"
              .formatted(name, law.formula()));
    }
    FlopsPerToken perToken = FlopsPerToken.of(fit.rows());
    Map<String, Double> axes = axes(law);
    Map<Double, Scale> known = new ConcurrentHashMap<>(); // every resample asks for the same
    return flops ->
        known.computeIfAbsent(
            flops,
            c -> {
              var division = new ComputeDivision(c, perToken, axes);
              return division.at(
                  tokensPerParam.isPresent() || !divides
                      ? division.paramsAtRatio(tokensPerParam.orElse(20))
                      : division.bestParams(law, fitted.theta()));
            });
  }

  /** Where its runs lie on the further axes that a law reads. */
  private Map<String, Double> axes(Law law) {
    Map<String, Double> axes = new TreeMap<>();
    Set<String> read = law instanceof Typical known ? known.furtherAxes() : Set.of();
    for (String axis : read) {
      TreeSet<Double> values =
          tuned.rows().stream()
              .map(row -> row.at().extra().get(axis))
              .filter(Objects::nonNull)
              .collect(Collectors.toCollection(TreeSet::new));
      if (values.size() > 1) {
        throw new UserException(
            "%s has runs of %s %s, which its law reads, and along compute a recipe has one of them; give a recipe settings that choose it"
                .formatted(
                    name,
                    axis,
                    values.stream().map(Quantity::count).collect(Collectors.joining(", "))));
      }
      values.forEach(value -> axes.put(axis, value));
    }
    return axes;
  }
}
