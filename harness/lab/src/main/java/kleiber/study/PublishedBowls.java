package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import kleiber.estimate.Bowl;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.Vertex;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * Step Law's estimator as it is: a quadratic bowl for each cell, and the law through their optima.
 */
final class PublishedBowls {
  private static final double[] WINDOWS = {0.02, 0.05, 0.1};
  private static final long SEED = 1;

  private PublishedBowls() {}

  static void write(
      List<HyperparameterLaw.Cell> cells, int draws, double confidence, StudyDraft draft) {
    StudyTable table =
        StudyTable.of(
            "Quadratic bowls over ln(rate) and ln(batch), by the window above the lowest loss",
            "N",
            "D",
            "Runs",
            "Within 2 %",
            "Within 5 %",
            "Within 10 %",
            "Best rate, 10 %",
            "Best batch, 10 %");
    int[] convex = new int[WINDOWS.length];
    for (HyperparameterLaw.Cell cell : cells) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.of(Quantity.count(cell.params()), cell.params()));
      row.add(Cell.of(Quantity.count(cell.tokens()), cell.tokens()));
      row.add(Cell.of(Integer.toString(cell.trials().size()), cell.trials().size()));
      Bowl widest = null;
      for (int i = 0; i < WINDOWS.length; i++) {
        widest = Bowl.fit(cell.trials(), WINDOWS[i]);
        convex[i] += widest.vertex() == Vertex.INSIDE ? 1 : 0;
        row.add(Cell.of("%s, %d runs".formatted(Words.of(widest.vertex()), widest.runs())));
      }
      boolean inside = widest.vertex() == Vertex.INSIDE;
      row.add(inside ? BestRates.number(widest.learningRate()) : Cell.of("–"));
      row.add(inside ? BestRates.number(widest.batch()) : Cell.of("–"));
      table = table.row(row.toArray(Cell[]::new));
    }
    draft.table(table);
    String counts =
        "of %d cells, %d have an optimum inside within 2 %% of the lowest loss, %d within 5 %% and %d within 10 %%"
            .formatted(cells.size(), convex[0], convex[1], convex[2]);
    for (int i = 0; i < WINDOWS.length; i++) {
      draft.number(
          "cells with a bowl within %s".formatted(Quantity.percent(WINDOWS[i])),
          convex[i],
          "cells");
    }
    try {
      HyperparameterLaw law = HyperparameterLaw.fit(cells, draws, SEED, confidence);
      draft
          .number("bowls: exponent of N in the best rate", law.learningRateOfParams(), "")
          .number("bowls: exponent of D in the best rate", law.learningRateOfTokens(), "")
          .number("bowls: exponent of D in the best batch", law.batchOfTokens(), "")
          .sentence(
              "By Step Law’s estimator (a bowl for each cell, 2 %%): lr* ∝ N^%s D^%s, B* ∝ D^%s; Step Law itself has %s, %s and %s. Its bowls: %s."
                  .formatted(
                      Intervals.text(law.learningRateOfParams()),
                      Intervals.text(law.learningRateOfTokens()),
                      Intervals.text(law.batchOfTokens()),
                      HyperparameterLawStudy.PUBLISHED[0],
                      HyperparameterLawStudy.PUBLISHED[1],
                      HyperparameterLawStudy.PUBLISHED[2],
                      counts));
    } catch (IllegalArgumentException refusal) {
      draft.sentence(
          "Step Law’s estimator (a bowl for each cell, 2 %%) gives no law here (a negative result): %s."
              .formatted(counts));
    }
  }
}
