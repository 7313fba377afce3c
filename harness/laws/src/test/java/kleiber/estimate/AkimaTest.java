package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AkimaTest {
  /** Values of SciPy's Akima1DInterpolator at the same points. */
  @Test
  void agreesWithAnotherImplementation() {
    double[] x = {0, 1, 2.5, 3, 4.5, 6};
    double[] y = {3.1, 2.4, 2.2, 2.25, 2.6, 2.5};
    Akima akima = new Akima(x, y);
    double[] at = {0.3, 1.7, 2.8, 3.3, 5.2, 5.9};
    int[] piece = {0, 1, 2, 3, 4, 4};
    double[] expected = {
      2.82306250000000,
      2.24084938271605,
      2.22366666666667,
      2.31003076923077,
      2.62082051282051,
      2.52102564102564
    };
    for (int i = 0; i < at.length; i++) {
      assertEquals(expected[i], akima.at(piece[i], at[i]), 1e-12);
    }
  }

  @Test
  void passesThroughItsPointsAndKeepsStraightLinesStraight() {
    double[] x = {0, 1, 3, 4};
    double[] y = {1, 3, 7, 9};
    Akima akima = new Akima(x, y);
    for (int i = 0; i < 3; i++) {
      assertEquals(y[i], akima.at(i, x[i]), 1e-12);
      assertEquals(y[i + 1], akima.at(i, x[i + 1]), 1e-12);
      double middle = (x[i] + x[i + 1]) / 2;
      assertEquals(1 + 2 * middle, akima.at(i, middle), 1e-12);
    }
  }
}
