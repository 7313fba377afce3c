package kleiber.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import kleiber.experiment.Branches;
import kleiber.experiment.Run;

/** Tells those who look on how a cohort comes along, at most once a second. */
final class PulseWriter implements AutoCloseable {
  private static final double EVERY_SECONDS = 1;

  /** A share of the time at most is spent on telling: the disk may be slow. */
  private static final double LEAST_WORK = 99;

  /** Seconds over which the rate forgets. */
  private static final double MEMORY = 10;

  private final Pulses pulses;
  private final Path file;
  private final Device device;
  private final List<Claim> claims;

  /** First steps of a member that another does for it: branches have their trunk in common. */
  private final long[] shared;

  private final long[] steps;
  private final boolean[] ended;
  private String numerics = "none";
  private double rate;
  private long tokens;
  private final LongSupplier clock;
  private long told;
  private double took;

  PulseWriter(Pulses pulses, Device device, List<Claim> claims) {
    this(pulses, device, claims, System::nanoTime);
  }

  /**
   * @param clock in nanoseconds
   */
  PulseWriter(Pulses pulses, Device device, List<Claim> claims, LongSupplier clock) {
    this.clock = clock;
    told = clock.getAsLong();
    this.pulses = pulses;
    this.device = device;
    this.claims = List.copyOf(claims);
    file = pulses.file(claims.getFirst().folder().getFileName().toString());
    steps = new long[claims.size()];
    List<Run> runs = claims.stream().map(Claim::run).toList();
    Branches branches = Branches.of(runs);
    shared =
        runs.stream()
            .mapToLong(run -> run.spec().steps() - branches.ownSteps().get(run.id()))
            .toArray();
    ended = new boolean[claims.size()];
  }

  void trainedWith(String numerics) {
    this.numerics = numerics;
  }

  /** A run goes on after a step, which is not counted as done now. */
  void resumed(int member, long step) {
    steps[member] = step;
  }

  void advanced(int member, long step) {
    long done = Math.max(steps[member], shared[member]);
    tokens += Math.max(0, step - done) * claims.get(member).run().spec().tokensPerStep();
    steps[member] = step;
    long now = clock.getAsLong();
    double since = (now - told) * 1e-9;
    if (since >= Math.max(EVERY_SECONDS, LEAST_WORK * took)) {
      double share = rate == 0 ? 1 : 1 - Math.exp(-since / MEMORY);
      rate += share * (tokens / since - rate);
      tokens = 0;
      told = now;
      pulses.write(file, pulse());
      took = (clock.getAsLong() - now) * 1e-9;
    }
  }

  void ended(int member) {
    ended[member] = true;
  }

  private Pulse pulse() {
    List<Pulse.Member> members = new ArrayList<>();
    for (int member = 0; member < steps.length; member++) {
      if (!ended[member]) {
        Claim claim = claims.get(member);
        String holder = claim.folder().getFileName().toString();
        members.add(new Pulse.Member(claim.run().id(), holder, steps[member]));
      }
    }
    return new Pulse(device.word(), device.threads(), Worker.processor(), numerics, rate, members);
  }

  /** Tells no more, and what was told is gone. */
  @Override
  public void close() {
    pulses.delete(file);
  }
}
