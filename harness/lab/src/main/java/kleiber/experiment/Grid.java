package kleiber.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cells of a grid: the union of its blocks, each the product of its axes. */
final class Grid {
  private static final int MOST_CELLS = 100_000;

  /**
   * A base with the values of one cell.
   *
   * @param label the values that tell it from the others
   * @param block of a grid that has this cell alone
   */
  record Point(Node.Mapping settings, String label, Node.Mapping block) {
    Point with(String axis, Mark place, Node value) {
      String separator = label.isEmpty() ? "" : ", ";
      return new Point(
          Trees.set(settings, axis, new Node.Entry(place, value)),
          label + separator + axis + "=" + YamlWriter.line(value),
          block.with(axis, new Node.Entry(place, new Node.Sequence(List.of(value), place))));
    }
  }

  private Grid() {}

  /**
   * Every cell, in the order of the file, the first axis varying slowest.
   *
   * @throws UserException when there is none, or an axis has no values
   */
  static List<Point> points(Node.Mapping base, Node grid) {
    if (!(grid instanceof Node.Sequence blocks)) {
      throw grid.mark()
          .error("grid: expected a list of blocks of axes, was given " + grid.describe());
    }
    if (blocks.items().isEmpty()) {
      throw grid.mark().error("grid is empty: give at least one block, such as - {seed: [1]}");
    }
    List<Point> points = new ArrayList<>();
    for (Node block : blocks.items()) {
      points.addAll(block(base, block));
      refuseTooMany(points.size(), block.mark());
    }
    return points;
  }

  private static List<Point> block(Node.Mapping base, Node block) {
    if (!(block instanceof Node.Mapping axes)) {
      throw block
          .mark()
          .error("grid: expected a block such as {seed: [1, 2]}, was given " + block.describe());
    }
    Node.Mapping none = new Node.Mapping(new LinkedHashMap<>(), axes.mark());
    List<Point> points = List.of(new Point(base, "", none));
    for (Map.Entry<String, Node.Entry> axis : axes.entries().entrySet()) {
      Node values = axis.getValue().value();
      if (!(values instanceof Node.Sequence list) || list.items().isEmpty()) {
        String expected = "expected a list with at least one value, was given ";
        throw values.mark().error("axis " + axis.getKey() + ": " + expected + values.describe());
      }
      refuseTooMany((long) points.size() * list.items().size(), axis.getValue().key());
      List<Point> product = new ArrayList<>();
      for (Point point : points) {
        for (Node value : list.items()) {
          product.add(point.with(axis.getKey(), axis.getValue().key(), value));
        }
      }
      points = product;
    }
    return points;
  }

  private static void refuseTooMany(long cells, Mark mark) {
    if (cells > MOST_CELLS) {
      throw mark.error("the grid has more than " + MOST_CELLS + " cells");
    }
  }
}
