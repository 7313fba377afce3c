package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import org.junit.jupiter.api.Test;

/** Runs of one size and length. */
class TunedRecipeTest {
  private static final int VOCABULARY = 256;

  private static FinalLoss loss(String... changes) {
    Run run = Ladder.read(changes).runs().getFirst();
    double params = run.parameters(VOCABULARY).hidden();
    double tokens = run.trainedTokens();
    return new FinalLoss(run, params, tokens, run.flops(VOCABULARY), Map.of(), 3, false);
  }

  /** Batches of another size end a few tokens later, at the same size and length. */
  @Test
  void anotherBatchIsNoOtherPlace() {
    FinalLoss one = loss();
    FinalLoss other = loss("base.batch=3", "base.seed=2");
    assertNotEquals(one.at(), other.at());
    TunedRecipe recipe = new TunedRecipe("one", List.of(one, other), List.of(one, other));
    assertEquals(Optional.of(other), recipe.at(one.at(), 2));
    assertEquals(Optional.of(one), recipe.at(other.at(), 1));
    assertEquals(Optional.empty(), recipe.at(one.at(), 3));
  }
}
