package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.estimate.Estimate;
import kleiber.experiment.LossPair;
import kleiber.experiment.LossToLoss;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Parameter;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Quantity;
import kleiber.study.StudyFigure.Axis;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;
import kleiber.study.StudyTable.Cell;

/**
 * The loss on one text from the loss on another by a shifted power law (Brandfonbrener et al. 2024,
 * arXiv:2411.12925), fitted to small runs and checked at the large. All four parameters are fitted
 * to the pairs, where the paper takes both floors from laws of compute.
 */
public final class LossToLossStudy implements Study<LossToLoss> {
  private static final int KAPPA = 2;
  private static final int POINTS = 60;
  private static final double ROUNDING = 1e-6;

  @Override
  public Class<LossToLoss> plan() {
    return LossToLoss.class;
  }

  @Override
  public String title() {
    return "Loss from loss";
  }

  @Override
  public void write(LossToLoss plan, Analysis analysis, StudyDraft draft) {
    plan.pairs()
        .forEach(
            (name, pair) ->
                draft.note(
                    "%s is %s from %s, %s."
                        .formatted(
                            name,
                            pair.to().words(),
                            pair.from().words(),
                            pair.ofSameRuns()
                                ? "of the same run"
                                : "of runs alike in N, D and seed, each at its best rate")));
    draft.note(
        "The law is LossFromLoss, with the floor of the known losses at least 5 % below the lowest"
            + " of them. κ is the ratio of the exponents with which the two losses fall towards"
            + " their floors as compute grows: at 1 the two excesses are proportional. The floors"
            + " are fitted with it, to the same pairs, and trade off against it.");
    List<String> names = List.copyOf(plan.pairs().keySet());
    for (String name : names) {
      LossToLoss.Pair pair = plan.pairs().get(name);
      try {
        write(name, pair, TranslatedLoss.of(pair, analysis), names.indexOf(name), draft);
      } catch (IllegalArgumentException e) {
        draft.sentence(Wording.because("%s: it cannot be said".formatted(name), e.getMessage()));
      }
    }
  }

  private static void write(
      String name, LossToLoss.Pair pair, TranslatedLoss losses, int index, StudyDraft draft) {
    draft.sentence(
        "%s: %s".formatted(name, Answer.of(losses.foretelling(), losses.unitTo()).headline()));
    losses.foretelling().usable().ifPresent(law -> kappa(name, law, losses, draft));
    losses.foretelling().extrapolation().ifPresent(its -> errors(name, losses, its, draft));
    draft.note(noise(name, pair, losses));
    draft.table(table(name, pair, losses)).figure(figure(name, pair, losses, index));
  }

  private static void kappa(String name, FittedLaw law, TranslatedLoss losses, StudyDraft draft) {
    BootstrappedLaw spread = losses.foretelling().bootstrapped().orElse(null);
    if (spread == null) {
      draft.sentence("%s: there are too few pairs for an interval of κ.".formatted(name));
      return;
    }
    for (int i = 0; i < law.theta().length; i++) {
      Parameter parameter = law.law().parameters().get(i);
      draft.number(
          "%s: %s".formatted(name, parameter.name()),
          new Estimate(law.theta()[i], spread.parameter(i, losses.foretelling().confidence())),
          parameter.unit());
    }
    Interval interval = spread.parameter(KAPPA, losses.foretelling().confidence());
    Parameter kappa = law.law().parameters().get(KAPPA);
    double value = law.theta()[KAPPA];
    boolean onBound = same(value, kappa.low()) || same(value, kappa.high());
    draft.sentence(
        "%s: κ is %s: %s%s"
            .formatted(
                name,
                Wording.number(new Estimate(value, interval)),
                onBound
                    ? "it lies on a bound of its range, so it is not known"
                    : verdict(interval, law.outcome()),
                law.outcome() == Outcome.CONVERGED ? "." : ". " + law.sentence()));
  }

  private static boolean same(double value, double bound) {
    return Math.abs(Math.log(value / bound)) < ROUNDING;
  }

  private static String verdict(Interval kappa, Outcome outcome) {
    if (kappa.holds(1)) {
      return "the interval holds 1, so whether one loss nears its floor faster than the other is"
          + " not known";
    }
    if (outcome != Outcome.CONVERGED) {
      return "the interval does not hold 1, as far as the floors beside it can be trusted";
    }
    return kappa.low() > 1
        ? "above 1, so the loss foretold nears its floor with the larger exponent"
        : "below 1, so the loss foretold nears its floor with the smaller exponent";
  }

