package kleiber.experiment;

import java.io.IOException;

/**
 * A rule between settings: one setting of every run follows from others. Applied to each cell of
 * the grid before its id is taken, so the id is that of the plain values. One record per rule, in
 * this package; the package is the registry. Rules may build on one another in any order.
 */
public interface Rule {
  /** The dotted path of the setting that this rule gives, which nothing else may give. */
  String sets();

  /** The value. */
  double value(Cell cell) throws IOException;
}
