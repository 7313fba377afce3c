package kleiber.laws;

import java.util.List;

/**
 * A law that knows where its own fit begins: a cheap estimate made from the rows themselves, which
 * a solver then improves. For laws whose optimum a blind search over their ranges would miss.
 */
public interface SelfStarting extends Law {
  /** Parameters to begin at, the most promising first; empty when the rows allow no estimate. */
  List<double[]> starts(List<Observation> rows);
}