  private static void errors(
      String name, TranslatedLoss losses, Extrapolation extrapolation, StudyDraft draft) {
    Extrapolation.Point largest = Answer.largest(extrapolation);
    double ratio = losses.error(pair -> losses.ratio() * pair.from().loss());
    draft
        .number(
            name + ": loss foretold",
            new Estimate(largest.predicted(), largest.interval()),
            losses.unitTo())
        .number(name + ": loss measured", largest.measured().loss(), losses.unitTo())
        .number(
            name + ": mean error of the pairs held out",
            extrapolation.meanAbsoluteRelativeError(),
            "share")
        .number(name + ": the same of a constant ratio", ratio, "share")
        .number(
            name + ": the same of a power law in compute",
            extrapolation.baselineMeanAbsoluteRelativeError(),
            "share")
        .sentence(
            "%s: over %s held out the mean error is %s; that of a constant ratio of the two losses is %s, and that of a plain power law in compute, which reads no other loss, %s."
                .formatted(
                    name,
                    Wording.count(losses.heldOut().size(), "pair"),
                    Quantity.percent(extrapolation.meanAbsoluteRelativeError()),
                    Quantity.percent(ratio),
                    Quantity.percent(extrapolation.baselineMeanAbsoluteRelativeError())));
  }

  /** The law takes for exact what is measured too. */
  private static String noise(String name, LossToLoss.Pair pair, TranslatedLoss losses) {
    String known =
        losses.seeds().isKnown()
            ? "from seed to seed it scatters by %s, which is %s of its variance among the pairs fitted, and the curve is flatter by about so much"
                .formatted(
                    Quantity.percent(losses.seeds().deviation()),
                    Quantity.percent(losses.shareOfSeeds()))
            : "no pairs that are fitted differ in the seed alone, so how much flatter that makes"
                + " the curve is not known";
    return "%s: the law takes the loss on “%s” as exact. Its noise is in the residuals, and so in every interval, but pulls the curve towards a level line: %s.%s"
        .formatted(
            name,
            pair.from().heldOut(),
            known,
            pair.ofSameRuns()
                ? " Both losses are of one run, and noise that moves both along the curve does no"
                    + " harm."
                : "");
  }

  private static StudyTable table(String name, LossToLoss.Pair pair, TranslatedLoss losses) {
    StudyTable table =
        StudyTable.of(
            "Pairs of " + name,
            "N",
            "D",
            "FLOPs",
            "Loss on “%s”".formatted(pair.from().heldOut()),
            "Loss on “%s”".formatted(pair.to().heldOut()),
            "By the law",
            "Error",
            "Side");
    boolean law = losses.foretelling().usable().isPresent();
    List<LossPair> all = new ArrayList<>(losses.fitted());
    all.addAll(losses.heldOut());
    for (LossPair its : all) {
      double foretold = law ? losses.loss(its.from().loss()) : Double.NaN;
      double error = foretold / its.to().loss() - 1;
      table =
          table.row(
              count(its.to().at().params()),
              count(its.to().at().tokens()),
              count(its.to().at().flops()),
              loss(its.from().loss()),
              loss(its.to().loss()),
              loss(foretold),
              Cell.of(Quantity.percent(error), error),
              Cell.of(losses.heldOut().contains(its) ? "held out" : "fitted"));
    }
    return table;
  }

  private static Cell count(double value) {
    return Cell.of(Quantity.count(value), value);
  }

  private static Cell loss(double value) {
    return Cell.of(Quantity.within(value, 0.001), value);
  }

  private static StudyFigure figure(
      String name, LossToLoss.Pair pair, TranslatedLoss losses, int index) {
    List<Series> series = new ArrayList<>();
    if (losses.foretelling().usable().isPresent()) {
      series.add(new Series("law", Style.LINE, -1, curve(losses)));
    }
    series.add(new Series("fitted", Style.DOTS, 0, points(losses.fitted())));
    series.add(new Series("held out", Style.DOTS, 1, points(losses.heldOut())));
    losses
        .foretelling()
        .extrapolation()
        .ifPresent(
            its -> series.add(new Series("foretold", Style.RINGS, 1, foretold(losses, its))));
    return new StudyFigure(
        "loss-to-loss-" + (char) ('a' + index),
        "Loss from loss, " + name,
        new Axis("Loss on %s, %s".formatted(pair.from().heldOut(), losses.unitFrom()), false),
        new Axis("Loss on %s, %s".formatted(pair.to().heldOut(), losses.unitTo()), false),
        series,
        "Every dot is a pair of last losses; rings are what the law, fitted to the small runs, says"
            + " of those held out.");
  }

  private static List<Point> points(List<LossPair> pairs) {
    return pairs.stream().map(its -> Point.of(its.from().loss(), its.to().loss())).toList();
  }

  private static List<Point> curve(TranslatedLoss losses) {
    List<LossPair> all = new ArrayList<>(losses.fitted());
    all.addAll(losses.heldOut());
    double low = all.stream().mapToDouble(its -> its.from().loss()).min().orElseThrow();
    double high = all.stream().mapToDouble(its -> its.from().loss()).max().orElseThrow();
    return IntStream.range(0, POINTS)
        .mapToDouble(i -> low + (high - low) * i / (POINTS - 1))
        .mapToObj(known -> Point.of(known, losses.loss(known)))
        .toList();
  }

  private static List<Point> foretold(TranslatedLoss losses, Extrapolation extrapolation) {
    return IntStream.range(0, losses.heldOut().size())
        .mapToObj(
            i -> {
              Extrapolation.Point its = extrapolation.points().get(i);
              return new Point(
                  losses.heldOut().get(i).from().loss(),
                  its.predicted(),
                  its.interval().low(),
                  its.interval().high());
            })
        .toList();
  }
}
