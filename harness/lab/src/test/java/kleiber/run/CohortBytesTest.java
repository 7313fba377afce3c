package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import kleiber.data.Bytes;
import kleiber.data.TextFiles;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.models.Gpt;
import kleiber.models.ModelFamily;
import kleiber.run.StoredRun.State;
import kleiber.train.AdamW;
import kleiber.train.CheckpointPlan;
import kleiber.train.Constant;
import kleiber.train.Cosine;
import kleiber.train.HeldOut;
import kleiber.train.OpenCorpora;
import kleiber.train.Schedule;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;
import kleiber.train.Trainers;
import kleiber.train.TrainingSpec;
import kleiber.train.WarmupStableDecay;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings: a cohort's logs are those of its runs alone, byte for byte. */
final class CohortBytesTest {
  private static final AdamW ADAMW = new AdamW(0.01, 0.9, 0.95, 1e-8, 0.1, 1);

  @TempDir Path folder;

  @BeforeEach
  void writeText() throws IOException {
    Random random = new Random(3);
    for (int file = 0; file < 30; file++) {
      byte[] text = new byte[600];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) (random.nextInt(4) == 0 ? ' ' : 'a' + (i * 7 + file) % 11);
      }
      Files.write(Files.createDirectories(folder.resolve("text")).resolve(file + ".txt"), text);
    }
  }

  /** Seeds, rates, decays, lengths, branches of a trunk, and one that diverges. */
  private List<TrainingSpec> specs() {
    Schedule cosine = new Cosine(128, 0.1);
    AdamW other = new AdamW(0.003, 0.8, 0.99, 1e-6, 0, 0.5);
    return List.of(
        spec(1280, ADAMW, cosine, 1),
        spec(1280, ADAMW, cosine, 2),
        spec(1900, other, cosine, 1),
        spec(2560, ADAMW, new WarmupStableDecay(128, 0.4, 0), 1),
        spec(1280, ADAMW, new WarmupStableDecay(128, 0.4, 0), 1),
        spec(1280, ADAMW, new WarmupStableDecay(128, 0.2, 0.1), 1),
        spec(1500, ADAMW, new Constant(128), 1),
        spec(1280, new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1), new Constant(0), 1));
  }

  private TrainingSpec spec(long tokens, AdamW optimizer, Schedule schedule, long seed) {
    return new TrainingSpec(
        new Gpt(
            1, 8, 2, Gpt.Position.ROTARY, Gpt.Norm.RMS, Gpt.Activation.SWIGLU, true, false, false),
        new TextFiles(
            folder.resolve("text").toString(),
            new Bytes(),
            0.2,
            Optional.empty(),
            Optional.empty()),
        16,
        4,
        tokens,
        false,
        optimizer,
        schedule,
        new CheckpointPlan(200, 1.7),
        Map.of("text", new HeldOut(800, Optional.empty())),
        seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "cpu"})
  void areThoseOfTheRunsAlone(String device) throws IOException {
    List<Run> runs = specs().stream().map(Run::of).toList();
    RunStore together = train(device, "together", 8, runs);
    List<State> expected = new ArrayList<>(Arrays.asList(new State[runs.size()]));
    expected.replaceAll(_ -> State.DONE);
    expected.set(runs.size() - 1, State.DIVERGED);
    assertEquals(expected, runs.stream().map(run -> together.load(run).state()).toList());
    for (Run run : runs) {
      RunStore alone = train(device, "alone " + run.id(), 1, List.of(run));
      for (String file :
          List.of(RunStore.SPEC, RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME)) {
        Path one = together.folder(run).resolve(file);
        assertEquals(
            -1, Files.mismatch(one, alone.folder(run).resolve(file)), run.canonical() + file);
      }
    }
    // Some branches are done already: the trunk is trained again for the others, to equal bytes.
    RunStore rest = train(device, "rest", 8, runs.subList(4, 5));
    assertTrue(Files.exists(rest.folder(runs.get(4))));
    train(device, "rest", 1, runs);
    for (Run run : runs) {
      Path one = together.folder(run).resolve(RunStore.CHECKPOINTS);
      Path two = rest.folder(run).resolve(RunStore.CHECKPOINTS);
      assertEquals(-1, Files.mismatch(one, two), run.canonical());
    }
  }

  private RunStore train(String device, String name, int cohort, List<Run> runs) {
    RunStore store = new RunStore(folder.resolve(name));
    Experiment experiment =
        new Experiment("made", "Are they equal?", runs, Ladder.read().fit(), "name: made\n");
    OpenCorpora corpora = new OpenCorpora(folder.resolve("cache"));
    try (Engine engine = Devices.parse(device, 2)) {
      Function<ModelFamily, Trainer> trainers = family -> Trainers.of(family, engine, corpora);
      Worker worker = new InProcessWorker(store, trainers, 2, "", Saving.USUAL);
      new Runner(store, trainers, List.of(worker), Pacing.USUAL.withCohort(cohort), Progress.SILENT)
          .run(experiment, StopSignal.NEVER);
    }
    return store;
  }
}
