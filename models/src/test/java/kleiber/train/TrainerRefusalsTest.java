package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.ModelFamily;
import kleiber.models.ParameterCount;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trainer refuses, in training and in the check before it: the same on any engine. */
class TrainerRefusalsTest {
  private final Engine engine = new NaiveEngine(1);

  @TempDir Path cache;

  @AfterEach
  void close() {
    engine.close();
  }

  private RecordedLog train(TrainingSpec... cohort) throws IOException {
    RecordedLog log = new RecordedLog();
    try (Trainer trainer = Trainers.of(Specs.GPT, engine, new OpenCorpora(cache))) {
      trainer.train(List.of(cohort), StopSignal.NEVER, log);
    }
    return log;
  }

  @Test
  void refusesToRepeatTextUnlessToldSo() throws IOException {
    TrainingSpec spec = Specs.of(Specs.GPT, new MadeUpText(600, 200, 16), 640, Specs.VALIDATION);
    assertEquals(
        "tokens is 640 (640 in whole steps of 32), but the corpus has only 592 unique training"
            + " tokens at context 8; train on fewer, or say repeat: true to see them again",
        assertThrows(CorpusException.class, () -> train(spec)).getMessage());
    TrainingSpec repeating =
        new TrainingSpec(
            spec.model(),
            spec.corpus(),
            8,
            4,
            640,
            true,
            spec.optimizer(),
            spec.schedule(),
            spec.checkpoints(),
            spec.heldOut(),
            1);
    assertEquals(640 / 592.0, train(repeating).checkpoints.get(0).getLast().epochs(), 1e-15);
  }

  @Test
  void refusesACorpusThatCannotServe() {
    refuses(
        "held-out set validation asks for 120 tokens, but the corpus has a held-out text of 120"
            + " tokens (the first cannot be scored); ask for at most 119",
        Specs.of(Specs.GPT, new MadeUpText(1000, 120, 16), 640, Specs.VALIDATION));
    refuses(
        "held-out set tiny has 7 tokens, fewer than one window of context 8; ask for at least 8",
        Specs.of(
            Specs.GPT,
            new MadeUpText(1000, 200, 16),
            640,
            Map.of("tiny", new HeldOut(7, Optional.empty()))));
    refuses(
        "a context of 8 tokens is longer than the text, which has 8; a window needs the context and"
            + " one token more",
        Specs.of(Specs.GPT, new MadeUpText(8, 200, 16), 640, Specs.VALIDATION));
    refuses(
        "held-out set small has a vocabulary of 3, but the training corpus one of 12; give both the"
            + " same tokenizer",
        Specs.of(
            Specs.GPT,
            new MadeUpText(1000, 200, 16),
            640,
            Map.of("small", new HeldOut(20, Optional.of(new OfThreeIds())))));
  }

  private void refuses(String sentence, TrainingSpec spec) {
    assertEquals(sentence, assertThrows(CorpusException.class, () -> train(spec)).getMessage());
    assertEquals(sentence, assertThrows(CorpusException.class, () -> check(spec)).getMessage());
  }

  @Test
  void aCheckTellsWhatTheTrainingWill() throws IOException {
    TrainingSpec spec = Specs.spec();
    assertEquals(train(spec).opened.get(0), check(spec));
  }

  private Facts check(TrainingSpec spec) throws IOException {
    try (Trainer trainer = Trainers.of(Specs.GPT, engine, new OpenCorpora(cache))) {
      return trainer.check(spec, StopSignal.NEVER);
    }
  }

  private record OfThreeIds() implements Corpus {
    @Override
    public int vocabulary() {
      return 3;
    }

    @Override
    public SplitCorpus open(Path cache, BooleanSupplier stopped) {
      SplitCorpus text = new MadeUpText(50, 50, 16).open(cache, stopped);
      return new SplitCorpus(3, text.training(), text.heldOut(), "three");
    }
  }

  @Test
  void refusesACohortOfDifferentShapes() {
    TrainingSpec spec = Specs.spec();
    TrainingSpec other = Specs.of(spec.model(), new MadeUpText(999, 200, 16), 640, spec.heldOut());
    String message =
        assertThrows(IllegalArgumentException.class, () -> train(spec, other)).getMessage();
    assertTrue(message.contains("must have one model, corpus, context, batch"), message);
    assertThrows(IllegalArgumentException.class, () -> train());
  }

  @Test
  void refusesAFamilyThatIsNotMadeOfKernels() {
    record Other() implements ModelFamily {
      @Override
      public ParameterCount count(int vocabulary, int context) {
        return new ParameterCount(0, 1, 0, 1);
      }

      @Override
      public double trainingFlopsPerToken(int vocabulary, int context) {
        return 6;
      }
    }
    OpenCorpora corpora = new OpenCorpora(cache);
    assertThrows(IllegalArgumentException.class, () -> Trainers.of(new Other(), engine, corpora));
    TrainingSpec spec = Specs.spec();
    assertThrows(
        IllegalArgumentException.class,
        () -> train(Specs.of(new Other(), spec.corpus(), 640, spec.heldOut())));
  }
}
