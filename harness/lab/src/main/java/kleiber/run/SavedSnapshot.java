package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;
import kleiber.train.Facts;
import kleiber.train.Snapshot;

/**
 * A snapshot of a cohort as it is kept: two files in the cohort's folder, {@code
 * snapshot-STEP.safetensors} with the numbers, and, written after it, {@code snapshot-STEP.json}
 * with this.
 *
 * @param seconds of training so far, each run's share
 * @param started when the training first began, ISO-8601, UTC
 * @param resumed times that it has gone on from a snapshot
 * @param tensors SHA-256 of the file with the numbers, in hex
 * @param runs those that still train
 */
record SavedSnapshot(
    String numerics,
    Facts facts,
    long step,
    double seconds,
    String started,
    int resumed,
    String tensors,
    List<SavedRun> runs) {
  /**
   * A run of the cohort.
   *
   * @param run its id
   * @param state by the numbers that the cohort had then
   * @param checkpoints how much of its log belongs to the snapshot
   * @param timing the same of its other log
   */
  record SavedRun(String run, Snapshot.State state, LogMark checkpoints, LogMark timing) {}

  /** As it stands in the file: with the checksum of the snapshot's one form in JSON. */
  private record Sealed(String sha256, SavedSnapshot snapshot) {}

  private static final String PREFIX = "snapshot-";
  private static final String JSON = ".json";
  private static final String TENSORS = ".safetensors";
  private static final String PART = ".part";
  private static final long LARGEST = 1 << 26;

  /** The file with the numbers, beside the other. */
  static Path tensors(Path json) {
    String name = json.getFileName().toString();
    return json.resolveSibling(name.substring(0, name.length() - JSON.length()) + TENSORS);
  }

  /** Where a cohort's snapshot of a step lies. */
  static Path file(Path folder, long step) {
    return folder.resolve("%s%012d%s".formatted(PREFIX, step, JSON));
  }

  /** A cohort's snapshots, the newest first. */
  static List<Path> files(Path folder) throws IOException {
    return Disk.list(folder).stream().filter(file -> step(file).isPresent()).toList().reversed();
  }

  /** The step that a file is a snapshot of, by its name; empty for every other file. */
  static Optional<Long> step(Path file) {
    String name = file.getFileName().toString();
    return name.matches(PREFIX + "\\d{12}\\" + JSON)
        ? Optional.of(Long.valueOf(name.substring(PREFIX.length(), PREFIX.length() + 12)))
        : Optional.empty();
  }

  /**
   * Writes the numbers.
   *
   * @return their checksum
   */
  static String write(Path json, Snapshot.Tensors tensors, RunStore.Opener opener)
      throws IOException {
    Path part = part(tensors(json));
    Files.deleteIfExists(part);
    String sha256 = Safetensors.write(part, tensors, opener);
    Disk.settle(part, tensors(json));
    return sha256;
  }

  /** Writes this, beside the numbers. */
  void write(Path json, RunStore.Opener opener) throws IOException {
    Path part = part(json);
    Files.deleteIfExists(part);
    try (OutputStream out = opener.open(part)) {
      String sealed = Json.line(new Sealed(checksum(), this)) + "\n";
      out.write(sealed.getBytes(StandardCharsets.UTF_8));
    }
    Disk.settle(part, json);
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + PART);
  }

  /** Deletes a snapshot, whole or begun: first what says that it is there. */
  static void delete(Path json) throws IOException {
    for (Path file : List.of(json, tensors(json))) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(part(file));
    }
  }

  /**
   * Reads a snapshot, but not yet its numbers.
   *
   * @throws UserException when it is damaged
   */
  static SavedSnapshot read(Path json) throws IOException {
    if (Files.size(json) > LARGEST) {
      throw new UserException(json + " is too long for a snapshot");
    }
    Sealed sealed =
        Binder.log().bind(Yaml.parse(Files.readString(json), json.toString()), Sealed.class);
    if (!sealed.snapshot().checksum().equals(sealed.sha256())) {
      throw new UserException(json + " is damaged: its checksum is not what was written");
    }
    return sealed.snapshot();
  }

  private String checksum() {
    byte[] text = Json.line(this).getBytes(StandardCharsets.UTF_8);
    return Disk.hex(Disk.sha256().digest(text));
  }

  /** What is kept of a run; empty when it had ended. */
  Optional<SavedRun> of(String id) {
    return runs.stream().filter(saved -> saved.run().equals(id)).findFirst();
  }
}
