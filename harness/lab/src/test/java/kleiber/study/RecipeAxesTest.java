package kleiber.study;

import static kleiber.study.MadeRecipes.ADAMW;
import static kleiber.study.MadeRecipes.COSINE;
import static kleiber.study.MadeRecipes.MUON;
import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.interval;
import static kleiber.study.MadeRecipes.losses;
import static kleiber.study.MadeRecipes.says;
import static kleiber.study.MadeRecipes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import kleiber.data.StandInCorpus;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.models.ParallelStreams;
import kleiber.observe.Analysis;
import kleiber.observe.MadeFacts;
import kleiber.run.StoredRun;
import kleiber.train.Facts;
import org.junit.jupiter.api.Test;

/** Recipes whose runs differ in more than size and length: streams, tokenizers, what is masked. */
final class RecipeAxesTest {
  private static final String LARGEST = " at the largest common size, measured";

  /** AdamW with one stream and two, Muon with two alone, each stream worth 5 % of the loss. */
  @Test
  void runsOfAsManyStreamsMeet() {
    String both = "optimizer: [" + ADAMW + ", " + MUON + "]";
    String text =
        text("16, 24, 32, 48", "1, 2", COSINE)
            .replace("type: Gpt", "type: ParallelStreams, prefix: 2")
            .replace("8e-3]\n    schedule", "8e-3]\n    model.streams: [1, 2]\n    schedule")
            .replace(both, "optimizer: [" + ADAMW + "]")
            .replace("fit:\n", muonOfTwoStreams());
    StudyResult study =
        MadeRecipes.study(
            Experiments.parse(text),
            run -> {
              int streams = ((ParallelStreams) run.spec().model()).streams();
              return losses(_ -> Math.log(0.97), SEED).applyAsDouble(run)
                  * Math.pow(0.95, streams - 1);
            });
    assertTrue(interval(study, "muon over adamw" + LARGEST).holds(-0.03), study::toString);
    assertTrue(says(study, ", streams 2 ("), study::toString);
    assertTrue(says(study, "at 12 of the 12 common sizes muon"), study::toString);
  }

  private static String muonOfTwoStreams() {
    return """
      - model.width: [16, 24, 32, 48]
        tokens: [1e6, 2e6, 4e6]
        optimizer: [%s]
        optimizer.learningRate: [2e-3, 4e-3, 8e-3]
        model.streams: [2]
        schedule: [%s]
        seed: [1, 2]
    fit:
    """
        .formatted(MUON, COSINE);
  }

  /** A token of the one is two bytes, so that its losses are about twice as high. */
  @Test
  void tokenizersOfOneTextAreComparedInBitsPerByte() {
    String both = "optimizer: [" + ADAMW + ", " + MUON + "]";
    Experiment experiment =
        Experiments.parse(
            text("16, 24, 32, 48", "1, 2", COSINE)
                .replace(both, "optimizer: [" + ADAMW + "]\n    corpus.vocabulary: [256, 512]")
                .replace("{type: StandInCorpus, vocabulary: 256}", "{type: StandInCorpus}")
                .replace("where: {optimizer.type: AdamW}", "where: {corpus.vocabulary: 256}")
                .replace("adamw: {optimizer.type: AdamW}", "bytes: {corpus.vocabulary: 256}")
                .replace("muon: {optimizer.type: Muon}", "pairs: {corpus.vocabulary: 512}")
                .replace("baseline: adamw", "baseline: bytes"));
    ToDoubleFunction<Run> perToken =
        run -> losses(_ -> 0, SEED).applyAsDouble(run) * (bytes(run) == 1 ? 1 : bytes(run) * 0.97);
    List<StoredRun> runs =
        MadeLosses.runs(experiment.runs(), perToken).stream()
            .map(RecipeAxesTest::onItsText)
            .toList();
    StudyResult study = Conclusions.of(Analysis.of(experiment, runs)).studies().getFirst();
    assertTrue(interval(study, "pairs over bytes" + LARGEST).holds(-0.03), study::toString);
    assertTrue(
        interval(study, "pairs over bytes at the largest compute fitted, by law").holds(-0.03),
        study::toString);
    assertTrue(says(study, " bits per byte, "), study::toString);
    assertTrue(
        study.tables().stream().anyMatch(its -> its.caption().contains("as measured, bits per")),
        study::toString);
    assertTrue(
        study
            .notes()
            .contains(
                "pairs, bytes: The tokenizers differ, so losses are compared in bits per byte."),
        study.notes()::toString);
  }

  private static int bytes(Run run) {
    return ((StandInCorpus) run.spec().corpus()).vocabulary() / 256;
  }

  private static StoredRun onItsText(StoredRun run) {
    int bytes = bytes(run.run());
    return MadeFacts.withText(
        run, new Facts.HeldOutFacts("of " + bytes, 65536 / bytes, 40, OptionalDouble.of(bytes)));
  }

  @Test
  void lossesOfMaskedTokensAreSaidToBe() {
    Experiment experiment =
        Experiments.parse(
            text("16, 24, 32, 48", "1, 2", COSINE)
                .replace("type: Gpt", "type: Encoder, masked: 0.15")
                .replace(" tiedHead: true,", ""));
    Conclusions found =
        Conclusions.of(MadeLosses.analysis(experiment, losses(_ -> Math.log(0.97), SEED)));
    StudyResult study = found.studies().getFirst();
    assertTrue(found.answer().headline().contains(" nats per masked token for the run"), "");
    assertTrue(says(study, " nats per masked token, "), study::toString);
    assertEquals("nats per masked token", study.numbers().get("muon: loss measured").unit());
    String said = found.answer() + " " + found.studies();
    assertFalse(said.contains("nats per token"), said);
  }
}
