package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.data.ShuffledWindows;
import kleiber.models.ParameterCount;
import org.junit.jupiter.api.Test;

class MemberTest {
  private final RecordedLog log = new RecordedLog();

  @Test
  void aLossFarAboveThatOfGuessingIsNoResult() throws Exception {
    Member member = member();
    member.checkpoint(7, Map.of("text", loss(2 * Math.log(256) + 0.1)), Optional.empty());
    assertFalse(member.active());
    assertEquals(
        "the loss on held-out set text is 11.19, more than twice that of guessing, ln V = 5.545; a"
            + " peak learning rate below 0.0100 may help",
        log.diverged.get(0));
  }

  @Test
  void aModelThatHasLearntNothingYetGoesOn() throws Exception {
    Member member = member();
    member.checkpoint(7, Map.of("text", loss(Math.log(256) + 0.1)), Optional.empty());
    assertTrue(member.active());
  }

  private Member member() throws Exception {
    MadeUpText text = new MadeUpText(1000, 200, 16);
    TrainingSpec spec = Specs.of(Specs.GPT, text, 640, Specs.VALIDATION);
    Facts facts = new Facts("", 256, 1000, new ParameterCount(1, 1, 1, 1), 6, Map.of());
    return new Member(
        0, spec, facts, new ShuffledWindows(text.open(null).training(), spec.context(), 1), log);
  }

  private static Checkpoint.HeldOutLoss loss(double value) {
    return new Checkpoint.HeldOutLoss(value, 0.01, OptionalDouble.empty());
  }
}
