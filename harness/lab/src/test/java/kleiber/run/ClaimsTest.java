package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may train and publish a run, when several processes want to. */
final class ClaimsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(60);

  private final Run run = Ladder.read().runs().getFirst();
  @TempDir private Path folder;

  @Test
  void aClaimIsOnesUntilItIsReleased() throws IOException {
    try (Claims one = new Claims(folder, LONG);
        Claims other = new Claims(folder, LONG)) {
      Claim claim = one.take(run).orElseThrow();
      assertFalse(claim.begun());
      assertEquals(Optional.empty(), other.take(run));
      assertEquals(Optional.empty(), one.take(run));
      Files.writeString(claim.folder().resolve("left"), "something");
      one.release(claim);
      Claim next = other.take(run).orElseThrow();
      assertTrue(next.begun());
      assertEquals("something", Files.readString(next.folder().resolve("left")));
      Files.delete(next.folder().resolve("left"));
      other.release(next);
      assertEquals(List.of(), list());
    }
  }

  /** Such as file managers leave in every folder that they show. */
  @Test
  void aStrayFileIsNoClaim() throws IOException {
    Path place = Files.createDirectories(folder.resolve(run.id()));
    Files.writeString(place.resolve(".DS_Store"), "stray");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    try (Claims claims = new Claims(folder, LONG)) {
      Claim claim = claims.take(run).orElseThrow();
      assertFalse(claim.begun());
      assertTrue(Files.isDirectory(claim.folder()));
      Files.writeString(place.resolve(".DS_Store"), "again");
      claims.release(claim);
      assertTrue(claims.take(run).isPresent());
    }
    assertEquals("mine", Files.readString(folder.resolve("notes.txt")));
  }

  /** Judged on this process's clock alone: the time that the claim was touched may be any. */
  @Test
  void aClaimThatIsNotTouchedForALeaseIsTakenOver() throws Exception {
    Claim dead;
    try (Claims ended = new Claims(folder, LONG)) {
      dead = ended.take(run).orElseThrow();
    }
    try (Claims one = new Claims(folder, SHORT)) {
      assertEquals(Optional.empty(), one.take(run), "seen for the first time");
      Claim claim = awaited(one);
      assertTrue(claim.begun());
      assertFalse(dead.isHeld());
      assertTrue(claim.isHeld());
    }
  }

  /** One that is being made beside its place, and one of which only the place is left. */
  @Test
  void whoEndsTidiesUpAfterTheDeadAlone() throws Exception {
    Assumptions.assumeFalse(
        Holder.here().started() == 0, "this system does not list its processes");
    Path coming = Files.createDirectory(folder.resolve("." + Holder.here().name()));
    Path gone = Files.createDirectory(folder.resolve(run.id()));
    Path half = Files.createDirectory(folder.resolve("." + dead().name()));
    new Claims(folder, LONG).close();
    assertFalse(Files.exists(half));
    assertTrue(Files.exists(coming));
    assertFalse(Files.exists(gone));
  }

  @Test
  void aClaimThatIsTouchedIsKept() throws Exception {
    try (Claims one = new Claims(folder, LONG);
        Claims other = new Claims(folder, SHORT)) {
      Claim claim = one.take(run).orElseThrow();
      for (int second = 1; second < 5; second++) {
        Files.setLastModifiedTime(claim.folder(), FileTime.from(second, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), other.take(run));
        Thread.sleep(SHORT.multipliedBy(2));
      }
      assertTrue(claim.isHeld());
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES) // one that does not is waited for
  void aHolderTouchesItsClaims() throws Exception {
    FileTime longAgo = FileTime.fromMillis(0);
    try (Claims claims = new Claims(folder, SHORT)) {
      Path place = claims.take(run).orElseThrow().folder();
      for (int touches = 0; touches < 3; touches++) {
        Files.setLastModifiedTime(place, longAgo);
        while (Files.getLastModifiedTime(place).equals(longAgo)) {
          Thread.sleep(1);
        }
      }
    }
  }

  private static Holder dead() throws Exception {
    Process process = new ProcessBuilder("sleep", "0").start();
    process.waitFor();
    return new Holder(Holder.here().machine(), process.pid(), 1, Holder.here().token());
  }

  @Test
  void aDeadProcessOfThisMachineLosesItsClaimAtOnce() throws Exception {
    Holder here = Holder.here();
    Assumptions.assumeFalse(here.started() == 0, "this system does not list its processes");
    assertFalse(here.isDead());
    Holder dead = dead();
    assertTrue(dead.isDead());
    assertFalse(new Holder("00000000", dead.process(), 1, here.token()).isDead());
    assertEquals(Optional.of(dead), Holder.parse(dead.name()));
    Files.createDirectories(folder.resolve(run.id()).resolve(dead.name()));
    try (Claims claims = new Claims(folder, LONG)) {
      assertTrue(claims.take(run).isPresent());
    }
  }

  /** Who publishes renames the folder that who takes over renames too: one of them is too late. */
  @Test
  void whoLostTheClaimDoesNotPublish() throws Exception {
    RunStore store = new RunStore(folder);
    Path unfinished = folder.resolve("unfinished");
    Claim lost;
    try (Claims ended = new Claims(unfinished, LONG)) {
      lost = ended.take(run).orElseThrow();
    }
    try (Claims claims = new Claims(unfinished, SHORT)) {
      Claim claim = awaited(claims);
      assertThrows(ClaimLost.class, () -> store.publish(lost, StoredRun.State.DONE));
      assertFalse(Files.exists(store.folder(run)));
      store.publish(claim, StoredRun.State.DONE);
      assertTrue(Files.exists(store.folder(run)));
      assertThrows(ClaimLost.class, () -> store.publish(lost, StoredRun.State.DONE));
      assertTrue(Files.exists(store.folder(run)));
    }
  }

  @Test
  void ofManyThatWantItOneHasIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      ConcurrentLinkedQueue<Claim> won = new ConcurrentLinkedQueue<>();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads =
          IntStream.range(0, 8)
              .mapToObj(_ -> Thread.ofPlatform().start(() -> take(start, won)))
              .toList();
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(1, won.size());
      // The next round begins with a claim that is free, or is none.
      Path place = won.peek().folder();
      if (round % 2 == 0) {
        Files.move(place, place.resolveSibling("free"), StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.delete(place);
      }
    }
  }

  private void take(CountDownLatch start, ConcurrentLinkedQueue<Claim> won) {
    try (Claims claims = new Claims(folder, LONG)) {
      start.await();
      claims.take(run).ifPresent(won::add);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Claim awaited(Claims claims) throws Exception {
    Optional<Claim> claim = claims.take(run);
    while (claim.isEmpty()) {
      Thread.sleep(10);
      claim = claims.take(run);
    }
    return claim.get();
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
