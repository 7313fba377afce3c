package kleiber.engine;

/**
 * The engine for CPUs: float32, fused loops over heap arrays that the compiler vectorises, matrix
 * products by oneDNN or OpenBLAS. A batch is cut into tiles that depend on its shape alone, so
 * results are equal, bit for bit, for any number of threads and for a member alone or in a cohort.
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
    String products =
        switch (precision) {
          case FLOAT32 -> "float32 ";
          case BF16 -> "bf16 ";
        };
    return "cpu/2 " + products + System.getProperty("os.arch") + " " + Blas.name();
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
