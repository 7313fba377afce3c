package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpdateTest {
  @Test
  void membersHaveOneKindOfRule() {
    Update.AdamW adamW = new Update.AdamW(0.9, 0.95, 1e-8, 0.1);
    List<Update.Rule> mixed = List.of(adamW, new Update.Sgd(0.9, false, 0));
    assertEquals(
        "members of one update must have one kind of rule, but these have AdamW, Sgd",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Update(1, new boolean[2], new double[] {1, 1}, new double[] {1, 1}, mixed))
            .getMessage());
  }
}
