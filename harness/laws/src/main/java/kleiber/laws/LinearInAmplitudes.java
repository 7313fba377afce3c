package kleiber.laws;

/**
 * A law that is linear in some of its parameters, its amplitudes, once the others are given: the
 * loss is the sum over amplitudes of the amplitude times its own entry of {@link Law#gradient}. A
 * fitter can then solve for the amplitudes and search the exponents alone (variable projection,
 * Golub and Pereyra 1973).
 */
public interface LinearInAmplitudes extends Law {
  /** Which of {@link Law#parameters} are amplitudes, as ascending indices. */
  int[] amplitudes();
}
