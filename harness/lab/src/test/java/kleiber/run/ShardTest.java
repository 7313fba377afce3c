package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShardTest {
  @Test
  void partsMakeTheWholeAndCostAboutTheSame() {
    List<Integer> costs = List.of(7, 5, 4, 3, 3, 2, 1, 1);
    List<Integer> all = new ArrayList<>();
    List<Integer> sums = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      List<Integer> mine = new Shard(part, 3).of(costs, Integer::doubleValue);
      all.addAll(mine);
      sums.add(mine.stream().mapToInt(Integer::intValue).sum());
    }
    assertEquals(costs, all.stream().sorted((a, b) -> b - a).toList());
    assertEquals(List.of(9, 9, 8), sums.stream().sorted((a, b) -> b - a).toList());
  }

  @Test
  void words() {
    assertEquals(new Shard(2, 8), Shard.parse("2/8"));
    for (String wrong : List.of("", "8/8", "1", "-1/4", "0/0", "a/b", "1/2/3")) {
      assertThrows(IllegalArgumentException.class, () -> Shard.parse(wrong), wrong);
    }
  }
}
