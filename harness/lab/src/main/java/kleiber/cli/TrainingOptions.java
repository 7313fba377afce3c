package kleiber.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.plan.Workplace;
import kleiber.run.Device;
import kleiber.run.Devices;
import kleiber.run.InProcessWorker;
import kleiber.run.Pacing;
import kleiber.run.RemoteWorker;
import kleiber.run.RunStore;
import kleiber.run.Saving;
import kleiber.run.Shard;
import kleiber.run.Worker;
import kleiber.train.Trainer;
import picocli.CommandLine.Option;

/** How a grid is trained, which no result depends on. */
final class TrainingOptions {
  private static final int CORES_A_WORKER = 8;
  private static final int MOST_WORKERS = 1024;

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      defaultValue = "auto",
      description =
          "What to train on: auto, cpu, cuda:0, cuda:0-7, or one of the engines that others are"
              + " judged by, naive and nd4j. Default: ${DEFAULT-VALUE}.")
  private String devices;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Cores to use, and runs trained side by side; all of them when not given. A card trains"
              + " one cohort at a time.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cohort",
      paramLabel = "N",
      description =
          "Runs of one shape trained together as one program, a trunk with its branches counting"
              + " as one; as many as pay when not given. Losses do not depend on it.")
  private Optional<Integer> cohort = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes to train in, among which the cores are divided; one for each device or for"
              + " every 8 cores when not given. 0 trains in this process, where a run that ends it"
              + " ends all.")
  private Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Train only part I of N, from 0 to N-1: for Slurm arrays and Kubernetes' indexed jobs."
              + " Parts cost about the same, and make the grid together.")
  private Optional<String> shard = Optional.empty();

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description =
          "How long a training may give no sign of life before its process is killed. Default:"
              + " ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--snapshot-every",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How often to save what a training goes on from when it was interrupted, at most a"
              + " fiftieth of the time being spent on it; 0 saves after every step. Default:"
              + " ${DEFAULT-VALUE}.")
  private double snapshotEvery;

  @Option(
      names = "--keep-weights",
      description =
          "Keep the final weights of every run that is trained now, as weights.safetensors in its"
              + " folder.")
  private boolean keepWeights;

  /**
   * @throws UserException when a value makes no sense, or there is no such device here
   */
  void check() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads < 1 || threads > cores) {
      throw new UserException(
          "--threads is "
              + threads
              + " but must be at least 1 and at most the cores there are, "
              + cores);
    }
    if (workers.isPresent() && (workers.get() < 0 || workers.get() > MOST_WORKERS)) {
      throw new UserException(
          "--workers is " + workers.get() + " but must be 0 to " + MOST_WORKERS);
    }
    if (patience < 1) {
      throw new UserException("--patience is " + patience + " but must be at least 1 second");
    }
    if (!(snapshotEvery >= 0 && Double.isFinite(snapshotEvery))) {
      throw new UserException(
          "--snapshot-every is " + snapshotEvery + " but must be 0 seconds or more");
    }
    if (cards() && workers.isPresent() && workers.get() != Devices.each(devices).size()) {
      throw new UserException(
          "--workers is %d, but --devices %s is one process for each of %d"
              .formatted(workers.get(), devices, Devices.each(devices).size()));
    }
    pacing();
    if (workers.equals(Optional.of(0)) && !HostEngine.vectors()) {
      throw new UserException(
          "--workers 0 trains in this process, and it was started without what training needs;"
              + " expected KLEIBER_JAVA_OPTS='%s', or --workers 1 or more"
                  .formatted(String.join(" ", HostEngine.JAVA_OPTIONS)));
    }
    Devices.each(devices).forEach(word -> Devices.parse(word, threads).close());
  }

  private boolean cards() {
    return Devices.each(devices).stream().anyMatch(word -> word.startsWith("cuda"));
  }

  Pacing pacing() {
    try {
      return new Pacing(
          cohort.map(OptionalInt::of).orElse(OptionalInt.empty()),
          shard.map(Shard::parse).orElse(Shard.WHOLE),
          Pacing.USUAL.lease());
    } catch (IllegalArgumentException e) {
      throw new UserException("--" + e.getMessage(), e);
    }
  }

  /** An engine of this process: to check the grid with, and to train without other processes. */
  Engine engine() {
    // A card's memory is for those that train.
    return workers.orElse(1) > 0
        ? Devices.parse("cpu", threads)
        : Devices.parse(Devices.each(devices).getFirst(), threads);
  }

  /** The processes that train, and the cores of each; in this process there is one of all cores. */
  private List<Device> devices() {
    List<String> each = Devices.each(devices);
    int count = workers.orElse(cards() ? each.size() : Math.ceilDiv(threads, CORES_A_WORKER));
    if (count == 0) {
      return List.of(new Device(each.getFirst(), threads));
    }
    List<Device> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int cores = Math.max(1, (i + 1) * threads / count - i * threads / count);
      all.add(new Device(each.get(i % each.size()), cores));
    }
    return all;
  }

  /** The same with the memory there is for them. */
  Workplace workplace() {
    return new Workplace(devices(), pacing().cohort(), Runtime.getRuntime().maxMemory());
  }

  /** Where cohorts are trained. */
  List<Worker> workers(RunStore store, Function<ModelFamily, Trainer> trainers, String command) {
    Saving saving = new Saving(snapshotEvery, keepWeights);
    if (workers.equals(Optional.of(0))) {
      Device only = devices().getFirst();
      return List.of(new InProcessWorker(store, trainers, only.lanes(), only, command, saving));
    }
    List<Device> all = devices();
    long memory = Runtime.getRuntime().maxMemory() / all.size();
    List<Worker> processes = new ArrayList<>();
    for (Device device : all) {
      processes.add(
          RemoteWorker.of(
              store,
              device.word(),
              device.threads(),
              device.lanes(),
              memory,
              Caches.corpora(),
              command,
              saving,
              Duration.ofSeconds(patience)));
    }
    return processes;
  }
}
