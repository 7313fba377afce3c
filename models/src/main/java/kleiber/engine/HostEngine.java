package kleiber.engine;

/**
 * The engine for CPUs: float32, fused loops over heap arrays that the compiler vectorises, matrix
 * products by OpenBLAS, those in bfloat16 by oneDNN where the processor has instructions for them.
 * A batch is cut into tiles that depend on its shape alone, so results are equal, bit for bit, for
 * any number of threads and for a member alone or in a cohort.
 */
public final class HostEngine implements Engine {
  private final Team team;

  /**
   * @param threads cores that all bound programs together may use
   */
  public HostEngine(int threads) {
    team = new Team(threads);
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String numerics(Precision precision) {
    String float32 = System.getProperty("os.arch") + " openblas-" + Blas.core();
    return switch (precision) {
      case FLOAT32 -> "cpu/1 float32 " + float32;
      case BF16 -> "cpu/1 bf16 " + float32 + (OneDnn.available() ? " " + OneDnn.name() : "");
    };
  }

  @Override
  public Kernels bind(Program program, int members) {
    return new HostKernels(program, members, team);
  }

  @Override
  public void close() {
    team.close();
  }
}
