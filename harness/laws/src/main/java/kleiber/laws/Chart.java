package kleiber.laws;

import java.util.List;

/**
 * Other constants for the curves of a law, suited to some scales: such that a change of one is not
 * made up for by the others. One to one with the law's own.
 */
public interface Chart {
  /** The constants, with the ranges that they are looked for in. */
  List<Parameter> constants();

  /** The constants that give the curve of a law's own parameters. */
  double[] of(double[] theta);

  /** The law's own parameters. */
  double[] theta(double[] constants);

  /** The law over the scales, by these constants. */
  BoundLaw law();
}
