package kleiber.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.TunedRuns;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Observation;

/**
 * The answer to an experiment's question in sentences, for a page and for a terminal.
 *
 * @param headline one sentence with its error bar, or with what is missing
 * @param sentences what a reader must know beside it
 */
public record Answer(Verdict verdict, String headline, List<String> sentences) {
  /** What came of the prediction. */
  public enum Verdict {
    /** The measured loss of the largest run lies within the interval. */
    INSIDE("inside the interval"),
    /** The measured loss of the largest run lies outside the interval. */
    OUTSIDE("outside the interval"),
    /** The largest run was foretold, but too few runs were fitted to say how surely. */
    NO_ERROR_BAR("without an error bar"),
    /** The largest run was foretold by a law that the fitted runs do not determine. */
    UNDETERMINED("by a law that the runs do not determine"),
    /** A law was fitted, and nothing could check it. */
    UNCHECKED("not checked"),
    /** No law could be fitted. */
    NO_FIT("no law fitted");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  public Answer {
    sentences = List.copyOf(sentences);
  }

  /** What an analysis answers, with all that its logs add. */
  public static Answer of(Analysis analysis) {
    Answer answer =
        of(
            analysis.foretelling(),
            analysis.unit(),
            run -> analysis.observations().choice(run).map(Answer::chosen).orElse(""));
    return new Answer(answer.verdict, answer.headline, notes(analysis));
  }

  /** What losses of a unit answer by themselves. */
  public static Answer of(Foretelling foretelling, String unit) {
    return of(foretelling, unit, _ -> "");
  }

  /**
   * The same.
   *
   * @param chosen what is said of how a run was chosen, by its id
   */
  private static Answer of(Foretelling foretelling, String unit, Function<String, String> chosen) {
    List<String> notes = notes(foretelling, List.of());
    if (foretelling.usable().isEmpty()) {
      return new Answer(Verdict.NO_FIT, "No law could be fitted.", notes);
    }
    FittedLaw law = foretelling.usable().get();
    if (foretelling.heldOut().isEmpty()) {
      String headline = fit(foretelling) + ", and nothing was foretold that could check it";
      return new Answer(Verdict.UNCHECKED, headline + caveat(law) + ".", notes);
    }
    if (foretelling.extrapolation().isEmpty()) {
      return new Answer(
          determined(law, Verdict.NO_ERROR_BAR),
          withoutErrorBar(foretelling, unit, chosen) + caveat(law) + ".",
          notes);
    }
    Extrapolation.Point largest = largest(foretelling.extrapolation().get());
    return new Answer(
        determined(law, largest.covered() ? Verdict.INSIDE : Verdict.OUTSIDE),
        headline(foretelling, largest, unit, chosen)
            + caveat(law)
            + others(foretelling.extrapolation().get())
            + ".",
        notes);
  }

  /** A verdict, unless there was no law to pass it on. */
  private static Verdict determined(FittedLaw fitted, Verdict verdict) {
    return fitted.outcome() == Outcome.NOT_IDENTIFIED ? Verdict.UNDETERMINED : verdict;
  }

  /** How a headline ends: with what takes its words back, where something does. */
  private static String caveat(FittedLaw fitted) {
    return switch (fitted.outcome()) {
      case NOT_IDENTIFIED -> ", but the runs do not determine the law";
      case BOUND_HIT -> ", with a parameter of the law on the bound of its range";
      case CONVERGED, FAILED -> "";
    };
  }

  /** The held-out row of most compute, and among equals of most tokens. */
  public static Extrapolation.Point largest(Extrapolation extrapolation) {
    return extrapolation.points().stream()
        .max(
            Comparator.comparingDouble((Extrapolation.Point point) -> point.measured().at().flops())
                .thenComparingDouble(point -> point.measured().at().tokens()))
        .orElseThrow();
  }

  private static String fit(Foretelling foretelling) {
    List<Observation> rows = foretelling.fit();
    long runs = rows.stream().map(Observation::run).distinct().count();
    double most = rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    return "%s’s law fitted to %d run%s of at most %s FLOPs"
        .formatted(
            foretelling.fitted().get().law().getClass().getSimpleName(),
            runs,
            runs == 1 ? "" : "s",
            Quantity.count(most));
  }

  private static String headline(
      Foretelling foretelling,
      Extrapolation.Point point,
      String unit,
      Function<String, String> chosen) {
    Interval interval = point.interval();
    double halfWidth = (interval.high() - interval.low()) / 2;
    return "%s foretold %s [%s, %s] (%s) %s for the run of %s; measured %s%s: error %s, %s"
        .formatted(
            fit(foretelling),
            Quantity.within(point.predicted(), halfWidth),
            Quantity.within(interval.low(), halfWidth),
            Quantity.within(interval.high(), halfWidth),
            Quantity.percent(interval.confidence()),
            unit,
            Quantity.count(point.measured().at().flops()),
            measured(point.measured()),
            chosen.apply(point.measured().run()),
            Quantity.percent(Math.abs(point.relativeError())),
            (point.covered() ? Verdict.INSIDE : Verdict.OUTSIDE).words());
  }

