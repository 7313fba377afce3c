package kleiber.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decoders that keep their shape as they grow: width over depth and columns of a head stay as they
 * are, the width grows by a half or a third.
 *
 * @param columnsPerBlock width / depth, such as 32; there are never fewer than two blocks
 * @param headColumns width / heads, such as 16
 */
public record FixedAspect(int columnsPerBlock, int headColumns) implements SizeRule {
  private static final int WIDEST = 16_384;
  private static final int DEEPEST = 256;
  private static final int LEAST_DEPTH = 2;

  public FixedAspect {
    if (columnsPerBlock < 1 || headColumns < 1) {
      throw new IllegalArgumentException(
          "columnsPerBlock is %d and headColumns %d, but both must be at least 1"
              .formatted(columnsPerBlock, headColumns));
    }
  }

  @Override
  public List<Map<String, Integer>> models() {
    List<Map<String, Integer>> models = new ArrayList<>();
    for (int step = headColumns; step <= WIDEST; step *= 2) {
      add(step, models);
      if (step > headColumns) {
        add(step + step / 2, models);
      }
    }
    return models;
  }

  private void add(int width, List<Map<String, Integer>> models) {
    int depth = Math.max(LEAST_DEPTH, Math.round((float) width / columnsPerBlock));
    if (depth <= DEEPEST) {
      Map<String, Integer> model = new LinkedHashMap<>();
      model.put("depth", depth);
      model.put("width", width);
      model.put("heads", width / headColumns);
      models.add(model);
    }
  }
}
