package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.SplitCorpus;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.ParameterCount;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

class CorpusDigestsTest {
  /** Another kind of corpus with the same settings as the ladder's. */
  record OtherCorpus(int vocabulary) implements Corpus {
    @Override
    public SplitCorpus open(Path cache, BooleanSupplier stopped) throws CorpusException {
      throw new CorpusException("no text");
    }
  }

  @Test
  void twoKindsOfCorpusWithEqualSettingsAreTwoTexts() {
    CorpusDigests digests = new CorpusDigests();
    Run run = Ladder.read().runs().getFirst();
    digests.note(run, facts("a"));
    digests.note(on(new OtherCorpus(256), run.spec()), facts("b"));
    String told =
        assertThrows(UserException.class, () -> digests.note(run, facts("b"))).getMessage();
    assertTrue(told.startsWith("the text of StandInCorpus {\"vocabulary\":256} has"), told);
  }

  private static Facts facts(String digest) {
    return new Facts(digest, 256, 1000, new ParameterCount(1, 1, 1, 1), 6, Map.of());
  }

  private static Run on(Corpus corpus, TrainingSpec spec) {
    return new Run(
        "other",
        new TrainingSpec(
            spec.model(),
            corpus,
            spec.context(),
            spec.batch(),
            spec.tokens(),
            spec.repeat(),
            spec.optimizer(),
            spec.schedule(),
            spec.checkpoints(),
            spec.heldOut(),
            spec.seed()),
        false);
  }
}
