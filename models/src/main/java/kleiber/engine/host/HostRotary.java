package kleiber.engine.host;

import kleiber.engine.Kernel;

final class HostRotary extends HostOperation {
  private final int f;
  private final int rotated;
  private final int half;
  private final int positions;
  private final float[] cosines;
  private final float[] sines;
  private final HostField x;
  private final HostField dx;
  private final HostField y;
  private final HostField dy;

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
    x = memory.values(k.x_BxTxF());
    dx = memory.gradients(k.x_BxTxF());
    y = memory.values(k.y_BxTxF());
    dy = memory.gradients(k.y_BxTxF());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    begin(y.array(tile), y.at(tile), rows(tile) * f, false);
    turn(x.array(tile), x.at(tile), y.array(tile), y.at(tile), 1, tile);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    begin(dx.array(tile), dx.at(tile), rows(tile) * f, add[0]);
    turn(dy.array(tile), dy.at(tile), dx.array(tile), dx.at(tile), -1, tile);
  }

  /** Adds the turned rows; a direction of −1 turns back. */
  private void turn(
      float[] source, int from, float[] target, int into, float direction, HostTile tile) {
    for (int r = 0; r < rows(tile); r++) {
      int angle = r % positions * half;
      for (int group = 0; group < rotated; group++) {
        int a = from + r * f + group * 2 * half;
        int b = into + r * f + group * 2 * half;
        for (int i = 0; i < half; i++) {
          float cosine = cosines[angle + i];
          float sine = sines[angle + i] * direction;
          target[b + i] += source[a + i] * cosine - source[a + half + i] * sine;
          target[b + half + i] += source[a + i] * sine + source[a + half + i] * cosine;
        }
      }
      int rest = r * f + rotated * 2 * half;
      pass(source, from + rest, target, into + rest, f - rotated * 2 * half, true);
    }
  }
}
