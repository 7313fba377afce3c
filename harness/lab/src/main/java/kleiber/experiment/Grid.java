package kleiber.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cells of a grid: the union of its blocks, each the product of its axes. */
final class Grid {
  private static final int MOST_CELLS = 100_000;

  /** Axes below this key vary a setting of a rule, by the rule's index. */
  private static final String RULES = "rules";

  /**
   * A base and its rules with the values of one cell.
   *
   * @param rules as the file writes them; an empty list where it has none
   * @param label the values that tell it from the others
   * @param block of a grid that has this cell alone
   */
  record Point(Node.Mapping settings, Node rules, String label, Node.Mapping block) {
    Point with(String axis, Mark place, Node value) {
      String extended = label + (label.isEmpty() ? "" : ", ") + axis + "=" + YamlWriter.line(value);
      Node alone = new Node.Sequence(List.of(value), place);
      Node.Mapping chosen = block.with(axis, new Node.Entry(place, alone));
      return axis.startsWith(RULES + ".")
          ? new Point(settings, ruled(axis, place, value), extended, chosen)
          : new Point(
              Trees.set(settings, axis, new Node.Entry(place, value)), rules, extended, chosen);
    }

    private Node ruled(String axis, Mark place, Node value) {
      Node.Mapping file =
          new Node.Mapping(new LinkedHashMap<>(Map.of(RULES, new Node.Entry(place, rules))), place);
      return new FileChange(axis, value, place.toString()).applyTo(file).get(RULES).orElseThrow();
    }
  }

  private Grid() {}

  /**
   * Every cell, in the order of the file, the first axis varying slowest.
   *
   * @param section the key that the blocks stand at, {@code grid} or {@code probes}
   * @throws UserException when there is none, or an axis has no values
   */
  static List<Point> points(Node.Mapping base, Optional<Node> rules, Node grid, String section) {
    if (!(grid instanceof Node.Sequence blocks)) {
      throw grid.mark()
          .error(section + ": expected a list of blocks of axes, was given " + grid.describe());
    }
    if (blocks.items().isEmpty()) {
      throw grid.mark()
          .error(section + " is empty: give at least one block, such as - {seed: [1]}");
    }
    Node.Mapping none = new Node.Mapping(new LinkedHashMap<>(), grid.mark());
    Node written = rules.orElse(new Node.Sequence(List.of(), grid.mark()));
    Point origin = new Point(base, written, "", none);
    List<Point> points = new ArrayList<>();
    for (Node block : blocks.items()) {
      points.addAll(block(origin, block, section));
      refuseTooMany(points.size(), block.mark());
    }
    return points;
  }

  private static List<Point> block(Point origin, Node block, String section) {
    if (!(block instanceof Node.Mapping axes)) {
      throw block
          .mark()
          .error(
              section + ": expected a block such as {seed: [1, 2]}, was given " + block.describe());
    }
    List<Point> points = List.of(origin);
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
