package kleiber.engine.nd4j;

import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.blas.OpenBlas;
import kleiber.engine.blas.OpenBlasCore;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The portable engine: every kernel made of elementary ND4J operations, which run on whatever
 * backend is on the class path, a card included. It is for exchange and comparison; op by op it is
 * several times slower than the fused engines. The first bind loads ND4J, which takes seconds.
 */
public final class Nd4jEngine implements Engine {
  // ND4J starts and joins its threads at every operation; on small tensors, and where cores are
  // shared, that takes up to a hundred times as long as the operation itself.
  private static final int THREADS = 1;

  /**
   * @param threads at most; one is used, whatever there is
   */
  public Nd4jEngine(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + " but must be at least 1");
    }
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public String numerics(Precision precision) {
    OpenBlasCore.choose();
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    String products =
        switch (precision) {
          case FLOAT32, TF32 -> "float32 ";
          case BF16 -> "bf16 ";
        };
    return "nd4j/1 "
        + products
        + backend
        + (Nd4j.getEnvironment().isCPU() ? " openblas-" + OpenBlas.core() : "");
  }

  @Override
  public Kernels bind(Program program, int members) {
    OpenBlasCore.choose();
    Nd4j.getEnvironment().setMaxMasterThreads(THREADS);
    if (Nd4j.getEnvironment().isCPU()) {
      OpenBlas.useOneThread();
    }
    return new Nd4jKernels(program, members);
  }

  @Override
  public void close() {}
}
