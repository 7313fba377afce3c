package kleiber.run;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import kleiber.experiment.Run;

/**
 * What is left to train, for several lanes at once and beside other processes: a cohort is given to
 * a lane once its runs are claimed, and what others have claimed is waited for, since they may die.
 */
final class Agenda {
  private static final long LOOK_MILLIS = 500;

  /**
   * Something to train.
   *
   * @param alone whether nothing may be trained beside it: its worker died before
   */
  record Item(List<Claim> claims, boolean alone) {
    List<Run> runs() {
      return claims.stream().map(Claim::run).toList();
    }
  }

  private final RunStore store;
  private final Claims claims;
  private final Overview overview;
  private final BooleanSupplier stopping;
  private final Deque<List<Run>> waiting;
  private final Deque<List<Run>> suspects = new ArrayDeque<>();
  private final List<List<Run>> elsewhere = new ArrayList<>();
  private int busy;

  Agenda(
      RunStore store,
      Claims claims,
      Overview overview,
      BooleanSupplier stopping,
      List<List<Run>> cohorts) {
    this.store = store;
    this.claims = claims;
    this.overview = overview;
    this.stopping = stopping;
    waiting = new ArrayDeque<>(cohorts);
  }

  /** The next to be trained; empty when nothing is left, or all is to stop. */
  synchronized Optional<Item> next() throws IOException {
    boolean told = false;
    while (!stopping.getAsBoolean()) {
      Optional<Item> item = claimed(waiting, false);
      if (item.isEmpty()) {
        item = claimed(suspects, true);
      }
      if (item.isEmpty()) {
        item = takenOver();
      }
      if (item.isPresent()) {
        busy++;
        return item;
      }
      if (busy == 0 && elsewhere.isEmpty()) {
        return Optional.empty();
      }
      if (busy == 0 && !told) {
        overview.waiting(elsewhere.stream().mapToInt(List::size).sum());
        told = true;
      }
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** An item was trained, as far as it could be. */
  synchronized void done() {
    busy--;
    notifyAll();
  }

  /** Puts runs first in the row, in two halves. */
  synchronized void split(List<Run> runs) {
    halves(runs).forEach(waiting::addFirst);
  }

  /** Puts runs of which one killed its worker last in the row, in two halves. */
  synchronized void suspect(List<Run> runs) {
    halves(runs).reversed().forEach(suspects::addLast);
  }

  /** A claim on the run was lost to another process. */
  synchronized void lost(Run run) {
    elsewhere.add(List.of(run));
  }

  private static List<List<Run>> halves(List<Run> runs) {
    int half = Math.ceilDiv(runs.size(), 2);
    return List.of(runs.subList(half, runs.size()), runs.subList(0, half)).stream()
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private Optional<Item> claimed(Deque<List<Run>> row, boolean alone) throws IOException {
    for (List<Run> cohort = row.poll(); cohort != null; cohort = row.poll()) {
      List<Run> others = new ArrayList<>();
      List<Claim> mine = claim(cohort, others);
      if (!others.isEmpty()) {
        elsewhere.add(others);
      }
      if (!mine.isEmpty()) {
        return Optional.of(new Item(mine, alone));
      }
    }
    return Optional.empty();
  }

  /** What another process held and holds no more. */
  private Optional<Item> takenOver() throws IOException {
    for (ListIterator<List<Run>> cohorts = elsewhere.listIterator(); cohorts.hasNext(); ) {
      List<Run> others = new ArrayList<>();
      List<Claim> mine = claim(cohorts.next(), others);
      if (others.isEmpty()) {
        cohorts.remove();
      } else {
        cohorts.set(others);
      }
      if (!mine.isEmpty()) {
        return Optional.of(new Item(mine, false));
      }
    }
    return Optional.empty();
  }

  /**
   * Claims the runs of a cohort. Whoever holds the first has the rest in a moment, so when it is
   * another's, the rest is left to it: two processes must not divide a cohort.
   *
   * @param others is told the runs that others hold
   */
  private List<Claim> claim(List<Run> cohort, List<Run> others) throws IOException {
    List<Claim> mine = new ArrayList<>();
    for (Run run : cohort) {
      boolean leave = !others.isEmpty() && mine.isEmpty();
      Optional<Claim> claim = leave ? Optional.empty() : take(run);
      claim.ifPresent(mine::add);
      if (claim.isEmpty() && !isPublished(run)) {
        others.add(run);
      }
    }
    return mine;
  }

  /** A claim on a run that nobody has published; one that somebody has is told. */
  private Optional<Claim> take(Run run) throws IOException {
    if (isPublished(run)) {
      return Optional.empty();
    }
    Optional<Claim> claim = claims.take(run);
    // A run is published and its claim ends in one step, so now is the time to look again.
    if (claim.isPresent() && isPublished(run)) {
      claims.release(claim.get());
      return Optional.empty();
    }
    return claim;
  }

  private boolean isPublished(Run run) {
    if (overview.hasEnded(run)) {
      return true;
    }
    StoredRun.State state = store.load(run).state();
    if (state.isFinal()) {
      overview.endedElsewhere(run, state);
      return true;
    }
    return false;
  }
}
