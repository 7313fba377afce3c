package kleiber.engine;

import org.nd4j.linalg.factory.Nd4j;

/**
 * The portable engine: every kernel made of elementary ND4J operations, which run on whatever
 * backend is on the class path, a card included. It is for exchange and comparison; op by op it is
 * several times slower than the fused engines. The first bind loads ND4J, which takes seconds.
 */
public final class Nd4jEngine implements Engine {
  private final int threads;

  /**
   * @param threads that ND4J may use for one operation; ND4J has one such setting for the process
   */
  public Nd4jEngine(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + " but must be at least 1");
    }
    this.threads = threads;
  }

  @Override
  public String name() {
    return "nd4j";
  }

  /** The number of threads belongs to the mode, as ND4J divides sums by it. */
  @Override
  public String numerics() {
    OpenBlasCore.choose();
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    return "nd4j/1 float32 " + backend + " threads-" + threads;
  }

  @Override
  public Kernels bind(Program program, int members) {
    OpenBlasCore.choose();
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    return new Nd4jKernels(program, members);
  }

  @Override
  public void close() {}
}
