package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import kleiber.estimate.TunedRuns;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.Encoder;
import kleiber.models.Gpt;
import kleiber.run.StoredRun;
import kleiber.train.AdamW;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

/** Whose losses may be compared, in which unit, and what is said of the difference. */
class RecipeMatchTest {
  private static final SavedFit FIT =
      SavedFit.of(
          Analysis.of(
              MadeRuns.experiment("made?", MadeRuns.grid(), MadeRuns.PLAN), MadeRuns.grid()));

  private static MeasuredRecipe recipe(
      String name, UnaryOperator<TrainingSpec> spec, String digest, double bytesPerToken) {
    List<StoredRun> runs =
        MadeRuns.grid().stream()
            .map(run -> changed(run, spec.apply(run.run().spec()), digest, bytesPerToken))
            .toList();
    return new MeasuredRecipe(name, FIT, new TunedRuns(FIT.rows(), 0), runs);
  }

  private static StoredRun changed(
      StoredRun run, TrainingSpec spec, String digest, double bytesPerToken) {
    OptionalDouble bytes =
        Double.isNaN(bytesPerToken) ? OptionalDouble.empty() : OptionalDouble.of(bytesPerToken);
    return MadeFacts.withText(
        new StoredRun(
            Run.of(spec), run.state(), run.reason(), run.facts(), run.checkpoints(), run.seconds()),
        new Facts.HeldOutFacts(digest, 65536, 40, bytes));
  }

  private static UnaryOperator<TrainingSpec> decay(double decay, double rate) {
    return spec -> {
      AdamW old = (AdamW) spec.optimizer();
      return spec.withOptimizer(
          new AdamW(
              rate * old.learningRate(),
              old.beta1(),
              old.beta2(),
              old.epsilon(),
              decay,
              old.clip()));
    };
  }

  private static UnaryOperator<TrainingSpec> vocabulary(int size) {
    return spec ->
        new TrainingSpec(
            spec.model(),
            new MadeCorpus(size),
            spec.context(),
            spec.batch(),
            spec.tokens(),
            spec.repeat(),
            spec.optimizer(),
            spec.schedule(),
            spec.checkpoints(),
            spec.heldOut(),
            spec.seed());
  }

  @Test
  void theSameTextIsComparedInNats() {
    RecipeMatch match =
        RecipeMatch.of(recipe("A", decay(0.1, 1), "beef", 1), recipe("B", decay(0, 1), "beef", 1));
    assertEquals(1, match.unitOfA());
    assertEquals("nats per token", match.unit());
    assertTrue(
        match.notes().getFirst().startsWith("They differ in optimizer.weightDecay (0.1 | 0)"),
        match.notes().toString());
  }

  @Test
  void lossesOfMaskedTokensAreNotComparedWithThoseOfTheNext() {
    UnaryOperator<TrainingSpec> masked =
        spec ->
            new TrainingSpec(
                new Encoder(
                    2,
                    16,
                    2,
                    Gpt.Position.ROTARY,
                    Gpt.Norm.RMS,
                    Gpt.Activation.GELU,
                    false,
                    false,
                    0.15),
                spec.corpus(),
                spec.context(),
                spec.batch(),
                spec.tokens(),
                spec.repeat(),
                spec.optimizer(),
                spec.schedule(),
                spec.checkpoints(),
                spec.heldOut(),
                spec.seed());
    String refusal =
        assertThrows(
                UserException.class,
                () ->
                    RecipeMatch.of(
                        recipe("A", decay(0.1, 1), "beef", 1), recipe("B", masked, "beef", 1)))
            .getMessage();
    assertEquals(
        "A predicts the next token and B masked tokens (a share of 0.15): such losses do not"
            + " compare",
        refusal);
  }

  /** Learning rate × decay × steps is far below one with a thousandth of the learning rate. */
  @Test
  void weightDecayThatCannotMatterIsTold() {
    List<String> small =
        RecipeMatch.of(
                recipe("A", decay(0.1, 1e-3), "beef", 1), recipe("B", decay(0, 1e-3), "beef", 1))
            .notes();
    assertTrue(small.getLast().startsWith("Weight decay can hardly matter here"), small.toString());
    List<String> large =
        RecipeMatch.of(recipe("A", decay(2, 1), "beef", 1), recipe("B", decay(0, 1), "beef", 1))
            .notes();
    assertTrue(large.stream().noneMatch(note -> note.contains("hardly")), large.toString());
    List<String> alike =
        RecipeMatch.of(
                recipe("A", decay(0.1, 1e-3), "beef", 1), recipe("B", decay(0.1, 1e-3), "beef", 1))
            .notes();
    assertEquals(List.of("Their settings are the same."), alike);
  }

  @Test
  void otherTextIsRefused() {
    MeasuredRecipe a = recipe("A", decay(0.1, 1), "beef", 1);
    UserException refused =
        assertThrows(
            UserException.class,
            () -> RecipeMatch.of(a, recipe("B", vocabulary(256), "cafe", Double.NaN)));
    assertTrue(refused.getMessage().contains("different held-out text"), refused.getMessage());
  }

  @Test
  void twoVocabulariesOfOneTextAreComparedInBitsPerByte() {
    RecipeMatch match =
        RecipeMatch.of(
            recipe("A", vocabulary(256), "beef", 1), recipe("B", vocabulary(512), "cafe", 4));
    assertEquals("bits per byte", match.unit());
    assertEquals(1 / Math.log(2), match.unitOfA(), 1e-12);
    assertEquals(0.25 / Math.log(2), match.unitOfB(), 1e-12);
    MeasuredRecipe b = recipe("B", vocabulary(512), "cafe", 4);
    double nats = b.recipe(1, OptionalDouble.empty()).rows().getFirst().loss();
    double bits = b.recipe(match.unitOfB(), OptionalDouble.empty()).rows().getFirst().loss();
    assertEquals(nats / 4 / Math.log(2), bits, 1e-12);
  }
}
