package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;

/** Rotary positions. Cosines and sines of all positions are computed once, in double precision. */
final class CudaRotary extends CudaOperation {
  private final Kernel.Rotary k;
  private final int positions;
  private final int half;
  private final CudaMemory.Region cosines;
  private final CudaMemory.Region sines;

  CudaRotary(Kernel.Rotary k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    positions = k.x_BxTxF().shape().get(1);
    half = k.headWidth() / 2;
    cosines = memory.reserve((long) Float.BYTES * positions * half);
    sines = memory.reserve((long) Float.BYTES * positions * half);
  }

  @Override
  void prepare() {
    float[] cosine = new float[positions * half];
    float[] sine = new float[positions * half];
    for (int i = 0; i < half; i++) {
      double frequency = StrictMath.pow(k.base(), -2.0 * i / k.headWidth());
      for (int t = 0; t < positions; t++) {
        cosine[t * half + i] = (float) StrictMath.cos(t * frequency);
        sine[t * half + i] = (float) StrictMath.sin(t * frequency);
      }
    }
    stream().upload(cosines.address(), MemorySegment.ofArray(cosine));
    stream().upload(sines.address(), MemorySegment.ofArray(sine));
  }

  @Override
  void forward() {
    rotate(memory.value(k.x_BxTxF()), memory.value(k.y_BxTxF()), halves(k.y_BxTxF()), false, 1);
  }

  @Override
  void backward(boolean[] add) {
    rotate(
        memory.gradient(k.y_BxTxF()),
        memory.gradient(k.x_BxTxF()),
        halfGradient(k.x_BxTxF()),
        add[0],
        -1);
  }

  private void rotate(long from, long to, int halves, boolean add, float direction) {
    bulk(
        "rotary",
        "rotate",
        k.x_BxTxF().size(),
        from,
        to,
        halves,
        flag(add),
        cosines.address(),
        sines.address(),
        direction,
        positions,
        k.x_BxTxF().last(),
        k.rotated(),
        k.headWidth(),
        k.x_BxTxF().size());
  }
}
