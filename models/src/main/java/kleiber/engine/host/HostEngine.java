package kleiber.engine.host;

import java.util.List;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.blas.Blas;

/**
 * The engine for CPUs: fused loops over heap arrays by the Vector API, the larger matrix products
 * by oneDNN or OpenBLAS. A batch is cut into tiles that depend on its shape alone, so results are
 * equal, bit for bit, for any number of threads and for a member alone or in a cohort. A whole pass
 * takes each tile forward and backward through all kernels before the next, in buffers that stay in
 * cache and are as many as there are threads: no activation is kept for the whole batch.
 *
 * <p>To name its numerics and to bind programs, Java must be started with {@link #JAVA_OPTIONS}.
 */
public final class HostEngine implements Engine {
  private static final String VECTORS = "jdk.incubator.vector";

  /** What a Java that is to run this engine must be started with. */
  public static final List<String> JAVA_OPTIONS = List.of("--add-modules", VECTORS);

  private final Team team;

  /**
   * @param threads cores that all bound programs together may use
   */
  public HostEngine(int threads) {
    team = new Team(threads);
  }

  /** Whether this Java was started with {@link #JAVA_OPTIONS}. */
  public static boolean vectors() {
    return ModuleLayer.boot().findModule(VECTORS).isPresent();
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String numerics(Precision precision) {
    requireVectors();
    String products =
        switch (precision) {
          case FLOAT32, TF32 -> "float32 ";
          case BF16 -> "bf16 ";
        };
    String lanes = " lanes" + Vectors.LANES + " ";
    return "cpu/3 " + products + System.getProperty("os.arch") + lanes + Blas.name();
  }

  @Override
  public Kernels bind(Program program, int members) {
    requireVectors();
    return new HostKernels(program, members, team);
  }

  private static void requireVectors() {
    if (!vectors()) {
      throw new IllegalStateException(
          "the cpu engine needs Java's Vector API: KLEIBER_JAVA_OPTS='%s'"
              .formatted(String.join(" ", JAVA_OPTIONS)));
    }
  }

  @Override
  public void close() {
    team.close();
  }
}
