package kleiber.plan;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.Yaml;
import kleiber.run.Device;
import kleiber.run.SameProgram;

/** A {@link StepClock} as the process that started it sees it. */
final class StepClockProcess implements AutoCloseable {
  private final Device device;
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;

  /**
   * Starts the process.
   *
   * @param memory bytes that its heap may grow to
   * @param corpora where tokenized text is kept
   */
  StepClockProcess(Device device, long memory, Path corpora) throws IOException {
    this.device = device;
    process = new ProcessBuilder(SameProgram.command(StepClock.class, "-Xmx" + memory)).start();
    Thread.startVirtualThread(this::passComplaints);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
    write(Json.line(new StepClock.Setup(device.word(), device.threads(), corpora.toString())));
  }

  /** All that it says but what the JVM says of every program that uses the Vector API. */
  private void passComplaints() {
    process
        .errorReader()
        .lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
        .forEach(System.err::println);
  }

  /** Times a cohort in one lane and in all. */
  StepTime time(List<Run> cohort, Shape shape, double seconds) throws IOException {
    StepClock.Answer beside = time(cohort, device.lanes(), seconds);
    Speed alone = device.lanes() == 1 ? beside.speed() : time(cohort, 1, seconds).speed();
    return StepTime.here(device, shape, cohort.size(), alone, beside.speed(), beside.start());
  }

  private StepClock.Answer time(List<Run> cohort, int lanes, double seconds) throws IOException {
    List<String> specs = cohort.stream().map(Run::canonical).toList();
    write(Json.line(new StepClock.Order(specs, lanes, seconds)));
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(
          "the process that times steps ended early; if its memory ran out, set"
              + " KLEIBER_JAVA_OPTS=-Xmx… higher, or give a smaller --cohort");
    }
    return Binder.log().bind(Yaml.parse(answer, "an answer"), StepClock.Answer.class);
  }

  private void write(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
