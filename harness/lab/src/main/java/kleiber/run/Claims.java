package kleiber.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.experiment.Run;

/**
 * Who trains which run, among any number of processes that share a folder and nothing else.
 *
 * <p>A claim is the folder {@code unfinished/ID/HOLDER} that its holder writes the run in. It is
 * made whole elsewhere and renamed to its place, which fails where another's lies. It is taken over
 * by renaming it to another holder's name, and published by renaming it to {@code runs/ID}: of
 * several processes that rename one folder, one does. So a holder that was presumed dead and comes
 * back finds its folder gone, and what it wrote is published by no one.
 *
 * <p>A holder touches its claims a few times a lease. A claim is dead when it was not touched for
 * as long as a lease on the clock of the process that looks on, so no two clocks are compared; or
 * at once when its process ran on this machine and is no more.
 */
final class Claims implements AutoCloseable {
  private static final String FREE = "free";

  /** What the name of a claim begins with before it has its place. */
  private static final String DRAFT = ".";

  private static final int TOUCHES = 6;

  /** What was last seen of another's claim, and when it last changed. */
  private record Sight(String holder, FileTime touched, long nanos) {}

  private final Path unfinished;
  private final Duration lease;
  private final Map<String, Sight> others = new HashMap<>();
  private final Set<Claim> held = new HashSet<>();
  private final Thread touching = new Thread(this::keepTouching, "claims");

  /**
   * @param unfinished the folder of all claims
   * @param lease how long a claim lives that is not touched
   */
  Claims(Path unfinished, Duration lease) {
    this.unfinished = unfinished;
    this.lease = lease;
    touching.setDaemon(true);
    touching.start();
  }

  /**
   * Claims a run, unless another process that may be alive holds it. What an earlier holder left is
   * in the claim's folder.
   */
  synchronized Optional<Claim> take(Run run) throws IOException {
    Path place = unfinished.resolve(run.id());
    Optional<String> holder = holder(place);
    String mine = Holder.here().name();
    boolean taken =
        holder.isEmpty()
            ? create(place, mine)
            : isFree(run, holder.get()) && rename(place.resolve(holder.get()), place, mine);
    if (!taken) {
      return Optional.empty();
    }
    others.remove(run.id());
    Claim claim = new Claim(run, place.resolve(mine), holder.isPresent());
    claim.touch();
    held.add(claim);
    return Optional.of(claim);
  }

  /** Gives a claim up. What is in its folder is kept for whoever claims the run next, if any. */
  synchronized void release(Claim claim) throws IOException {
    held.remove(claim);
    Path place = claim.folder().getParent();
    if (claim.isEmpty()) {
      Files.deleteIfExists(claim.folder());
    } else {
      rename(claim.folder(), place, FREE);
    }
    try {
      Files.deleteIfExists(place);
    } catch (DirectoryNotEmptyException e) {
      // free, or another's by now
    }
  }

  /** A run that a process holds which may be alive, if there is one. */
  static Optional<String> held(Path unfinished) throws IOException {
    for (Path place : Disk.list(unfinished)) {
      Optional<String> holder = holder(place);
      if (holder.isPresent() && !isKnownFree(holder.get())) {
        return Optional.of(place.getFileName().toString());
      }
    }
    return Optional.empty();
  }

  /** Whether a claim's folder is held by a process of which it is not known that it is dead. */
  static boolean mayBeAlive(Path claim) {
    return !isKnownFree(claim.getFileName().toString());
  }

  /** Whether a folder is a claim that is being made: nothing is in it, and it is nobody's yet. */
  static boolean isDraft(Path place) {
    return place.getFileName().toString().startsWith(DRAFT);
  }

  private static boolean isKnownFree(String holder) {
    return Holder.parse(holder).map(Holder::isDead).orElse(true);
  }

  private static Optional<String> holder(Path place) throws IOException {
    try (Stream<Path> entries = Files.list(place)) {
      return entries
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean create(Path place, String mine) throws IOException {
    Path whole = unfinished.resolve(DRAFT + mine);
    Files.createDirectories(whole.resolve(mine));
    for (Path stray : Disk.list(place)) {
      if (Files.isRegularFile(stray)) {
        Files.deleteIfExists(stray); // such as file managers leave: it holds no claim
      }
    }
    if (rename(whole, unfinished, place.getFileName().toString())) {
      return true;
    }
    Disk.delete(whole);
    return false;
  }

  /** Whether the rename was ours to do: another may have been first. */
  private static boolean rename(Path from, Path folder, String name) throws IOException {
    try {
      Files.move(from, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      boolean lost = !Files.exists(from) || Files.exists(folder.resolve(name));
      if (lost) {
        return false;
      }
      throw e;
    }
  }

  private boolean isFree(Run run, String holder) throws IOException {
    if (isKnownFree(holder)) {
      return true;
    }
    FileTime touched;
    try {
      touched = Files.getLastModifiedTime(unfinished.resolve(run.id()).resolve(holder));
    } catch (NoSuchFileException e) {
      return false; // it has just changed hands
    }
    long now = System.nanoTime();
    Sight before = others.get(run.id());
    if (before != null && before.holder().equals(holder) && before.touched().equals(touched)) {
      return now - before.nanos() > lease.toNanos();
    }
    others.put(run.id(), new Sight(holder, touched, now));
    return false;
  }

  private void keepTouching() {
    try {
      while (true) {
        Thread.sleep(lease.dividedBy(TOUCHES));
        for (Claim claim : claims()) {
          claim.touch();
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized List<Claim> claims() {
    return List.copyOf(held);
  }

  /** Touches no claim any more; those still held are taken over by others in time. */
  @Override
  public void close() throws IOException {
    touching.interrupt();
    // What a process leaves that dies between publishing a run and tidying up.
    for (Path place : Disk.list(unfinished)) {
      if (isDraft(place)) {
        if (isKnownFree(place.getFileName().toString().substring(DRAFT.length()))) {
          Disk.delete(place);
        }
        continue; // or another process is about to rename it
      }
      try {
        if (Files.isDirectory(place)) {
          Files.deleteIfExists(place);
        }
      } catch (DirectoryNotEmptyException e) {
        // a claim, or what can be gone on with
      }
    }
  }
}
