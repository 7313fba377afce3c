package kleiber.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Binder;
import kleiber.experiment.Branches;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.experiment.Yaml;
import kleiber.run.Device;
import kleiber.run.Machine;
import kleiber.run.Provenance;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * What steps take on this machine: those that were timed, in a file that is only added to, those
 * that finished runs tell of, and what follows from both for other shapes.
 */
public final class StepTimes {
  /** FLOP/s that a core is guessed to reach. */
  private static final double GUESS_FOR_A_CORE = 1e10;

  /** FLOP/s that a card is guessed to reach. */
  private static final double GUESS_FOR_A_CARD = 1e13;

  private final Path file;
  private final String processor = Machine.here().processor();
  private final List<StepTime> measured = new ArrayList<>();
  private final List<StepTime> told = new ArrayList<>();
  private final OptionalDouble guess;

  private StepTimes(Path file, OptionalDouble guess) {
    this.file = file;
    this.guess = guess;
  }

  /**
   * Reads what was measured.
   *
   * @param file of the cache; need not be there
   * @param guess FLOP/s of a device, where nothing was measured
   */
  public static StepTimes read(Path file, OptionalDouble guess) throws IOException {
    StepTimes times = new StepTimes(file, guess);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        parse(line)
            .filter(time -> time.processor().equals(times.processor))
            .ifPresent(times.measured::add);
      }
    }
    return times;
  }

  /** A line that another version wrote, or half of one, is no measurement. */
  private static Optional<StepTime> parse(String line) {
    try {
      return Optional.of(Binder.log().bind(Yaml.parse(line, "the cache"), StepTime.class));
    } catch (UserException e) {
      return Optional.empty();
    }
  }

  /** Keeps a measurement. */
  void add(StepTime time) throws IOException {
    measured.add(time);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(
        file,
        Json.line(time) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Learns from the finished runs of a store that this machine trained. Their seconds hold steps
   * and scoring; a held-out token is taken for a third of a training token, as its FLOPs are.
   *
   * @param device that is supposed to have trained them
   */
  public void learn(RunStore store, List<Run> runs, Device device) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    Map<Shape, double[]> secondsAndSteps = new LinkedHashMap<>();
    Branches branches = Branches.of(runs); // who shares a trunk's steps shares its seconds
    for (Run run : runs) {
      StoredRun stored = store.load(run);
      if (stored.state() == StoredRun.State.DONE && isOurs(store.provenance(run), device)) {
        Shape shape = Shape.of(run, vocabularies.of(run.spec().corpus()));
        double[] sums = secondsAndSteps.computeIfAbsent(shape, _ -> new double[2]);
        sums[0] += stored.seconds();
        double scored = scoredTokens(run) / Speed.BACKWARD_TOO / run.spec().tokensPerStep();
        double own = branches.ownSteps().get(run.id());
        sums[1] += own + scored * own / run.spec().steps();
      }
    }
    secondsAndSteps.forEach(
        (shape, sums) -> {
          Speed beside = Speed.ofStep(sums[0] / sums[1], shape.tokensPerStep());
          told.add(
              StepTime.here(
                  device, shape, 1, beside.times(lone(device)), beside, OptionalDouble.empty()));
        });
  }

  private boolean isOurs(Optional<Provenance> provenance, Device device) {
    return provenance
        .filter(from -> from.machine().processor().equals(processor))
        .filter(from -> from.numerics().startsWith(device.ofKind().word() + "/"))
        .isPresent();
  }

  /** Held-out tokens that a run scores, all checkpoints together. */
  static double scoredTokens(Run run) {
    long each = run.spec().heldOut().values().stream().mapToLong(set -> set.tokens()).sum();
    return (double) each * run.spec().checkpoints().tokens(run.spec().tokens()).length;
  }

  /** Whether steps of that very shape were timed. */
  boolean isMeasured(Device device, Shape shape, int members) {
    return exact(measured, device, shape, members).isPresent();
  }

  /** How long the steps of a cohort take. */
  Pace of(Device device, Shape shape, int members) {
    Optional<StepTime> timed = exact(measured, device, shape, members);
    if (timed.isPresent()) {
      return pace(timed.get(), TimeSource.MEASURED);
    }
    Optional<StepTime> ran = exact(told, device, shape, 1);
    if (ran.isPresent()) {
      return pace(
          new StepTime(
              processor,
              device,
              shape,
              members,
              ran.get().alone().times(members),
              ran.get().beside().times(members),
              OptionalDouble.empty(),
              ""),
          TimeSource.EARLIER_RUNS);
    }
    double flops = members * shape.flopsPerStep();
    OptionalDouble near = rate(device, shape, flops);
    double rate = near.orElseGet(() -> guess(device));
    Speed beside = Speed.ofStep(flops / rate, shape.tokensPerStep());
    return new Pace(
        beside.times(lone(device)),
        beside,
        near.isPresent() ? TimeSource.NEIGHBOURS : TimeSource.GUESSED);
  }

  private static Pace pace(StepTime time, TimeSource source) {
    return new Pace(time.alone(), time.beside(), source);
  }

  private static Optional<StepTime> exact(
      List<StepTime> times, Device device, Shape shape, int members) {
    return times.stream()
        .filter(time -> time.device().equals(device.ofKind()))
        .filter(time -> time.shape().equals(shape) && time.members() == members)
        .reduce((_, later) -> later);
  }

  /** FLOP/s of one lane of all, a straight line in logarithms between the nearest steps. */
  private OptionalDouble rate(Device device, Shape shape, double flops) {
    List<StepTime> known =
        (measured.stream().anyMatch(time -> alike(time, device, shape)) ? measured : told)
            .stream()
                .filter(time -> alike(time, device, shape))
                .sorted(Comparator.comparingDouble(StepTime::flops))
                .toList();
    if (known.isEmpty()) {
      return OptionalDouble.empty();
    }
    StepTime below = known.getFirst();
    StepTime above = known.getLast();
    for (StepTime time : known) {
      below = time.flops() <= flops ? time : below;
      above = time.flops() >= flops && above.flops() >= time.flops() ? time : above;
    }
    double low = below.flops() / below.beside().step();
    double high = above.flops() / above.beside().step();
    double span = Math.log(above.flops() / below.flops());
    double share = span > 0 ? Math.clamp(Math.log(flops / below.flops()) / span, 0, 1) : 0;
    return OptionalDouble.of(low * Math.pow(high / low, share));
  }

  private static boolean alike(StepTime time, Device device, Shape shape) {
    return time.device().equals(device.ofKind())
        && time.shape().precision() == shape.precision()
        && time.shape().optimizer().equals(shape.optimizer())
        && time.shape().model().getClass() == shape.model().getClass();
  }

  /** What a lane takes alone, as a share of what it takes beside the others. */
  private double lone(Device device) {
    return measured.stream()
        .filter(time -> time.device().equals(device.ofKind()))
        .mapToDouble(time -> time.alone().step() / time.beside().step())
        .average()
        .orElse(1 / Math.sqrt(device.lanes()));
  }

  /** Seconds until a process trains as fast as it will, as the last one timed; 0 if none was. */
  double start(Device device) {
    return measured.stream()
        .filter(time -> time.device().equals(device.ofKind()))
        .flatMapToDouble(time -> time.start().stream())
        .reduce(0, (_, later) -> later);
  }

  /** FLOP/s of one lane where nothing was measured. */
  public double guess(Device device) {
    double all =
        guess.orElse(device.isCard() ? GUESS_FOR_A_CARD : device.threads() * GUESS_FOR_A_CORE);
    return all / device.lanes();
  }
}
