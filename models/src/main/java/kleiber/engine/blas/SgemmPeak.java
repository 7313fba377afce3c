package kleiber.engine.blas;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;

/**
 * What this machine multiplies at most: a large single-precision matrix product in every one of so
 * many threads, each by OpenBLAS with one thread of its own, as the CPU engine works. It is what
 * shares of peak are shares of.
 */
public final class SgemmPeak {
  private static final int SIZE = 1536;
  private static final int PRODUCTS = 5;

  private SgemmPeak() {}

  /** FLOP/s of all threads together: the sum of each one's median over a few products. */
  public static double flopsPerSecond(int threads) {
    Blas.useOneThread();
    double[] rates = new double[threads];
    CyclicBarrier together = new CyclicBarrier(threads);
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      int worker = i;
      workers[i] = Thread.ofPlatform().start(() -> rates[worker] = rate(together));
    }
    for (Thread worker : workers) {
      join(worker);
    }
    return Arrays.stream(rates).sum();
  }

  private static double rate(CyclicBarrier together) {
    Blas.Matrix a = matrix();
    Blas.Matrix b = matrix();
    Blas.Matrix c = matrix();
    double[] seconds = new double[PRODUCTS];
    try {
      for (int i = 0; i < PRODUCTS; i++) {
        together.await();
        long start = System.nanoTime();
        Blas.multiply(SIZE, SIZE, SIZE, 1, a, b, 0, c);
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    } catch (Exception e) {
      throw new IllegalStateException("the peak could not be measured", e);
    }
    Arrays.sort(seconds);
    return 2.0 * SIZE * SIZE * SIZE / seconds[PRODUCTS / 2];
  }

  private static Blas.Matrix matrix() {
    float[] values = new float[SIZE * SIZE];
    Arrays.fill(values, 0.5f);
    return new Blas.Matrix(values, 0, SIZE);
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the peak was measured", e);
    }
  }
}
