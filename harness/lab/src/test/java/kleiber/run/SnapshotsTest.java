package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.train.Snapshot;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a power cut, a bad disk or a hand may leave, and what a training then goes on from. */
final class SnapshotsTest extends OnText {
  /** Steps of the two snapshots that are there. */
  private static final int NEWEST = 5;

  private static final int OLDER = 4;

  private RunStore store;
  private Path cohort;
  private Path newest;
  private Path older;
  private final List<String> notes = new ArrayList<>();

  /** Without the one that diverges. */
  SnapshotsTest() {
    super(3);
  }

  /** A cohort that was killed in its sixth step, before any run had ended. */
  @BeforeEach
  void kill() throws IOException {
    Path live = folder.resolve("live");
    store = new RunStore(folder.resolve("killed"));
    int[] snapshots = {0};
    train(
        new RunStore(live),
        "cpu",
        8,
        new Saving(0, false),
        () -> snapshots[0] > NEWEST,
        trainer ->
            new WatchedTrainer(
                trainer,
                call -> {
                  snapshots[0] += call.equals("snapshot") ? 1 : 0;
                  if (call.equals("progress") && snapshots[0] == NEWEST) {
                    copy(live, store.folder());
                    snapshots[0]++;
                  }
                }));
    cohort = Disk.list(store.folder().resolve("snapshots")).getFirst();
    newest = SavedSnapshot.file(cohort, NEWEST);
    older = SavedSnapshot.file(cohort, OLDER);
    assertEquals(List.of(newest, older), SavedSnapshot.files(cohort));
    assertFalse(Files.exists(store.folder().resolve("runs")));
  }

  private Path log(int run) {
    return store.draft(runs.get(run)).orElseThrow().resolve(RunStore.CHECKPOINTS);
  }

  private Optional<Resumption> find(List<Run> cohort) throws IOException {
    notes.clear();
    return new Snapshots(store.folder().resolve("snapshots")).find(cohort, store::logs, notes::add);
  }

  private long step(List<Run> cohort) throws IOException {
    return find(cohort).map(found -> found.saved().step()).orElse(0L);
  }

  private void assertNote(String pattern) {
    assertTrue(notes.size() == 1 && notes.getFirst().matches(pattern), notes.toString());
  }

  private static void cut(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
  }

