package kleiber.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.Estimate;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.NestedHyperparameterLaw;
import kleiber.estimate.RateLine;
import kleiber.estimate.Trial;
import kleiber.estimate.Vertex;
import kleiber.experiment.Words;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.train.Cosine;

/**
 * Where the best peak of a cosine goes when it falls to one rate for all peaks instead of to a
 * share of each: Li et al. 2025 (arXiv:2503.04715) fix the floor, since a share of a high peak ends
 * too high. Reads the runs that differ in peak, final fraction and seed alone.
 */
record FloorComparison(Analysis analysis, double confidence) {
  /** Rates that are written as shares of others differ by rounding. */
  private static final double ROUNDING = 1e-6;

  void write(List<FinalLoss> runs, StudyDraft draft) {
    List<FinalLoss> cosines =
        runs.stream().filter(run -> run.run().spec().schedule() instanceof Cosine).toList();
    for (List<FinalLoss> cell :
        FinalLoss.cells(cosines, "optimizer.learningRate", "schedule.finalFraction", "seed")) {
      Map<Double, Long> fractions =
          cell.stream()
              .filter(run -> !run.run().probe())
              .collect(Collectors.groupingBy(FloorComparison::fraction, Collectors.counting()));
      Optional<FinalLoss> probe =
          cell.stream()
              .filter(run -> run.run().probe() && !fractions.containsKey(fraction(run)))
              .findFirst();
      if (probe.isPresent() && fractions.size() == 1) {
        double share = fractions.keySet().iterator().next();
        double floor = fraction(probe.get()) * probe.get().learningRate();
        compare(
            cell.stream().filter(run -> fraction(run) == share).toList(),
            cell.stream()
                .filter(run -> Math.abs(fraction(run) * run.learningRate() / floor - 1) < ROUNDING)
                .toList(),
            share,
            floor,
            draft);
      }
    }
  }

  private static double fraction(FinalLoss run) {
    return ((Cosine) run.run().spec().schedule()).finalFraction();
  }

  private void compare(
      List<FinalLoss> toShare,
      List<FinalLoss> toFloor,
      double share,
      double floor,
      StudyDraft draft) {
    String cell =
        "N = %s, D = %s, batch %s tokens"
            .formatted(
                Quantity.count(toShare.getFirst().params()),
                Quantity.count(toShare.getFirst().tokens()),
                Quantity.count(toShare.getFirst().batch()));
    if (rates(toShare) < 3 || rates(toFloor) < 3) {
      draft.note(
          "The floors of the cosine are not compared at %s: three rates of each are needed, %d and %d are done."
              .formatted(cell, rates(toShare), rates(toFloor)));
      return;
    }
    RunNoise noise =
        RunNoise.of(
            analysis, Stream.concat(toShare.stream(), toFloor.stream()).distinct().toList());
    RateLine a = line(toShare, noise);
    RateLine b = line(toFloor, noise);
    if (a.vertex() != Vertex.INSIDE || b.vertex() != Vertex.INSIDE) {
      draft.sentence(
          "The best peak under a cosine to %s of it and under one to a floor of %s cannot be compared at %s: the one has its vertex %s, the other %s."
              .formatted(
                  Quantity.percent(share),
                  Quantity.significant(floor, 3),
                  cell,
                  Words.of(a.vertex()),
                  Words.of(b.vertex())));
      return;
    }
    Estimate factor = b.minimum().minus(a.minimum()).exp();
    draft
        .number("best peak to a fixed floor over that to a share", factor, "factor")
        .number(
            "loss at the best peak to a fixed floor less that to a share",
            b.floor() - a.floor(),
            "nats per token")
        .sentence(
            "A cosine that falls to a floor of %s for every peak has its best peak at %s of that of one that falls to %s of its peak (%s), and ends %s nats from it at the best of each: %s."
                .formatted(
                    Quantity.significant(floor, 3),
                    Intervals.text(factor),
                    Quantity.percent(share),
                    cell,
                    Quantity.within(b.floor() - a.floor(), 0.001),
                    factor.interval().holds(1)
                        ? "no difference that the noise leaves"
                        : "the floor moves the best peak"));
  }

  private static long rates(List<FinalLoss> runs) {
    return runs.stream().mapToDouble(FinalLoss::learningRate).distinct().count();
  }

  private RateLine line(List<FinalLoss> runs, RunNoise noise) {
    List<Trial> trials =
        runs.stream().map(run -> new Trial(run.learningRate(), run.batch(), run.loss())).toList();
    HyperparameterLaw.Cell cell =
        new HyperparameterLaw.Cell(runs.getFirst().params(), runs.getFirst().tokens(), trials);
    return RateLine.of(
            cell,
            NestedHyperparameterLaw.WINDOW,
            noise.of(runs.getFirst().loss()),
            noise.degreesOfFreedom(),
            confidence)
        .getFirst();
  }
}
