package kleiber.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.estimate.PooledNoise;
import kleiber.experiment.FitPlan;
import kleiber.experiment.LossPair;
import kleiber.experiment.LossToLoss;
import kleiber.experiment.Run;
import kleiber.fit.LawFitter;
import kleiber.laws.LossFromLoss;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.Analysis;
import kleiber.observe.Foretelling;
import kleiber.observe.LossUnit;
import kleiber.observe.Observations;
import kleiber.observe.Row;
import kleiber.run.StoredRun;

/**
 * Pairs of losses and the law from one to the other, fitted to the small runs of them.
 *
 * @param fitted pairs of which neither run is held out, the least compute first
 * @param heldOut the others
 * @param foretelling the law; what it reads beside N, D and C of the loss foretold is the other
 * @param unitFrom of the losses that are known
 * @param unitTo of those that are foretold
 * @param seeds how much ln of the known loss scatters from seed to seed, among the pairs fitted
 */
record TranslatedLoss(
    List<LossPair> fitted,
    List<LossPair> heldOut,
    Foretelling foretelling,
    String unitFrom,
    String unitTo,
    PooledNoise seeds) {
  private static final String KNOWN = new LossFromLoss().axes().getFirst().name();

  /**
   * Pairs the runs that are done.
   *
   * @throws IllegalArgumentException when there are no pairs, or runs that must not be on one curve
   */
  static TranslatedLoss of(LossToLoss.Pair pair, Analysis analysis) {
    FitPlan fit = analysis.experiment().fit();
    List<LossPair> pairs =
        pairs(pair, analysis).stream()
            .sorted((a, b) -> Double.compare(a.to().at().flops(), b.to().at().flops()))
            .toList();
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("no two losses that make a pair are there yet");
    }
    Map<Boolean, List<LossPair>> sides =
        pairs.stream().collect(Collectors.partitioningBy(its -> its.heldOut(fit.holdOut())));
    LawFitter fitter = new LawFitter(fit.objective());
    double lowest = pairs.stream().mapToDouble(its -> its.from().loss()).min().orElseThrow();
    Foretelling foretelling =
        Foretelling.of(
                new ShiftedPowerLaw(lowest),
                fitter,
                rows(sides.get(false)),
                rows(sides.get(true)),
                fit.confidence())
            .withIntervals(fitter, fit.bootstrap());
    return new TranslatedLoss(
        sides.get(false),
        sides.get(true),
        foretelling,
        unit(pair.from(), analysis),
        unit(pair.to(), analysis),
        PooledNoise.of(cells(sides.get(false))));
  }

  private static List<LossPair> pairs(LossToLoss.Pair pair, Analysis analysis) {
    Observations from = observations(pair.from(), analysis);
    if (pair.ofSameRuns()) {
      return sameRuns(from, pair.to().heldOut());
    }
    return LossPair.alike(
        used(from),
        used(observations(pair.to(), analysis)),
        analysis.runs().stream().map(StoredRun::run).toList());
  }

  private static Observations observations(LossToLoss.Side side, Analysis analysis) {
    Observations read = Observations.of(analysis.runs(), side.plan(analysis.experiment().fit()));
    Map<String, Run> runs =
        analysis.runs().stream()
            .map(StoredRun::run)
            .collect(Collectors.toMap(Run::id, run -> run, (a, _) -> a));
    Map<Run, Scale> scales = new HashMap<>();
    used(read).forEach(row -> scales.put(runs.get(row.run()), row.at()));
    LossPair.refuseTwins(scales);
    return read;
  }

  private static List<Observation> used(Observations read) {
    List<Observation> used = new ArrayList<>(read.fit());
    used.addAll(read.heldOut());
    return used;
  }

  /** Each loss beside that of the same weights on another set, where it is one. */
  private static List<LossPair> sameRuns(Observations from, String heldOut) {
    FitPlan plan = from.plan();
    Map<List<Object>, Row> others =
        from.rows().stream()
            .filter(row -> row.heldOut().equals(heldOut))
            .filter(row -> row.loss() > 0 && Double.isFinite(row.loss()))
            .collect(Collectors.toMap(row -> List.of(row.run(), row.step()), row -> row));
    return used(from).stream()
        .filter(row -> others.containsKey(List.<Object>of(row.run(), row.step())))
        .map(
            row ->
                new LossPair(
                    row,
                    others
                        .get(List.<Object>of(row.run(), row.step()))
                        .under(plan.flops(), plan.params())))
        .toList();
  }

  private static String unit(LossToLoss.Side side, Analysis analysis) {
    return analysis.runs().stream()
        .map(StoredRun::run)
        .filter(side.filter()::matches)
        .findFirst()
        .map(LossUnit::of)
        .orElse(LossUnit.PER_TOKEN);
  }

  /** As the law reads them. */
  private static List<Observation> rows(List<LossPair> pairs) {
    return pairs.stream()
        .map(
            pair -> {
              Observation to = pair.to();
              return new Observation(
                  to.run(),
                  to.cluster(),
                  to.heldOut(),
                  to.step(),
                  at(pair),
                  to.schedule(),
                  to.loss(),
                  to.standardError());
            })
        .toList();
  }

  private static Scale at(LossPair pair) {
    Scale to = pair.to().at();
    return new Scale(to.params(), to.tokens(), to.flops(), Map.of(KNOWN, pair.from().loss()));
  }

  /** ln of the known losses that differ in the seed alone. */
  private static Collection<List<Double>> cells(List<LossPair> pairs) {
    return pairs.stream()
        .collect(
            Collectors.groupingBy(
                pair -> pair.from().at(),
                Collectors.mapping(
                    pair -> Math.log(pair.from().loss()), Collectors.<Double>toList())))
        .values();
  }

  /** What a known loss says of the other; asked only where there is a law. */
  double loss(double known) {
    return foretelling.usable().orElseThrow().loss(new Scale(1, 1, 1, Map.of(KNOWN, known)));
  }

  /** Mean absolute relative error over the pairs held out, of a way to foretell them. */
  double error(ToDoubleFunction<LossPair> foretold) {
    return heldOut.stream()
        .mapToDouble(pair -> Math.abs(foretold.applyAsDouble(pair) / pair.to().loss() - 1))
        .average()
        .orElse(Double.NaN);
  }

  /** Mean of ln of the loss foretold over the one known, among the pairs fitted, as a ratio. */
  double ratio() {
    return Math.exp(
        fitted.stream()
            .mapToDouble(pair -> Math.log(pair.to().loss() / pair.from().loss()))
            .average()
            .orElse(Double.NaN));
  }

  /** Which share of the variance of ln of the known losses seeds make; NaN where not known. */
  double shareOfSeeds() {
    List<Double> logs = fitted.stream().map(pair -> Math.log(pair.from().loss())).toList();
    double spread = PooledNoise.of(List.of(logs)).deviation();
    return Math.pow(seeds.deviation() / spread, 2);
  }
}