  /** How many of several held-out losses lie inside, where not all of them do. */
  private static String others(Extrapolation extrapolation) {
    long inside = covered(extrapolation);
    int all = extrapolation.points().size();
    return all == 1 || inside == all
        ? ""
        : "; of %d held-out losses %s inside %s"
            .formatted(
                all,
                inside == 0 ? "none is" : inside == 1 ? "1 is" : inside + " are",
                inside > 1 ? "their intervals" : "its interval");
  }

  private static long covered(Extrapolation extrapolation) {
    return extrapolation.points().stream().filter(Extrapolation.Point::covered).count();
  }

  private static String withoutErrorBar(
      Foretelling foretelling, String unit, Function<String, String> chosen) {
    Residual largest =
        foretelling.heldOutResiduals().stream()
            .max(Comparator.comparingDouble(residual -> residual.measured().at().flops()))
            .orElseThrow();
    return "%s foretold %s %s, without an error bar, for the run of %s; measured %s%s: error %s"
        .formatted(
            fit(foretelling),
            Quantity.within(largest.predicted(), Double.NaN),
            unit,
            Quantity.count(largest.measured().at().flops()),
            measured(largest.measured()),
            chosen.apply(largest.measured().run()),
            Quantity.percent(Math.abs(largest.relativeError())));
  }

  /** A measured loss; what stands behind its ± is said in the notes. */
  private static String measured(Observation row) {
    String text = Quantity.plusMinus(row.loss(), row.standardError());
    return row.standardError() > 0 ? text + " (held-out text)" : text;
  }

  /** A loss that was chosen for being the lowest is lower than another run like it would end. */
  private static String chosen(TunedRuns.Choice choice) {
    String among = choice.settings() + (choice.batches() ? " rates and batches" : " rates");
    return choice.settings() == 1
        ? ""
        : choice.runs() == 1
            ? ", the best of " + among + " of one seed"
            : ", at the best of %s by the mean of %d runs".formatted(among, choice.runs());
  }

  private static List<String> notes(Analysis analysis) {
    List<String> notes = notes(analysis.foretelling(), analysis.gaps());
    analysis.oracle().ifPresent(oracle -> notes.add(oracle.sentence()));
    FitPlan plan = analysis.experiment().fit();
    analysis
        .seedNoise()
        .ifPresentOrElse(
            noise ->
                notes.add(
                    "Runs that differ in their seed alone differ by %s %s (standard deviation of %d runs in %d cells); less than that ranks nothing%s."
                        .formatted(
                            Quantity.significant(noise.standardDeviation(), 2),
                            analysis.unit(),
                            noise.runs(),
                            noise.cells(),
                            withinNoise(analysis, noise))),
            () -> {
              if (analysis.fitted().isPresent()) {
                notes.add(
                    "No settings were run with more than one seed: the noise between seeds shows"
                        + " only in the scatter of the runs about the law.");
              }
            });
    long leftOut =
        analysis.observations().exclusions().stream()
            .filter(Exclusion::wholeRun)
            .map(Exclusion::run)
            .distinct()
            .count();
    if (leftOut > 0) {
      notes.add(
          "%d of %d runs %s neither fitted nor foretold by this law; the reasons are listed."
              .formatted(leftOut, analysis.runs().size(), leftOut == 1 ? "is" : "are"));
    }
    notes.addAll(RecipeNotes.of(analysis));
    LeftOutEffect.sentence(analysis).ifPresent(notes::add);
    flagged(analysis).ifPresent(notes::add);
    if (!analysis.runs().isEmpty() && plan.checkpoints() == FitPlan.Selection.ALL_AFTER_WARMUP) {
      notes.add(
          "Checkpoints before the end of a run are fitted too; they were measured at a higher"
              + " learning rate than a run planned for so few tokens would have had.");
    }
    return notes;
  }

  /** An error that is less than the noise of the run it is of praises no law. */
  private static String withinNoise(Analysis analysis, SeedNoise noise) {
    return analysis
        .extrapolation()
        .map(Answer::largest)
        .map(point -> Math.abs(point.predicted() - point.measured().loss()))
        .filter(error -> error < noise.standardDeviation())
        .map(
            error ->
                ", and the law missed the foretold run by less: %s"
                    .formatted(Quantity.significant(error, 2)))
        .orElse("");
  }

