package kleiber.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import kleiber.engine.Bfloat16;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.blas.Blas;
import kleiber.engine.blas.OneDnn;
import org.junit.jupiter.api.Test;

class Bfloat16Test {
  private static final long SEED = 2_903;

  /** Every bfloat16, and what lies just beside it, halfway to the next, and just beside that. */
  private static float[] everyCase() {
    int[] lowerHalves = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};
    float[] values = new float[0x1_0000 * lowerHalves.length];
    for (int i = 0; i < values.length; i++) {
      int bits = i / lowerHalves.length << 16 | lowerHalves[i % lowerHalves.length];
      values[i] = Float.intBitsToFloat(bits);
    }
    return values;
  }

  @Test
  void roundsToTheNearestAndThenToTheEven() {
    for (float value : everyCase()) {
      float rounded = Bfloat16.round(value);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(rounded));
        continue;
      }
      if (Math.abs(value) < Float.MIN_NORMAL) {
        assertEquals(0, Math.abs(rounded));
        continue;
      }
      int bits = Float.floatToRawIntBits(rounded);
      assertEquals(0, bits & 0xffff, "no bfloat16 of " + value);
      if (Float.isFinite(rounded)) {
        double off = Math.abs((double) value - rounded);
        for (int step : new int[] {-0x1_0000, 0x1_0000}) {
          double other = Float.intBitsToFloat(bits + step);
          double otherOff = Math.abs(value - other);
          boolean even = (bits >>> 16 & 1) == 0;
          assertTrue(
              !(otherOff < off) && (otherOff > off || even),
              () -> value + " became " + rounded + ", not " + other);
        }
      }
    }
    assertEquals(Float.POSITIVE_INFINITY, Bfloat16.round(Float.MAX_VALUE));
    assertEquals(Float.NEGATIVE_INFINITY, Bfloat16.round(Float.NEGATIVE_INFINITY));
  }

  @Test
  void oneDnnRoundsAlike() {
    assumeTrue(OneDnn.available(), "no bfloat16 instructions here");
    float[] values = everyCase();
    short[] rounded = new short[values.length - 3];
    OneDnn.round(values, 3, rounded, rounded.length);
    for (int i = 0; i < rounded.length; i++) {
      float value = values[i + 3];
      float have = Float.intBitsToFloat(rounded[i] << 16);
      float want = Bfloat16.round(value);
      assertEquals(want, have, 0, () -> "of " + value + ": " + Float.floatToRawIntBits(value));
    }
  }

  /** Both ways to multiply, whichever this processor's own is, over several tiles and members. */
  @Test
  void theTwoWaysToMultiplyAgree() {
    assumeTrue(OneDnn.available(), "no bfloat16 instructions here");
    Tensor x_RxI = new Tensor("x", Tensor.Role.ACTIVATION, List.of(7, 19, 37));
    Tensor y_RxO = new Tensor("y", Tensor.Role.ACTIVATION, List.of(7, 19, 53));
    for (boolean transposed : new boolean[] {false, true}) {
      Tensor w =
          new Tensor("w", Tensor.Role.PARAMETER, transposed ? List.of(53, 37) : List.of(37, 53));
      Kernel.Linear k =
          new Kernel.Linear(x_RxI, w, transposed, Optional.empty(), y_RxO, Precision.BF16);
      HostMemory memory = new HostMemory(new Program(List.of(k)), 2);
      Random random = new Random(SEED);
      float[] x = draw(random, x_RxI.size());
      float[] dy = draw(random, y_RxO.size());
      System.arraycopy(draw(random, w.size()), 0, memory.weights(w)[1], 0, w.size());
      float[][] rounded = products(new RoundedProducts(k, memory), memory, k, x, dy);
      float[][] direct = products(new Bfloat16Products(k, memory), memory, k, x, dy);
      for (int product = 0; product < rounded.length; product++) {
        for (int i = 0; i < rounded[product].length; i++) {
          // Sums of up to 133 products, each rounded to float32.
          assertEquals(
              rounded[product][i],
              direct[product][i],
              2e-5,
              "product " + product + ", seed " + SEED);
        }
      }
    }
  }

  /** y, dx and dw of the second member. */
  private static float[][] products(
      LinearProducts products, HostMemory memory, Kernel.Linear k, float[] x, float[] dy) {
    int rows = k.y_RxO().rows();
    int in = k.x_RxI().last();
    int out = k.y_RxO().last();
    float[][] results = {new float[dy.length], new float[x.length], new float[in * out]};
    HostScratch scratch = new HostScratch(memory.scratch(), memory.halves());
    Blas.Matrix x_RxI = new Blas.Matrix(x, 0, in);
    Blas.Matrix dy_RxO = new Blas.Matrix(dy, 0, out);
    Blas.useOneThread();
    products.prepare(1);
    products.forward(1, rows, x_RxI, 0, new Blas.Matrix(results[0], 0, out), scratch);
    products.backward(
        1,
        rows,
        x_RxI,
        dy_RxO,
        0,
        new Blas.Matrix(results[1], 0, in),
        new Blas.Matrix(results[2], 0, k.transposed() ? in : out),
        scratch);
    return results;
  }

  private static float[] draw(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
