package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun.State;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunStoreTest {
  private final Experiment ladder = Ladder.read();
  private final Run run = ladder.runs().getFirst();
  @TempDir private Path folder;
  private RunStore store;

  @BeforeEach
  void train() {
    store = new RunStore(folder);
    runner().run(ladder, StopSignal.NEVER);
  }

  private Runner runner() {
    return OnLadder.runner(store, new StandInTrainer(), 2, Pacing.USUAL, Progress.SILENT);
  }

  @Test
  void theIdIsTheHashOfTheSpecFile() throws IOException, NoSuchAlgorithmException {
    for (Run each : ladder.runs()) {
      byte[] spec = Files.readAllBytes(store.folder(each).resolve(RunStore.SPEC));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(spec);
      assertEquals(each.id(), HexFormat.of().formatHex(hash).substring(0, 16));
    }
  }

  @Test
  void aFolderCanBeReadByItself() throws IOException {
    List<StoredRun> sorted =
        ladder.runs().stream().sorted(Comparator.comparing(Run::id)).map(store::load).toList();
    assertEquals(sorted, store.loadAll());
    Files.createDirectories(folder.resolve("runs/notes"));
    assertEquals(sorted, store.loadAll());
    assertEquals(List.of(), new RunStore(folder.resolve("nothing")).loadAll());
  }

  /** Written once and never again: what another version adds does not make it unreadable. */
  @Test
  void aLogOfAnotherVersionIsRead() throws IOException {
    Path own = store.folder(run);
    Files.delete(own.resolve(FileSums.FILE));
    Files.writeString(
        own.resolve(RunStore.OUTCOME),
        """
        {"state":"diverged","reason":"step 2","checkpoints":2,"later":[1]}
        """);
    Files.writeString(
        own.resolve(RunStore.FACTS),
        """
        {"corpusDigest":"c0ffee","vocabulary":256,"uniqueTokens":5000,"parameters":\
        {"embedding":4096,"hidden":6000,"output":0,"matmul":10000},\
        "trainingFlopsPerToken":60000.5,"later":{"a":1},"heldOut":\
        {"code":{"digest":"f00d","tokens":512,"documents":3,"later":"x"}}}
        """);
    Files.writeString(
        own.resolve(RunStore.CHECKPOINTS),
        """
        {"step":1,"tokens":512,"epochs":0.1024,"flops":3e7,"learningRate":0.001,\
        "fractionOfPeak":0.5,"trainLoss":5.5,"gradientNorm":1.25,"later":null,\
        "heldOut":{"code":{"loss":5.25,"standardError":0.01,"bitsPerByte":7.5}}}
        {"step":2,"tokens":1024,"epochs":0.2048,"flops":6e7,"learningRate":0.002,\
        "fractionOfPeak":1,"trainLoss":null,"gradientNorm":null,"heldOut":{}}
        """);
    StoredRun stored = store.load(run);
    assertEquals(State.DIVERGED, stored.state(), stored.reason().toString());
    assertEquals(
        new Facts(
            "c0ffee",
            256,
            5000,
            new ParameterCount(4096, 6000, 0, 10000),
            60000.5,
            Map.of("code", new Facts.HeldOutFacts("f00d", 512, 3, OptionalDouble.empty()))),
        stored.facts().orElseThrow());
    Checkpoint.HeldOutLoss loss = new Checkpoint.HeldOutLoss(5.25, 0.01, OptionalDouble.of(7.5));
    assertEquals(
        List.of(
            new Checkpoint(1, 512, 0.1024, 3e7, 0.001, 0.5, 5.5, 1.25, Map.of("code", loss)),
            new Checkpoint(2, 1024, 0.2048, 6e7, 0.002, 1, Double.NaN, Double.NaN, Map.of())),
        stored.checkpoints());
  }

  @Test
  void aFileThatIsNotWhatWasPublishedMakesTheRunMissing() throws IOException {
    Path log = store.folder(run).resolve(RunStore.CHECKPOINTS);
    Files.writeString(log, Files.readString(log).replaceFirst("\"loss\":[0-9]", "\"loss\":1"));
    assertMissing(log + " is damaged: its SHA-256 is not the one in files.json");
    assertEquals(1, runner().run(ladder, StopSignal.NEVER).done());
    assertEquals(State.DONE, store.load(run).state());
  }

  /** Of versions that kept no checksums. */
  @Test
  void aTornFileMakesTheRunMissingAndSaysWhy() throws IOException {
    for (Run each : ladder.runs()) {
      Files.delete(store.folder(each).resolve(FileSums.FILE));
    }
    Path log = store.folder(run).resolve(RunStore.CHECKPOINTS);
    List<String> rows = Files.readAllLines(log);
    Files.write(log, rows.subList(0, rows.size() - 1));
    assertMissing(log + " has " + (rows.size() - 1) + " rows but was written with " + rows.size());
    Files.writeString(log, String.join("\n", rows).substring(0, 700));
    assertMissing(log + ", row 3:1:");
    Files.delete(log);
    assertMissing("there is no " + log);
    assertEquals(1, runner().run(ladder, StopSignal.NEVER).done());
    assertEquals(State.DONE, store.load(run).state());

    Files.delete(store.folder(run).resolve(FileSums.FILE));
    Path spec = store.folder(run).resolve(RunStore.SPEC);
    Files.writeString(spec, ladder.runs().getLast().canonical());
    assertMissing(spec + " is not the spec of run " + run.id());
    Path outcome = store.folder(ladder.runs().get(1)).resolve(RunStore.OUTCOME);
    Files.writeString(outcome, "{\"state\":\"missing\",\"checkpoints\":4}");
    assertEquals(State.MISSING, store.load(ladder.runs().get(1)).state());
    assertEquals(2, runner().run(ladder, StopSignal.NEVER).done());
  }

  private void assertMissing(String reason) {
    StoredRun stored = store.load(run);
    assertEquals(State.MISSING, stored.state());
    String told = stored.reason().orElseThrow();
    assertTrue(told.startsWith("what is stored cannot be read: " + reason), told);
  }

  /**
   * Bytes lost, changed or added anywhere in a run's files never make loading throw, nor tell
   * another result.
   */
  @Test
  void damageIsSeenOrHarmless() throws IOException {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("RunStoreTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    List<Path> files;
    try (Stream<Path> list = Files.list(store.folder(run))) {
      files = list.sorted().toList();
    }
    StoredRun whole = store.load(run);
    int count = Integer.getInteger("kleiber.mutations", 120);
    int missing = 0;
    for (int i = 0; i < count; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] sound = Files.readAllBytes(file);
      byte[] damaged =
          random.nextBoolean()
              ? Arrays.copyOf(sound, random.nextInt(sound.length + 20))
              : sound.clone();
      for (int j = random.nextInt(4); j > 0 && damaged.length > 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      StoredRun loaded = store.load(run);
      if (loaded.state() == State.MISSING) {
        missing++;
      } else {
        assertEquals(whole.state(), loaded.state(), "seed " + seed);
        assertEquals(whole.facts(), loaded.facts(), "seed " + seed);
        assertEquals(whole.checkpoints(), loaded.checkpoints(), "seed " + seed);
      }
      store.provenance(run);
      store.summary(run, "code");
      Files.write(file, sound);
      assertEquals(State.DONE, store.load(run).state(), "seed " + seed);
    }
    store.loadAll();
    assertTrue(missing > count / 10, "only " + missing + " of " + count + " damages were seen");
  }

  @Test
  void aRunThatCannotBeReadIsTrainedAgainAndKept() throws IOException {
    Map<Run, String> told = new HashMap<>();
    Progress progress =
        new Progress() {
          @Override
          public void unreadable(Run run, String reason) {
            told.put(run, reason);
          }
        };
    for (String kept : List.of(run.id() + ".unreadable", run.id() + ".unreadable.2")) {
      told.clear();
      Path stray = store.folder(run).resolve("stray.txt");
      Files.writeString(stray, kept, StandardCharsets.UTF_8);
      Path outcome = store.folder(run).resolve(RunStore.OUTCOME);
      Files.delete(outcome);
      Runner runner = OnLadder.runner(store, new StandInTrainer(), 2, Pacing.USUAL, progress);
      assertEquals(1, runner.run(ladder, StopSignal.NEVER).done());
      assertEquals(Map.of(run, "what is stored cannot be read: there is no " + outcome), told);
      assertTrue(Files.notExists(stray));
      assertEquals(kept, Files.readString(folder.resolve("runs").resolve(kept + "/stray.txt")));
    }
    try (Stream<Path> unfinished = Files.list(folder.resolve("unfinished"))) {
      assertEquals(0, unfinished.count());
    }
  }
}
