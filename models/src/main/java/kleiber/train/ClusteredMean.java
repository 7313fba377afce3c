package kleiber.train;

import java.util.Arrays;

/**
 * A mean over tokens and its standard error when the tokens of a document are correlated: the ratio
 * estimator of cluster sampling (Cochran 1977, Sampling Techniques, eq. 11.30, without the finite
 * population correction). With K documents, document k having n_k tokens of summed loss S_k:
 *
 * <pre>
 * mean = Σ S_k / n,   n = Σ n_k
 * standard error = sqrt( K / (K − 1) · Σ (S_k − mean · n_k)² ) / n
 * </pre>
 *
 * @param standardError NaN when all tokens are of one document
 */
record ClusteredMean(double mean, double standardError) {
  /**
   * @param sums S_k
   * @param counts n_k, positive
   */
  static ClusteredMean of(double[] sums, long[] counts) {
    int documents = sums.length;
    long n = Arrays.stream(counts).sum();
    double mean = Arrays.stream(sums).sum() / n;
    if (documents < 2) {
      return new ClusteredMean(mean, Double.NaN);
    }
    double squares = 0;
    for (int k = 0; k < documents; k++) {
      double residual = sums[k] - mean * counts[k];
      squares += residual * residual;
    }
    return new ClusteredMean(mean, Math.sqrt(documents / (documents - 1.0) * squares) / n);
  }
}
