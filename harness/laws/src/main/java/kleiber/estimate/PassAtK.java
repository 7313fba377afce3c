package kleiber.estimate;

/**
 * Repeated sampling of one task: the chance that at least one of k samples is right, from c right
 * ones of n. 1 − C(n − c, k) / C(n, k) is unbiased where 1 − (1 − c/n)^k is not.
 *
 * <p>Chen et al. 2021, <i>Evaluating Large Language Models Trained on Code</i> (arXiv:2107.03374),
 * eq. 1.
 *
 * @param samples n
 * @param right c
 */
public record PassAtK(int samples, int right) {
  public PassAtK {
    if (samples < 1 || right < 0 || right > samples) {
      throw new IllegalArgumentException(
          right
              + " right of "
              + samples
              + " samples makes no sense: between none and all of at least one.");
    }
  }

  /**
   * @param k at most n
   */
  public double at(int k) {
    if (k < 1 || k > samples) {
      throw new IllegalArgumentException(
          "pass@" + k + " cannot be told from " + samples + " samples; k is between 1 and those.");
    }
    double allWrong = 1;
    for (int i = 0; i < k; i++) {
      allWrong *= Math.max(0, samples - right - i) / (double) (samples - i);
    }
    return 1 - allWrong;
  }
}