  /** What is missing, how far the prediction reached, and how well the fit is determined. */
  private static List<String> notes(Foretelling foretelling, List<String> gaps) {
    List<String> notes = new ArrayList<>(gaps);
    foretelling
        .extrapolation()
        .ifPresent(extrapolation -> reach(foretelling.fit(), extrapolation, notes));
    foretelling
        .fitted()
        .ifPresent(
            fitted -> {
              boolean sound = fitted.outcome() == Outcome.CONVERGED;
              notes.add(sound ? notes.size() : 0, identification(fitted));
            });
    return notes;
  }

  /** How many of the runs that are fitted or foretold a quality gate stopped at, and by what. */
  private static Optional<String> flagged(Analysis analysis) {
    Set<String> used =
        Stream.of(analysis.observations().fit(), analysis.observations().heldOut())
            .flatMap(List::stream)
            .map(Observation::run)
            .collect(Collectors.toSet());
    Map<Flag.Gate, Set<String>> byGate =
        QualityGates.of(analysis.runs(), analysis.experiment().fit()).stream()
            .filter(flag -> used.contains(flag.run()))
            .collect(
                Collectors.groupingBy(
                    Flag::gate,
                    () -> new EnumMap<>(Flag.Gate.class),
                    Collectors.mapping(Flag::run, Collectors.toSet())));
    long runs = byGate.values().stream().flatMap(Set::stream).distinct().count();
    if (runs == 0) {
      return Optional.empty();
    }
    String gates =
        byGate.entrySet().stream()
            .map(gate -> Words.of(gate.getKey()) + " " + gate.getValue().size())
            .collect(Collectors.joining(", "));
    return Optional.of(
        "%d of the runs used %s flagged (%s): `runs --flags` says why, and fit.leaveOut leaves runs out by name."
            .formatted(runs, runs == 1 ? "is" : "are", gates));
  }

  /** How far the prediction reached, and what share of the further fall it got. */
  private static void reach(
      List<Observation> fit, Extrapolation extrapolation, List<String> notes) {
    Extrapolation.Point point = largest(extrapolation);
    double most = fit.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    double best = fit.stream().mapToDouble(Observation::loss).min().orElseThrow();
    notes.add(
        "The run has %s times the compute of any that was fitted. The lowest loss fitted is %s%s"
            .formatted(
                Quantity.significant(point.measured().at().flops() / most, 2),
                Quantity.within(best, 0.01),
                further(best, point)));
    notes.add(
        "The interval supposes that the law’s form holds that far; the error of a wrong form is in"
            + " no interval.");
    if (point.measured().standardError() > 0) {
      notes.add(
          "The ± of a measured loss comes from sampling the held-out text, which all runs share: it"
              + " says nothing of whether a loss lies inside its interval.");
    }
    notes.add(
        "For comparison: a plain power law in compute, through the best of the same runs, errs by %s%s."
            .formatted(
                Quantity.percent(extrapolation.baselineMeanAbsoluteRelativeError()),
                extrapolation.points().size() > 1 ? " on average" : ""));
    if (extrapolation.points().size() > 1) {
      notes.add(
          "Over all %d held-out losses the mean error is %s, and %d of these losses %s."
              .formatted(
                  extrapolation.points().size(),
                  Quantity.percent(extrapolation.meanAbsoluteRelativeError()),
                  covered(extrapolation),
                  covered(extrapolation) == 1
                      ? "is inside its interval"
                      : "are inside their intervals"));
    }
  }

  /** How much of the fall below the lowest loss fitted the law got. */
  private static String further(double best, Extrapolation.Point point) {
    double fall = best - point.measured().loss();
    double foretold = best - point.predicted();
    if (!(fall > 0)) {
      return ", which the run does not reach.";
    }
    String measured = Quantity.within(fall, 0.01);
    return foretold < 0
        ? "; the run fell below it by %s nats, where the law foretold %s above it."
            .formatted(measured, Quantity.within(-foretold, 0.01))
        : "; of the further fall of %s nats the law foretold %s."
            .formatted(measured, Quantity.within(foretold, 0.01));
  }

  private static String identification(FittedLaw fitted) {
    String agreed = "%d of %d starts of the fit agreed".formatted(fitted.agreed(), fitted.starts());
    return switch (fitted.outcome()) {
      case CONVERGED -> "The fit converged: " + agreed + ".";
      case BOUND_HIT -> "The fit ended on a bound (" + agreed + "). " + fitted.sentence();
      case NOT_IDENTIFIED ->
          "The runs do not determine the law’s parameters (" + agreed + "). " + fitted.sentence();
      case FAILED -> "The fit failed. " + fitted.sentence();
    };
  }
}
