package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be used is refused with a sentence that says why, or set aside by name. */
class BadInputTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Law law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));
  private final List<Observation> rows = MadeLosses.grid(law, TRUTH, 3e-3, new Random(3));

  private static void refuses(Executable call, String... words) {
    String sentence = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(sentence.contains(word), () -> "\"" + sentence + "\" does not say " + word);
    }
  }

  private static Observation row(String run, String heldOut, Scale at, double loss) {
    return new Observation(run, run, heldOut, 40, at, null, loss, Double.NaN);
  }

  private List<Observation> with(Observation another) {
    List<Observation> all = new ArrayList<>(rows);
    all.add(another);
    return all;
  }

  @Test
  void nothingToFit() {
    refuses(() -> fitter.fit(law, List.of()), "no observations");
    refuses(() -> Split.byFlops(List.of(), 1e15), "no observations");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
  void lossesAndScalesThatAreNone(double value) {
    Scale at = Scale.of(1e5, 1e7);
    refuses(() -> fitter.fit(law, with(row("sick", "made", at, value))), "sick", "40", "loss");
    Scale noParams = new Scale(value, 1e7, 1e12, Map.of());
    refuses(() -> fitter.fit(law, with(row("odd", "made", noParams, 3))), "odd", "N (params)");
    Scale noTokens = new Scale(1e5, value, 1e12, Map.of());
    refuses(() -> fitter.fit(law, with(row("odd", "made", noTokens, 3))), "odd", "D (tokens)");
    Scale noFlops = new Scale(1e5, 1e7, value, Map.of());
    refuses(() -> fitter.fit(law, with(row("odd", "made", noFlops, 3))), "odd", "C (flops)");
  }

  @Test
  void standardErrorsThatAreMissing() {
    refuses(
        () -> new LawFitter(new WeightedLeastSquares()).fit(law, rows), "run-0", "standard error");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void aQuantileThatIsNone(double quantile) {
    refuses(() -> new AsymmetricHuber(1e-3, quantile), "quantile", "(0, 1)");
  }

  /** One run measured again and again is one scale, and says so; fits stay finite. */
  @Test
  void onePointRepeated() {
    List<Observation> same = Collections.nCopies(12, rows.get(0));
    FittedLaw fitted = fitter.fit(law, same);
    assertEquals(Outcome.NOT_IDENTIFIED, fitted.outcome());
    assertTrue(fitted.sentence().contains("1 distinct scale "), fitted.sentence());
    assertEquals(rows.get(0).loss(), fitted.loss(rows.get(0).at()), 1e-6);
  }

  @Test
  void lossesOfTwoHeldOutSets() {
    refuses(
        () -> fitter.fit(law, with(row("other", "news", Scale.of(1e5, 1e7), 3))), "made", "news");
  }

  @Test
  void splitsWithAnEmptySide() {
    String lowest = "3.600e+11";
    String highest = "4.608e+13";
    refuses(() -> Split.byFlops(rows, 1e20), "to predict", lowest, highest);
    refuses(() -> Split.byFlops(rows, 1), "to fit", lowest, highest);
  }

  @Test
  void aHeldOutRunIsHeldOutWithAllItsRows() {
    Observation early = row("large", "made", Scale.of(1e5, 1e6), 4);
    Observation late = row("large", "made", Scale.of(1e5, 1e10), 3);
    List<Observation> all = with(early);
    all.add(late);
    Split split = Split.byFlops(all, 1e14);
    assertEquals(List.of(early, late), split.heldOut());
    assertEquals(rows, split.fit());
  }

  @Test
  void intervalsWithoutMeasurableNoise() {
    List<Observation> five = rows.subList(0, 5);
    refuses(
        () -> new Bootstrap(fitter, 100, 1).run(fitter.fit(law, five), five),
        "5 observations",
        "6 observations");
    refuses(() -> new Bootstrap(fitter, 5, 1), "5 draws");
    BootstrappedLaw bootstrapped = new Bootstrap(fitter, 20, 1).run(fitter.fit(law, rows), rows);
    refuses(() -> bootstrapped.parameter(0, 90), "90.0", "(0, 1)");
    refuses(
        () -> Extrapolation.of(bootstrapped.fitted(), bootstrapped, List.of(), 0.9),
        "no observations");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1e-3, Double.NaN, Double.POSITIVE_INFINITY})
  void aDeltaThatIsNone(double delta) {
    refuses(() -> new Huber(delta), "delta", "1e-3");
  }
}
