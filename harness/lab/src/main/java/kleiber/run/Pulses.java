package kleiber.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;

/**
 * The folder of all {@link Pulse}s, each a file that its process replaces. It is named by a claim,
 * of which no two are alike, so a process that was presumed dead and comes back writes over nobody.
 * A file that cannot be written or read is passed over: nothing depends on it.
 *
 * @param folder which need not be there
 * @param unfinished where the claims are
 */
public record Pulses(Path folder, Path unfinished) {
  private static final String JSON = ".json";

  /** The file of a cohort whose first claim has this holder's name. */
  Path file(String holder) {
    return folder.resolve(holder + JSON);
  }

  void write(Path file, Pulse pulse) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(folder);
      Files.write(part, (Json.line(pulse) + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return; // the disk is full, or another process tidied up; the next may go better
    }
  }

  void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // others train
    } catch (IOException e) {
      return; // whoever looks on sees that the claims are gone
    }
  }

  /**
   * The cohorts that are being trained, as their processes told a moment ago, each with its members
   * that are still claimed by them. A process on another machine may have ended since.
   */
  public List<Pulse> cohorts() throws IOException {
    return files().stream()
        .flatMap(file -> read(file).stream())
        .map(pulse -> pulse.with(pulse.members().stream().filter(this::isHeld).toList()))
        .filter(pulse -> !pulse.members().isEmpty())
        .toList();
  }

  private boolean isHeld(Pulse.Member member) {
    Path claim = unfinished.resolve(member.run()).resolve(member.holder());
    return Files.isDirectory(claim) && Claims.mayBeAlive(claim);
  }

  private static Optional<Pulse> read(Path file) {
    try {
      String text = Files.readString(file);
      return Optional.of(Binder.log().bind(Yaml.parse(text, file.toString()), Pulse.class));
    } catch (IOException | UserException e) {
      return Optional.empty();
    }
  }

  private List<Path> files() throws IOException {
    return Disk.list(folder).stream().filter(file -> file.toString().endsWith(JSON)).toList();
  }

  /** Deletes what processes left that were killed. */
  void sweep() throws IOException {
    for (Path file : files()) {
      if (read(file).filter(pulse -> pulse.members().stream().anyMatch(this::isHeld)).isEmpty()) {
        delete(file);
      }
    }
  }
}
