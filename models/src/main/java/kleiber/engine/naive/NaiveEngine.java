package kleiber.engine.naive;

import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;

/**
 * The meaning of every kernel: plain Java in double precision, nested loops, one thread. It is the
 * judge of the other engines and far too slow for anything else.
 */
public final class NaiveEngine implements Engine {
  /**
   * @param threads ignored, as this engine has one
   */
  public NaiveEngine(int threads) {}

  @Override
  public String name() {
    return "naive";
  }

  @Override
  public String numerics(Precision precision) {
    return switch (precision) {
      case FLOAT32, TF32 -> "naive/1 float64";
      case BF16 -> "naive/1 bf16 float64";
    };
  }

  @Override
  public Kernels bind(Program program, int members) {
    return new NaiveKernels(program, members);
  }

  @Override
  public void close() {}
}
