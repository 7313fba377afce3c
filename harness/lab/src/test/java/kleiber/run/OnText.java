package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kleiber.data.Bytes;
import kleiber.data.TextFiles;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.models.Gpt;
import kleiber.models.ModelFamily;
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

/** Really trains tiny runs, with everything saved after every step. */
abstract class OnText {
  private static final AdamW ADAMW = new AdamW(0.01, 0.9, 0.95, 1e-8, 0.1, 1);

  /** What equals between two equal runs. */
  private static final List<String> RESULTS =
      List.of(RunStore.SPEC, RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME);

  /** A trunk with two branches, one that ends early, one that diverges, one alone. */
  private static List<Run> all() {
    return Stream.of(
            spec(320, ADAMW, new WarmupStableDecay(64, 0.4, 0), 1),
            spec(448, ADAMW, new WarmupStableDecay(64, 0.3, 0), 1),
            spec(192, ADAMW, new Cosine(64, 0.1), 2),
            spec(320, new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1), new Constant(64), 1),
            spec(384, ADAMW, new Cosine(64, 0), 3))
        .map(Run::of)
        .toList();
  }

  final List<Run> runs;

  @TempDir static Path text;
  @TempDir Path folder;

  /** What was told about resuming, in order. */
  final List<String> told = new ArrayList<>();

  private final Progress progress =
      new Progress() {
        @Override
        public void resumed(Run run, long step) {
          told.add("resumed " + step);
        }

        @Override
        public void notResumed(Run run, String reason) {
          told.add(reason);
        }

        @Override
        public void notSaved(Run run, String reason) {
          told.add("not saved: " + reason);
        }

        @Override
        public void kept(Run run) {
          told.add("kept");
        }
      };

  @BeforeEach
  void writeText() throws IOException {
    Random random = new Random(3);
    for (int file = 0; file < 30; file++) {
      byte[] bytes = new byte[300];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(4) == 0 ? ' ' : 'a' + (i * 7 + file) % 11);
      }
      Files.write(text.resolve(file + ".txt"), bytes);
    }
  }

  private static TrainingSpec spec(long tokens, AdamW optimizer, Schedule schedule, long seed) {
    return new TrainingSpec(
        new Gpt(
            1, 8, 2, Gpt.Position.ROTARY, Gpt.Norm.RMS, Gpt.Activation.SWIGLU, true, false, false),
        new TextFiles(text.toString(), new Bytes(), 0.2, Optional.empty(), Optional.empty()),
        8,
        4,
        tokens,
        false,
        optimizer,
        schedule,
        new CheckpointPlan(64, 1.7),
        Map.of("text", new HeldOut(160, Optional.empty())),
        seed);
  }

  /** Without those of some numbers. */
  OnText(Integer... without) {
    List<Run> some = new ArrayList<>(all());
    Stream.of(without).map(some::get).toList().forEach(some::remove);
    runs = List.copyOf(some);
  }

  /** Trains all runs as one cohort. */
  Runner.Result train(RunStore store, String device, StopSignal stop, UnaryOperator<Trainer> as) {
    return train(store, device, 8, new Saving(0, true), stop, as);
  }

  Runner.Result train(
      RunStore store,
      String device,
      int cohort,
      Saving saving,
      StopSignal stop,
      UnaryOperator<Trainer> as) {
    Experiment experiment =
        new Experiment("made", "Does it go on?", runs, Ladder.read().fit(), "name: made\n");
    OpenCorpora corpora = new OpenCorpora(text.resolve("cache"));
    try (Engine engine = Devices.parse(device, 1)) {
      Function<ModelFamily, Trainer> trainers =
          family -> as.apply(Trainers.of(family, engine, corpora));
      Worker worker = new InProcessWorker(store, trainers, 1, "", saving);
      return new Runner(store, trainers, List.of(worker), Pacing.USUAL.withCohort(cohort), progress)
          .run(experiment, stop);
    }
  }

  /** A store whose runs were never interrupted. */
  RunStore whole(String device) {
    RunStore store = new RunStore(folder.resolve("whole-" + device));
    Runner.Result result =
        train(store, device, 8, new Saving(1e9, true), StopSignal.NEVER, UnaryOperator.identity());
    assertEquals(runs.size(), result.done() + result.diverged());
    return store;
  }

  /** Goes on with what lies in a folder, to the end. */
  void goOn(RunStore store, String device) throws IOException {
    told.clear();
    Runner.Result result = train(store, device, StopSignal.NEVER, UnaryOperator.identity());
    assertEquals(0, result.exitCode(), told.toString());
  }

  void assertEqual(RunStore expected, RunStore actual, String when) throws IOException {
    for (Run run : runs) {
      List<String> files = new ArrayList<>(RESULTS);
      if (Files.exists(expected.folder(run).resolve(RunStore.WEIGHTS))) {
        files.add(RunStore.WEIGHTS);
      }
      for (String file : files) {
        Path one = expected.folder(run).resolve(file);
        assertEquals(-1, Files.mismatch(one, actual.folder(run).resolve(file)), when + ": " + file);
      }
    }
    assertEquals(new Leftovers(0, 0), actual.leftovers(), when);
    assertTrue(Disk.list(actual.folder().resolve("snapshots")).isEmpty(), when);
  }

  /** Copies a folder; in the copy, claims are no living process's. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to;
        for (Path part : from.relativize(path)) {
          String name = part.toString();
          target = target.resolve(Holder.parse(name).isPresent() ? "free" : name);
        }
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
