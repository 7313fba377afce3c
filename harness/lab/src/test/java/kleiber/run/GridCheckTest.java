package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.train.AdamW;
import kleiber.train.StopSignal;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

class GridCheckTest {
  private static TrainingSpec withEpsilon(TrainingSpec spec, double epsilon) {
    return spec.withOptimizer(new AdamW(0.01, 0.9, 0.95, epsilon, 0.1, 1));
  }

  /** What muP says of one epsilon it need not say of another. */
  @Test
  void everyRuleOfAnOptimizerIsChecked() {
    TrainingSpec spec = Ladder.read().runs().getFirst().spec();
    Run sharp = Run.of(withEpsilon(spec, 1e-8));
    Run blunt = Run.of(withEpsilon(spec, 1e-3));
    StandInTrainer trainer = new StandInTrainer();
    trainer.refusal = each -> each.equals(blunt.spec()) ? "epsilon is too large" : null;
    assertEquals(1, GridCheck.of(List.of(sharp), _ -> trainer, StopSignal.NEVER).size());
    for (List<Run> runs : List.of(List.of(sharp, blunt), List.of(blunt, sharp))) {
      String sentence =
          assertThrows(
                  UserException.class, () -> GridCheck.of(runs, _ -> trainer, StopSignal.NEVER))
              .getMessage();
      assertTrue(sentence.startsWith("run " + blunt.id() + ": epsilon is too large"), sentence);
    }
  }
}
