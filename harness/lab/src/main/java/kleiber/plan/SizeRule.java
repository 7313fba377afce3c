package kleiber.plan;

import java.util.List;
import java.util.Map;

/**
 * Which models a grid is designed of. One record for each rule, in this package; the package is the
 * registry.
 */
public interface SizeRule {
  /**
   * Settings of models, the smallest first, each to be laid over {@code base.model}; more than any
   * budget pays for.
   */
  List<Map<String, Integer>> models();
}
