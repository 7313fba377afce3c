package kleiber.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class TeamTest {
  /** Many callers, loops of all lengths: every index runs once, on no more cores than there are. */
  @Test
  void everyIndexRunsOnceAndCoresAreNotCrowded() throws InterruptedException {
    int threads = 3;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    try (Team team = new Team(threads)) {
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < 5; caller++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int count = 0; count < 300; count++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(count);
                    AtomicIntegerArray busy = new AtomicIntegerArray(threads);
                    team.run(
                        count,
                        (worker, index) -> {
                          assertEquals(1, busy.incrementAndGet(worker), "worker shared");
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          runs.incrementAndGet(index);
                          running.decrementAndGet();
                          busy.decrementAndGet(worker);
                        });
                    for (int i = 0; i < count; i++) {
                      assertEquals(1, runs.get(i), "index " + i + " of " + count);
                    }
                  }
                });
        thread.setUncaughtExceptionHandler(
            (_, failure) -> {
              synchronized (failures) {
                failures.add(failure);
              }
            });
        thread.start();
        callers.add(thread);
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertEquals(List.of(), failures);
    assertTrue(most.get() <= threads, most + " at once");
  }

  @Test
  void aFailureReachesTheCallerAndTheTeamLivesOn() {
    try (Team team = new Team(2)) {
      RuntimeException failure = new RuntimeException("broken");
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  team.run(
                      10,
                      (_, index) -> {
                        if (index == 7) {
                          throw failure;
                        }
                      }));
      assertSame(failure, thrown.getCause());
      AtomicInteger sum = new AtomicInteger();
      team.run(5, (_, index) -> sum.addAndGet(index));
      assertEquals(10, sum.get());
    }
  }

  /** Who calls tells a lack of memory from a mistake. */
  @Test
  void anErrorReachesTheCallerAsItIs() {
    try (Team team = new Team(2)) {
      OutOfMemoryError error = new OutOfMemoryError("made up");
      OutOfMemoryError thrown =
          assertThrows(
              OutOfMemoryError.class,
              () ->
                  team.run(
                      10,
                      (_, _) -> {
                        throw error;
                      }));
      assertSame(error, thrown);
    }
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> new Team(0));
    Team closed = new Team(2);
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.run(1, (_, _) -> {}));
  }
}
