package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import kleiber.estimate.TrajectoryFitter;
import kleiber.fit.LawFitter;
import kleiber.laws.LearningRateAnnealing;
import kleiber.laws.LearningRates;
import kleiber.laws.MultiPower;
import kleiber.laws.Observation;
import kleiber.laws.SaturatingPowerLaw;
import kleiber.laws.TrajectoryLaw;
import kleiber.laws.Variable;

/**
 * How well the runs of all schedules but one foretell those of that one, seed by seed. No
 * checkpoint that is foretold has been fitted: what a branch shares with a run on its trunk is that
 * run's alone.
 *
 * @param kind the schedule foretold
 * @param method what foretold it
 * @param atEnds mean |relative error| over the last losses of its runs
 * @param atAll the same over all checkpoints of its own
 * @param losses foretold, in the order of the runs' own checkpoints
 */
record ScheduleForetelling(
    String kind, Method method, long seed, double atEnds, double atAll, List<Double> losses) {
  /** Learning rates at or below this fraction of the peak count as decayed. */
  private static final double ANNEALED = 0.15;

  /** What foretells. */
  enum Method {
    MULTI_POWER("multi-power law"),
    ANNEALING("annealing law"),
    /** Blind to schedules: through the ends of runs that decayed. */
    POWER_LAW("power law through decayed ends");

    private final String words;

    Method(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    /** Fits it; what it returns foretells a row that knows its learning rates. */
    ToDoubleFunction<Observation> fit(LawFitter fitter, List<Observation> rows) {
      return switch (this) {
        case MULTI_POWER -> along(fitter, new MultiPower(), rows);
        case ANNEALING -> along(fitter, new LearningRateAnnealing(), rows);
        case POWER_LAW -> {
          List<Observation> ends = rows.stream().filter(Method::isDecayedEnd).toList();
          var law = fitter.fit(new SaturatingPowerLaw(Variable.TOKENS), ends);
          yield row -> law.loss(row.at());
        }
      };
    }

    private static boolean isDecayedEnd(Observation row) {
      return row.schedule().fractionOfPeak() <= ANNEALED
          && row.at().tokens() >= row.schedule().totalTokens();
    }

    private static ToDoubleFunction<Observation> along(
        LawFitter fitter, TrajectoryLaw law, List<Observation> rows) {
      TrajectoryFitter.Fitted fitted = new TrajectoryFitter(fitter).fit(law, rows);
      return row -> fitted.loss(history(row));
    }

    private static LearningRates history(Observation row) {
      return row.schedule().history().orElseThrow();
    }
  }

  ScheduleForetelling {
    losses = List.copyOf(losses);
  }

  /** One seed's runs of a schedule, foretold by its runs of the others. */
  static ScheduleForetelling of(
      String kind, long seed, Method method, List<ScheduledRun> runs, LawFitter fitter) {
    List<Observation> known = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    List<Double> ends = new ArrayList<>();
    for (ScheduledRun run : runs) {
      if (run.seed() == seed && !run.kind().equals(kind)) {
        known.addAll(run.own());
      }
    }
    ToDoubleFunction<Observation> law = method.fit(fitter, known);
    for (ScheduledRun run : runs) {
      if (run.seed() == seed && run.kind().equals(kind)) {
        for (Observation row : run.own()) {
          double foretold = law.applyAsDouble(row);
          double error = Math.abs(foretold / row.loss() - 1);
          losses.add(foretold);
          all.add(error);
          if (run.ends(row)) {
            ends.add(error);
          }
        }
      }
    }
    return new ScheduleForetelling(kind, method, seed, mean(ends), mean(all), losses);
  }

  private static double mean(List<Double> errors) {
    return errors.stream()
        .flatMapToDouble(DoubleStream::of)
        .average()
        .orElseThrow(() -> new IllegalArgumentException("there is no checkpoint to foretell"));
  }
}
