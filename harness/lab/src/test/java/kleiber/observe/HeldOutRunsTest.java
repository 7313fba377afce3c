package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import kleiber.fit.Interval;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** Why intervals held fewer losses than they promise. */
class HeldOutRunsTest {
  private static Optional<String> shortfall(IntToDoubleFunction lossByIndex) {
    List<HeldOutRuns.Point> points =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    new HeldOutRuns.Point(
                        new Observation(
                            "run-" + i,
                            "run-" + i,
                            null,
                            0,
                            Scale.of(1e9, 1e10),
                            null,
                            lossByIndex.applyAsDouble(i),
                            Double.NaN),
                        3,
                        Optional.of(new Interval(2.99, 3.01, 0.9))))
            .toList();
    return new HeldOutRuns(ScaleAxis.FLOPS, 1e20, null, 0.002, points).shortfall(0.9);
  }

  @Test
  void saysWhetherTheLawErrsOrTheLossesScatter() {
    assertEquals(Optional.empty(), shortfall(i -> 3));
    assertEquals(Optional.empty(), shortfall(i -> i < 3 ? 3.1 : 3), "chance");
    String above = shortfall(i -> 3.06).orElseThrow();
    assertTrue(above.contains("2 % above what the law foretold"), above);
    String scatter = shortfall(i -> i % 2 == 0 ? 3.06 : 2.94).orElseThrow();
    assertTrue(scatter.contains("errs to neither side, but by 2 % here and by 0.2 %"), scatter);
  }
}
