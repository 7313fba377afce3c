package kleiber.engine.blas;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import kleiber.engine.blas.Blas.Matrix;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One core's matrix products at the shapes of a tile, m rows by k by n, in the three ways that a
 * linear map needs them; {@code gflops} is what they come to.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SgemmBenchmark {
  @Param({
    "512x64x192",
    "512x64x256",
    "512x256x64",
    "512x128x512",
    "512x256x1024",
    "1536x1536x1536"
  })
  public String shape;

  private int m;
  private int k;
  private int n;
  private float[] a;
  private float[] b;
  private float[] c;

  /** Billions of floating-point operations, as a rate beside the number of products. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    private double operations;

    public double gflops() {
      return operations / 1e9;
    }

    @Setup(Level.Iteration)
    public void reset() {
      operations = 0;
    }
  }

  @Setup
  public void fill() {
    Blas.useOneThread();
    String[] sizes = shape.split("x");
    m = Integer.parseInt(sizes[0]);
    k = Integer.parseInt(sizes[1]);
    n = Integer.parseInt(sizes[2]);
    a = ones(m * k);
    b = ones(k * n);
    c = ones(m * n);
  }

  private static float[] ones(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 1);
    return values;
  }

  /** y [m, n] = x [m, k] · w [k, n]. */
  @Benchmark
  public void output(Work work) {
    Blas.multiply(m, n, k, 1, new Matrix(a, 0, k), new Matrix(b, 0, n), 0, new Matrix(c, 0, n));
    count(work);
  }

  /** dx [m, k] = dy [m, n] · wᵀ. */
  @Benchmark
  public void inputGradient(Work work) {
    Matrix w = new Matrix(b, 0, n);
    Blas.multiply(m, k, n, 1, new Matrix(c, 0, n), w.transpose(), 0, new Matrix(a, 0, k));
    count(work);
  }

  /** dw [k, n] = xᵀ · dy [m, n]. */
  @Benchmark
  public void weightGradient(Work work) {
    Matrix x = new Matrix(a, 0, k);
    Blas.multiply(k, n, m, 1, x.transpose(), new Matrix(c, 0, n), 0, new Matrix(b, 0, n));
    count(work);
  }

  private void count(Work work) {
    work.operations += 2.0 * m * k * n;
  }
}
