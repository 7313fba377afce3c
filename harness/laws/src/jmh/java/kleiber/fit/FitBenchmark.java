package kleiber.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One fit of Chinchilla's law to 240 points from a global search, and 4,000 bootstrap refits: what
 * Besiroglu et al. 2024 did from 4,500 starts of L-BFGS. Points drawn over the scales of theirs,
 * with the noise of theirs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class FitBenchmark {
  private static final double[] TRUTH = {1.8172, 482.01, 0.3478, 2085.43, 0.3658};
  private static final int POINTS = 240;
  private static final int DRAWS = 4000;
  private static final double NOISE = 0.01;

  private final Chinchilla law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));
  private final List<Observation> rows = points();
  private final FittedLaw fitted = fitter.fit(law, rows);

  private List<Observation> points() {
    Random random = new Random(2024);
    List<Observation> points = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      double params = 4e7 * Math.pow(1.6e10 / 4e7, random.nextDouble());
      double tokens = 1e9 * Math.pow(3e11 / 1e9, random.nextDouble());
      Scale at = Scale.of(params, tokens);
      double loss = law.loss(at, TRUTH) * Math.exp(NOISE * random.nextGaussian());
      String run = "point-" + i;
      points.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
    }
    return points;
  }

  /** One fit from a global search, with its verdict. */
  @Benchmark
  public FittedLaw fit() {
    return fitter.fit(law, rows);
  }

  /** The bootstrap, on as many threads as there are processors. */
  @Benchmark
  public BootstrappedLaw bootstrap() {
    return new Bootstrap(fitter, DRAWS, 1).run(fitted, rows);
  }
}
