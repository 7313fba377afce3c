package kleiber.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import org.junit.jupiter.api.Test;

class TilingTest {
  @Test
  void noShapeHasMoreTilesThanTheBound() {
    for (int context : new int[] {1, 3, 64, 255, 1024, 2048}) {
      for (int batch = 1; batch <= 200; batch++) {
        Tiling tiling = of(batch, context);
        String shape = "batch " + batch + ", context " + context + ": " + tiling;
        assertTrue(tiling.tiles() <= Tiling.MOST_TILES, shape);
        assertEquals(0, tiling.from(0, batch * context), shape);
        for (int tile = 1; tile < tiling.tiles(); tile++) {
          assertEquals(
              tiling.to(tile - 1, batch * context), tiling.from(tile, batch * context), shape);
        }
        assertEquals(batch * context, tiling.to(tiling.tiles() - 1, batch * context), shape);
      }
    }
  }

  @Test
  void tilesFitTheCacheWhereTheBatchAllowsIt() {
    assertEquals(4, of(16, 64).tiles());
    assertEquals(8, of(32, 64).tiles());
    assertEquals(8, of(64, 64).tiles());
    assertEquals(16, of(128, 64).tiles());
  }

  private static Tiling of(int batch, int context) {
    Tensor tokens_BxT = new Tensor("tokens", Tensor.Role.TOKENS, List.of(batch, context));
    Tensor table_VxD = new Tensor("table", Tensor.Role.PARAMETER, List.of(5, 2));
    Tensor x_BxTxD = new Tensor("x", Tensor.Role.ACTIVATION, List.of(batch, context, 2));
    return Tiling.of(new Program(List.of(new Kernel.Embedding(tokens_BxT, table_VxD, x_BxTxD))));
  }
}
