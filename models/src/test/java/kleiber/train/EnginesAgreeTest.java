package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.Precision;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.Families;
import kleiber.models.Gpt;
import kleiber.models.Gpt.Activation;
import kleiber.models.Gpt.Norm;
import kleiber.models.Gpt.Position;
import kleiber.models.KernelFamily;
import kleiber.models.MixtureOfExperts;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thirty steps on real text give the same losses on every engine, up to float32's rounding; and to
 * bfloat16's where products are made of it, as a difference in the last bit of float32 may round to
 * the next bfloat16. A card's attention rounds its factors and its output too, which the judge's
 * does not: the norm of one step's gradient shows that most.
 */
class EnginesAgreeTest {
  @TempDir static Path cache;

  /** The judge's, which every engine is laid beside. */
  private static final Map<List<Object>, List<Checkpoint>> WANTED = new HashMap<>();

  static Stream<Arguments> engines() {
    return Engines.all().stream()
        .filter(type -> type != NaiveEngine.class)
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of(type, Precision.FLOAT32, 1e-5, 1e-4),
                    Arguments.of(type, Precision.BF16, 2e-3, 5e-2)));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withTheJudge(
      Class<? extends Engine> type, Precision precision, double tolerance, double ofNorm)
      throws IOException {
    for (KernelFamily family : families(precision)) {
      List<Checkpoint> expected = wanted(family, precision);
      List<Checkpoint> actual;
      try (Engine engine = Engines.open(type, 2)) {
        actual = rows(family, precision, engine);
      }
      for (int row = 0; row < expected.size(); row++) {
        Checkpoint judge = expected.get(row);
        Checkpoint judged = actual.get(row);
        String at = family + " after step " + judge.step();
        assertEquals(judge.trainLoss(), judged.trainLoss(), tolerance, at);
        assertEquals(heldOut(judge), heldOut(judged), tolerance, at);
        double norm = judge.gradientNorm();
        assertEquals(norm, judged.gradientNorm(), ofNorm * Math.max(norm, 1), at);
      }
    }
  }

  /** One of every family; what others have beside a GPT's layers is float32 in either precision. */
  private static List<KernelFamily> families(Precision precision) {
    Gpt classic =
        new Gpt(2, 16, 2, Position.LEARNED, Norm.LAYER, Activation.GELU, true, false, true);
    Gpt modern =
        new Gpt(2, 16, 2, Position.ROTARY, Norm.RMS, Activation.SWIGLU, false, true, false);
    return precision == Precision.BF16
        ? List.of(classic, modern)
        : Stream.concat(Stream.of(classic), Families.lastOfKernels().map(EnginesAgreeTest::untied))
            .toList();
  }

  /** A mixture whose tokens take every expert: choices at near ties are the engine's own. */
  private static KernelFamily untied(KernelFamily family) {
    return family instanceof MixtureOfExperts m
        ? new MixtureOfExperts(
            m.dense(), m.topK(), m.topK(), m.granularity(), m.every(), m.balance(), m.routerZLoss())
        : family;
  }

  private static double heldOut(Checkpoint row) {
    return row.heldOut().get("validation").loss();
  }

  private static List<Checkpoint> wanted(KernelFamily family, Precision precision)
      throws IOException {
    List<Object> key = List.of(family, precision);
    if (!WANTED.containsKey(key)) {
      try (Engine naive = new NaiveEngine(1)) {
        WANTED.put(key, rows(family, precision, naive));
      }
    }
    return WANTED.get(key);
  }

  private static List<Checkpoint> rows(KernelFamily family, Precision precision, Engine engine)
      throws IOException {
    TrainingSpec spec =
        new TrainingSpec(
            family,
            new LicenceText(),
            16,
            4,
            30 * 64,
            false,
            new AdamW(5e-3, 0.9, 0.95, 1e-8, 0.1, 1),
            new Cosine(5 * 64, 0.1),
            new CheckpointPlan(64, 1.5),
            Map.of("validation", new HeldOut(320, Optional.empty())),
            1,
            Optional.of(precision),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty());
    RecordedLog log = new RecordedLog();
    try (Trainer trainer = Trainers.of(family, engine, new OpenCorpora(cache))) {
      trainer.train(List.of(spec), StopSignal.NEVER, log);
    }
    return log.checkpoints.get(0);
  }
}
