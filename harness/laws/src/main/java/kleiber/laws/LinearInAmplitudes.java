package kleiber.laws;

import java.util.List;

/**
 * A law that is linear in some of its parameters, its amplitudes, once the others are given: the
 * loss is the sum over amplitudes of the amplitude times its own entry of {@link Law#gradient}. A
 * fitter can then solve for the amplitudes and search the exponents alone (variable projection,
 * Golub and Pereyra 1973).
 */
public interface LinearInAmplitudes extends Law {
  /** Which of {@link Law#parameters} are amplitudes, as ascending indices. */
  int[] amplitudes();

  @Override
  default BoundLaw over(List<Scale> scales) {
    Scale[] at = scales.toArray(Scale[]::new);
    int[] amplitudes = amplitudes();
    return (row, theta, gradient) -> {
      gradient(at[row], theta, gradient);
      double loss = 0;
      for (int k : amplitudes) {
        loss += theta[k] * gradient[k];
      }
      return loss;
    };
  }
}
