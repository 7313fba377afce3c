package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** What a grid would tell: more noise tells less, more runs more, and shared noise less again. */
class ForecastTest {
  private static final Law LAW = new Chinchilla();

  private static Forecast forecast(Law fitted, List<Observation> rows, double noise) {
    return Forecast.of(
        new LawFitter(new LeastSquares()),
        fitted,
        LAW,
        MadeMenu.THETA,
        rows,
        List.of(MadeMenu.TARGET),
        noise,
        60,
        3);
  }

  private static List<Observation> grid(int sizes, int counts) {
    return MadeMenu.rows(MadeMenu.of(sizes, counts).runs());
  }

  @Test
  void errorsGrowWithNoiseAndShrinkWithRuns() {
    Forecast some = forecast(LAW, grid(4, 4), 0.002);
    Forecast noisy = forecast(LAW, grid(4, 4), 0.004);
    Forecast many = forecast(LAW, grid(6, 6), 0.002);
    assertEquals(2, noisy.deviation(0) / some.deviation(0), 0.5);
    assertTrue(many.deviation(0) < 0.7 * some.deviation(0), many.deviation(0) + " of many");
    assertTrue(many.halfWidth(0, 0.9) > Power.halfWidth(0.9) * 0.002, "a run has noise of its own");
    assertTrue(some.parameter(2, 0.9).holds(MadeMenu.THETA[2]), "alpha is about right");
    assertArrayEquals(some.errors()[7], forecast(LAW, grid(4, 4), 0.002).errors()[7]);
  }

  @Test
  void rowsThatShareTheirNoiseTellLess() {
    List<Observation> rows = grid(4, 4);
    List<Observation> shared =
        rows.stream()
            .map(
                row ->
                    new Observation(
                        row.run(),
                        "size-" + row.at().params(),
                        row.heldOut(),
                        1,
                        row.at(),
                        null,
                        1,
                        Double.NaN))
            .toList();
    assertTrue(forecast(LAW, shared, 0.004).deviation(0) > forecast(LAW, rows, 0.004).deviation(0));
  }

  @Test
  void aWrongFormIsBiased() {
    Forecast right = forecast(LAW, grid(4, 4), 0.001);
    Forecast wrong = forecast(new PowerLaw(), grid(4, 4), 0.001);
    assertTrue(Math.abs(wrong.bias(0)) > 5 * Math.abs(right.bias(0)), wrong.bias(0) + " wrong");
  }

  @Test
  void refusesTooFewDraws() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Forecast.of(
                new LawFitter(new LeastSquares()),
                LAW,
                LAW,
                MadeMenu.THETA,
                grid(4, 4),
                List.of(Scale.of(1e6, 1e7)),
                0.01,
                3,
                1));
  }
}
