package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.observe.Positive;
import kleiber.observe.Quantity;
import kleiber.run.RunStore;
import kleiber.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A grid as a Slurm job array. */
@Command(
    name = "slurm",
    mixinStandardHelpOptions = true,
    description = {
      "Write the scripts that train a grid as a Slurm job array and report at the end, and submit"
          + " them when asked.",
      "Each task trains a part of the grid; parts cost about the same. A task that is preempted,"
          + " reaches its time limit or loses its node goes back into the queue and goes on from"
          + " its last snapshot. The results folder, the program and the cache must be on disks"
          + " that all nodes share."
    })
final class SlurmCommand implements Callable<Integer> {
  @Mixin private ExperimentArguments arguments;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      description = "Tasks of the array; as many as --minutes asks for when not given.")
  private Optional<Integer> tasks = Optional.empty();

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "How long a task should train, about: decides how many there are.")
  private Optional<Double> minutes = Optional.empty();

  @Option(
      names = "--speed",
      paramLabel = "FLOP/S",
      description =
          "FLOP/s of a task, for --minutes; what finished runs in the folder took when not given.")
  private Optional<Double> speed = Optional.empty();

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      defaultValue = "auto",
      description =
          "What a task trains on, as for `run`; with cuda it asks for one GPU. Default:"
              + " ${DEFAULT-VALUE}.")
  private String devices;

  @Option(
      names = "--cores",
      paramLabel = "N",
      defaultValue = "4",
      description = "CPU cores of a task. Default: ${DEFAULT-VALUE}.")
  private int cores;

  @Option(
      names = "--sbatch",
      paramLabel = "OPTION",
      description =
          "A further option for sbatch, such as --sbatch=--partition=long or"
              + " --sbatch=--time=4:00:00. May be repeated.")
  private List<String> options = new ArrayList<>();

  @Option(names = "--submit", description = "Submit the scripts with sbatch.")
  private boolean submit;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (cores < 1) {
      throw new UserException("--cores is " + cores + " but must be at least 1");
    }
    Experiment experiment = arguments.readToTrain();
    Path results = arguments.folder(experiment).toAbsolutePath().normalize();
    Path folder = results.resolve("slurm");
    double flops = missing(experiment, results);
    int count = count(experiment, results, flops);
    SlurmScript script =
        new SlurmScript(
            "kleiber-" + experiment.name(),
            folder,
            count,
            cores,
            devices.startsWith("cuda") ? 1 : 0,
            options,
            environment());
    Files.createDirectories(folder);
    // As the file is now: a job may wait for days, and the file may be edited.
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(file, experiment.text());
    List<String> training =
        List.of(
            launcher().toString(),
            "run",
            file.toString(),
            "--out",
            results.toString(),
            "--devices",
            devices,
            "--threads",
            String.valueOf(cores));
    List<String> report = List.of(launcher().toString(), "report", results.toString());
    Path train = folder.resolve("train.sh");
    Path last = folder.resolve("report.sh");
    Files.writeString(train, script.training(training));
    Files.writeString(last, script.report(report));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %d runs, %s FLOPs to train, in %d tasks%s%n",
        experiment.name(),
        experiment.runs().size(),
        Quantity.count(flops),
        count,
        estimate(experiment, results, flops, count));
    if (submit) {
      String job = sbatch(train.toString());
      String after = sbatch("--dependency=afterany:" + job, last.toString());
      out.println("submitted: " + train + " as job " + job);
      out.println("submitted: " + last + " as job " + after + ", which waits for it");
    } else {
      out.println("written: " + train);
      out.println("written: " + last);
      out.println(
          "submit them with --submit, or by hand: sbatch "
              + ShellWords.quoted(train.toString())
              + ", then sbatch --dependency=afterany:JOB "
              + ShellWords.quoted(last.toString()));
    }
    out.flush();
    return 0;
  }

  private int count(Experiment experiment, Path results, double flops) throws IOException {
    if (tasks.isPresent() == minutes.isPresent()) {
      throw new UserException("how many tasks? Give either --tasks N or --minutes N");
    }
    int most = experiment.runs().size();
    if (tasks.isPresent()) {
      if (tasks.get() < 1) {
        throw new UserException("--tasks is " + tasks.get() + " but must be at least 1");
      }
      return Math.min(tasks.get(), most);
    }
    Positive.require("--minutes", minutes);
    double rate =
        speed(experiment, results)
            .orElseThrow(
                () ->
                    new UserException(
                        "--minutes needs the speed of a task: no run in "
                            + results
                            + " is finished, so give --speed FLOP/S (`kleiber bench` measures it),"
                            + " or --tasks N"));
    return (int) Math.clamp(Math.ceil(flops / rate / 60 / minutes.get()), 1, most);
  }

  private String estimate(Experiment experiment, Path results, double flops, int count)
      throws IOException {
    OptionalDouble rate = speed(experiment, results);
    return rate.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            " of about %s at %s FLOP/s",
            Numbers.duration(flops / rate.getAsDouble() / count),
            Quantity.count(rate.getAsDouble()));
  }

  private OptionalDouble speed(Experiment experiment, Path results) throws IOException {
    if (speed.isPresent()) {
      Positive.require("--speed", speed);
      return OptionalDouble.of(speed.get());
    }
    double flops = 0;
    double seconds = 0;
    Vocabularies vocabularies = new Vocabularies();
    for (Run run : experiment.runs()) {
      RunSummary summary = new RunStore(results).summary(run, experiment.fit().heldOut());
      if (summary.state().isFinal() && summary.seconds() > 0) {
        double done = (double) summary.tokens() / run.trainedTokens();
        flops += done * run.flops(vocabularies.of(run.spec().corpus()));
        seconds += summary.seconds();
      }
    }
    return seconds > 0 ? OptionalDouble.of(flops / seconds) : OptionalDouble.empty();
  }

  private static double missing(Experiment experiment, Path results) throws IOException {
    double flops = 0;
    Vocabularies vocabularies = new Vocabularies();
    RunStore store = new RunStore(results);
    for (Run run : experiment.runs()) {
      if (!store.summary(run, experiment.fit().heldOut()).state().isFinal()) {
        flops += run.flops(vocabularies.of(run.spec().corpus()));
      }
    }
    return flops;
  }

  /** The program's own launcher, which the JVM is told the folder of. */
  private static Path launcher() {
    return Path.of(System.getProperty("kleiber.home", ".")).toAbsolutePath().resolve("kleiber");
  }

  /** A job uses the build that submitted it and the same cache, whatever is built meanwhile. */
  private static List<String> environment() throws IOException {
    List<String> lines = new ArrayList<>();
    String build = System.getProperty("kleiber.build", "");
    if (!build.isEmpty()) {
      Files.writeString(Path.of(build, "pinned"), "a Slurm job may need this build\n");
      lines.add("export KLEIBER_BUILD=" + ShellWords.quoted(build));
    }
    lines.add("export KLEIBER_CACHE=" + ShellWords.quoted(Caches.folder().toString()));
    return lines;
  }

  private static String sbatch(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
    command.addAll(List.of(words));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UserException("there is no sbatch here: --submit needs Slurm", e);
    }
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("sbatch refused: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while submitting", e);
    }
    return said.lines().reduce((_, line) -> line).orElse("").split(";")[0];
  }
}
