package kleiber.report;

import java.util.List;
import java.util.stream.IntStream;
import kleiber.observe.Quantity;

/**
 * The model sizes of an experiment and their marks.
 *
 * @param params N under the convention shown, ascending, without repeats
 */
record Sizes(List<Long> params) {
  private static final int LEGEND_ENTRIES = 10;

  Mark mark(double size) {
    int index = params.indexOf((long) size);
    if (index < 0) {
      throw new IllegalArgumentException("no run has " + size + " parameters");
    }
    return Mark.size(index, params.size());
  }

  /** Adds an entry per size to a legend, or an even choice of them when there are many. */
  void explain(Legend legend) {
    legend.heading("Parameters N");
    int shown = Math.min(params.size(), LEGEND_ENTRIES);
    IntStream.range(0, shown)
        .map(i -> shown == 1 ? 0 : (int) Math.round((double) i * (params.size() - 1) / (shown - 1)))
        .forEach(
            index ->
                legend.line(
                    Mark.size(index, params.size()).wide(3), Quantity.count(params.get(index))));
  }
}
