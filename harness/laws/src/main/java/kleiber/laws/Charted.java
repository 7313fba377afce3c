package kleiber.laws;

import java.util.List;

/**
 * A law whose own parameters trade off along a curved valley, which a solver would creep along step
 * by step: it is fitted by constants that hardly do, and told by its own.
 */
public interface Charted extends Typical {
  /** Constants suited to some scales. */
  Chart chart(List<Scale> scales);
}