  private static void flip(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bytes.length * share)] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void nothingIsWrong() throws IOException {
    assertEquals(List.of(runs), store.resumable(runs));
    assertEquals(NEWEST, step(runs));
    assertEquals(NEWEST, step(runs.subList(1, 3)));
    assertEquals(List.of(), notes);
    Resumption found = find(List.of(runs.get(3), runs.get(1))).orElseThrow();
    List<Snapshot.State> states = found.snapshot(List.of(runs.get(3), runs.get(1))).members();
    assertEquals(List.of(0, 1), states.stream().map(Snapshot.State::member).toList());
    assertEquals(found.saved().of(runs.get(1).id()).get().state().model(), states.get(1).model());
    assertEquals(new Leftovers(4, store.leftovers().bytes()), store.leftovers());
  }

  /** A torn last line, rows that no snapshot knows, and temporary files. */
  @Test
  void whatIsTooMuchIsCutOff() throws IOException {
    byte[] before = find(runs).orElseThrow().logs().getFirst().checkpoints();
    Files.writeString(log(0), "{\"step\":99,\"tok", StandardOpenOption.APPEND);
    Files.writeString(cohort.resolve("snapshot-000000000006.json.part"), "{");
    Files.writeString(cohort.resolve("snapshot-000000000006.safetensors"), "torn");
    Files.createFile(store.draft(runs.get(1)).orElseThrow().resolve(RunStore.OUTCOME));
    Files.writeString(
        store.draft(runs.get(1)).orElseThrow().resolve(RunStore.CHECKPOINTS + ".part"), "torn");
    assertEquals(NEWEST, step(runs));
    assertEquals(List.of(), notes);
    assertArrayEquals(before, find(runs).orElseThrow().logs().getFirst().checkpoints());
    goOn(store, "cpu");
    assertEqual(whole("cpu"), new RunStore(store.folder()), "cut off");
  }

  @Test
  void aDamagedSnapshotIsLeftForTheOneBefore() throws IOException {
    Path numbers = SavedSnapshot.tensors(newest);
    Map<String, Damage> damages = new HashMap<>();
    damages.put(".*\\.safetensors is damaged: its checksum .*", () -> flip(numbers, 0.7));
    damages.put(".*\\.safetensors is damaged: its checksum is .*", () -> cut(numbers, 0.5));
    damages.put(".*\\.safetensors is damaged: its checksum is not .*", () -> cut(numbers, 0));
    damages.put("there is no .*\\.safetensors", () -> Files.delete(numbers));
    damages.put(".*\\.json.*not YAML.*", () -> cut(newest, 0.5));
    damages.put(".*\\.json: the file is empty", () -> cut(newest, 0));
    damages.put(".*\\.json is damaged: .*", () -> change(newest, "\"seconds\":", "\"seconds\":1"));
    damages.put(".*lacks.*", () -> Files.writeString(newest, "{\"sha256\":\"0\"}"));
    for (Map.Entry<String, Damage> damage : damages.entrySet()) {
      Map<Path, byte[]> sound = Map.of(newest, bytes(newest), numbers, bytes(numbers));
      damage.getValue().happen();
      assertEquals(OLDER, step(runs), damage.getKey());
      assertNote(damage.getKey());
      assertEquals(List.of(runs), store.resumable(runs));
      for (Map.Entry<Path, byte[]> file : sound.entrySet()) {
        Files.write(file.getKey(), file.getValue());
      }
    }
    flip(numbers, 0.3);
    goOn(store, "cpu");
    assertEquals(4, told.stream().filter(("resumed " + OLDER)::equals).count(), told.toString());
    assertEqual(whole("cpu"), store, "from the one before");
  }

  @Test
  void withNoneLeftTheRunsStartOverAndSayWhy() throws IOException {
    flip(SavedSnapshot.tensors(newest), 0.9);
    cut(older, 0.2);
    assertEquals(0, step(runs));
    goOn(store, "cpu");
    assertTrue(told.getFirst().matches(".* is damaged: .*; it starts over"), told.toString());
    assertTrue(told.stream().noneMatch(line -> line.startsWith("resumed")), told.toString());
    assertEqual(whole("cpu"), store, "started over");
  }

  /** The run starts over by itself, and the others of its cohort go on. */
  @Test
  void aDamagedLogConcernsItsRunAlone() throws IOException {
    flip(log(1), 0.05);
    assertEquals(List.of(Stream.of(0, 2, 3).map(runs::get).toList()), store.resumable(runs));
    assertEquals(0, step(runs.subList(1, 2)));
    assertTrue(
        notes.getFirst().matches(".*checkpoints.jsonl is not what it was when .* was written"),
        notes.toString());
    goOn(store, "cpu");
    assertEquals(3, told.stream().filter(("resumed " + NEWEST)::equals).count(), told.toString());
    assertEquals(2, told.stream().filter(line -> line.contains("is not what it was")).count());
    assertEqual(whole("cpu"), store, "one started over");
  }

  @Test
  void aMissingLogAndAMissingTimeAreTwoThings() throws IOException {
    cut(log(0), 0.4);
    Files.delete(log(1));
    Files.delete(store.draft(runs.get(2)).orElseThrow().resolve(RunStore.TIMING));
    Disk.delete(store.draft(runs.get(3)).orElseThrow());
    assertEquals(List.of(runs.subList(2, 3)), store.resumable(runs));
    goOn(store, "cpu");
    assertEqual(whole("cpu"), store, "some started over");
  }

  /** Killed between the two renames of publishing: the run is done, its snapshots still there. */
  @Test
  void snapshotsOfADoneRunAreDropped() throws IOException {
    RunStore whole = whole("cpu");
    copy(whole.folder().resolve("runs"), store.folder().resolve("runs"));
    Disk.delete(store.folder().resolve("unfinished"));
    assertEquals(0, train(store, "cpu", StopSignal.NEVER, UnaryOperator.identity()).done());
    assertFalse(Files.exists(cohort));
  }

  /** It failed once, and another process, with another part of the grid, is at it again. */
  @Test
  void snapshotsOfAFailedRunAreNoOneElsesToDrop() throws IOException {
    for (Run run : runs) {
      Files.createDirectories(store.folder(run));
      Outcome failed = new Outcome(StoredRun.State.FAILED, Optional.of("too hot"), 0);
      Files.writeString(store.folder(run).resolve(RunStore.OUTCOME), Json.line(failed));
    }
    assertEquals(List.of(), store.resumable(List.of()));
    assertEquals(NEWEST, step(runs));
  }

  @Test
  void whatIsCleanedStartsOver() throws IOException {
    store.clean();
    assertEquals(new Leftovers(0, 0), store.leftovers());
    assertEquals(List.of(), store.resumable(runs));
    store.clean();
  }

  /** No mutation is gone on from: it is an older snapshot, whole, or none. */
  @Test
  void mutationsAreNeverTakenForSnapshots() throws IOException {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("SnapshotsTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    Map<Long, Truth> truth = new HashMap<>();
    truth.put((long) NEWEST, Truth.of(find(runs).orElseThrow()));
    Files.move(newest, newest.resolveSibling("aside"));
    truth.put((long) OLDER, Truth.of(find(runs).orElseThrow()));
    Files.move(newest.resolveSibling("aside"), newest);
    List<Path> snapshots = new ArrayList<>(Disk.list(cohort));
    snapshots.removeIf(file -> !file.getFileName().toString().startsWith("snapshot-"));
    List<Path> logs = new ArrayList<>();
    for (Run run : runs) {
      logs.addAll(Disk.list(store.draft(run).orElseThrow()));
    }
    int count = Integer.getInteger("kleiber.mutations", 200);
    int seen = 0;
    for (int i = 0; i < count; i++) {
      List<Path> files = random.nextInt(3) == 0 ? logs : snapshots;
      Path file = files.get(random.nextInt(files.size()));
      byte[] sound = bytes(file);
      Files.write(file, Mutations.of(sound, random));
      store.resumable(runs);
      Optional<Resumption> found = find(runs);
      seen += found.isEmpty() || found.get().saved().step() != NEWEST ? 1 : 0;
      found.ifPresent(now -> assertSame(truth.get(now.saved().step()), now, "seed " + seed));
      Files.write(file, sound);
    }
    assertTrue(seen > count / 10, seen + " of " + count + " were seen, seed " + seed);
  }

  /** What a snapshot held before it was mutated. */
  private record Truth(
      SavedSnapshot saved, List<Resumption.Logs> logs, Map<String, double[]> numbers) {
    static Truth of(Resumption resumption) {
      Map<String, double[]> numbers = new HashMap<>();
      Snapshot.Tensors tensors = resumption.numbers();
      tensors.shapes().keySet().forEach(name -> numbers.put(name, tensors.read(name)));
      return new Truth(resumption.saved(), resumption.logs(), numbers);
    }
  }

  private static void assertSame(Truth expected, Resumption actual, String when) {
    assertEquals(expected.saved(), actual.saved(), when);
    for (int run = 0; run < expected.logs().size(); run++) {
      assertArrayEquals(
          expected.logs().get(run).checkpoints(), actual.logs().get(run).checkpoints(), when);
    }
    assertEquals(expected.numbers().keySet(), actual.numbers().shapes().keySet(), when);
    expected
        .numbers()
        .forEach((name, sound) -> assertArrayEquals(sound, actual.numbers().read(name), when));
  }

  private interface Damage {
    void happen() throws IOException;
  }

  private static byte[] bytes(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  private static void change(Path file, String old, String by) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertTrue(text.contains(old));
    Files.writeString(file, text.replaceFirst(old, by));
  }
}
