package kleiber.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kleiber.engine.Precision;
import kleiber.run.SameProgram;

/** A {@link StepTimer} as the process that started it sees it. */
final class StepTimerProcess implements AutoCloseable {
  private final Configuration configuration;
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;
  private final String numerics;

  StepTimerProcess(
      Configuration configuration, String devices, int threads, int members, Precision precision)
      throws IOException {
    this.configuration = configuration;
    List<String> command = SameProgram.command(StepTimer.class);
    command.addAll(
        List.of(
            configuration.name(),
            devices,
            String.valueOf(threads),
            String.valueOf(members),
            precision.name()));
    process = new ProcessBuilder(command).start();
    Thread.startVirtualThread(this::passComplaints);
    orders = process.outputWriter();
    answers = process.inputReader();
    numerics = lines().getFirst();
  }

  /** All that it says but what the JVM says of every program that uses the Vector API. */
  private void passComplaints() {
    process
        .errorReader()
        .lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
        .forEach(System.err::println);
  }

  Configuration configuration() {
    return configuration;
  }

  /** The numeric mode of its engine. */
  String numerics() {
    return numerics;
  }

  /** Gives an order and waits for its rows of numbers. */
  List<double[]> order(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
    return lines().stream()
        .map(line -> Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.isEmpty()) {
        return lines;
      }
      lines.add(line);
    }
    throw new IOException(
        "the process that trains %s ended early; if its memory ran out, set"
                .formatted(configuration.word())
            + " KLEIBER_JAVA_OPTS=-Xmx… higher or give fewer --members");
  }

  @Override
  public void close() {
    process.destroy();
  }
}
