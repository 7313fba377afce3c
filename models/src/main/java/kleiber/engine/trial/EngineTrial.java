package kleiber.engine.trial;

import java.util.Map;
import kleiber.engine.Engine;

/** Something that every engine must compute alike, from numbers drawn from a seed. */
sealed interface EngineTrial permits Trial, OptimizerTrial {
  /** What came out, by name. */
  record Result(Map<String, double[]> numbers) {}

  /** What it is about, such as {@code cross entropy}. */
  String title();

  Result run(Engine engine);

  /** The worst of what an engine gave, beside what it should have given. */
  Deviation compare(Result wanted, Result got);

  /** How long an engine takes for it, warm, in seconds. */
  double seconds(Engine engine);
}
