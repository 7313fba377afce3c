package kleiber.engine;

final class HostRotary extends HostOperation {
  private final int f;
  private final int rotated;
  private final int half;
  private final int positions;
  private final float[] cosines;
  private final float[] sines;
  private final float[][] x;
  private final float[][] dx;
  private final float[][] y;
  private final float[][] dy;

  HostRotary(Kernel.Rotary k, HostMemory memory) {
    super(memory, k.y_BxTxF().rows());
    f = k.y_BxTxF().last();
    rotated = k.rotated();
    half = k.headWidth() / 2;
    positions = k.x_BxTxF().shape().get(1);
    cosines = new float[positions * half];
    sines = new float[positions * half];
    for (int i = 0; i < cosines.length; i++) {
      double angle = i / half * StrictMath.pow(k.base(), -2.0 * (i % half) / k.headWidth());
      cosines[i] = (float) StrictMath.cos(angle);
      sines[i] = (float) StrictMath.sin(angle);
    }
    x = memory.value(k.x_BxTxF());
    dx = memory.gradient(k.x_BxTxF());
    y = memory.value(k.y_BxTxF());
    dy = memory.gradient(k.y_BxTxF());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    begin(y[member], from(tile) * f, to(tile) * f, false);
    turn(x[member], y[member], 1, tile);
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dx[member], from(tile) * f, to(tile) * f, add[0]);
    turn(dy[member], dx[member], -1, tile);
  }

  /** Adds the turned rows; a direction of −1 turns back. */
  private void turn(float[] source, float[] target, float direction, int tile) {
    for (int r = from(tile); r < to(tile); r++) {
      int angle = r % positions * half;
      for (int group = 0; group < rotated; group++) {
        int a = r * f + group * 2 * half;
        int b = a + half;
        for (int i = 0; i < half; i++) {
          float cosine = cosines[angle + i];
          float sine = sines[angle + i] * direction;
          target[a + i] += source[a + i] * cosine - source[b + i] * sine;
          target[b + i] += source[a + i] * sine + source[b + i] * cosine;
        }
      }
      pass(source, target, r * f + rotated * 2 * half, (r + 1) * f, true);
    }
  }
}
