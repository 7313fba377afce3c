package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.run.Device;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a small grid takes, from steps that were timed. */
class GridCostTest {
  private static final Workplace ONE_LANE =
      new Workplace(List.of(new Device("cpu", 1)), OptionalInt.of(1), 1e9);

  @TempDir Path folder;
  private Experiment experiment;

  @BeforeEach
  void write() throws IOException {
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < 40; file++) {
      Files.writeString(text.resolve(file + ".txt"), "law loss scale token ".repeat(20 + file));
    }
    try (InputStream yaml = Prospect.class.getResourceAsStream("/kleiber/cli/rehearsal.yaml")) {
      String written = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      Path file = folder.resolve("grid.yaml");
      Files.writeString(file, written.replace("TEXT", "'" + text + "'"));
      experiment = Experiment.read(file, List.of());
    }
  }

  private StepTimes times() throws IOException {
    return StepTimes.read(folder.resolve("steps.jsonl"), OptionalDouble.empty());
  }

  @Test
  void isStepsAndScoringOneAfterAnother() throws IOException {
    StepTimes times = times();
    Speed speed = new Speed(0.01, 1e-5);
    double expected = 0;
    for (Run run : experiment.runs()) {
      times.add(
          StepTime.here(
              new Device("cpu", 1), Shape.of(run, 256), 1, speed, speed, OptionalDouble.empty()));
      expected +=
          0.01 * run.spec().steps()
              + 1e-5 * 1024 * run.spec().checkpoints().tokens(run.spec().tokens()).length;
    }
    GridCost cost = GridCost.of(experiment.runs(), ONE_LANE, times);
    assertEquals(expected, cost.seconds(), 1e-9);
    assertEquals(expected, cost.laneSeconds(), 1e-9);
    assertEquals(Set.of(TimeSource.MEASURED), cost.sources());
    assertEquals(experiment.runs(), cost.runs().stream().map(RunCost::run).toList());
    assertTrue(cost.runs().stream().allMatch(run -> run.bytes() > 1000), "all take memory");
    Workplace cohorts = new Workplace(ONE_LANE.devices(), OptionalInt.of(3), 1e9);
    GridCost together = GridCost.of(experiment.runs(), cohorts, times);
    assertEquals(3, together.runs().getFirst().members());
  }

  @Test
  void aProcessTakesSomeTimeToStart() throws IOException {
    StepTimes times = times();
    Device device = new Device("cpu", 1);
    Speed speed = new Speed(0.01, 1e-5);
    for (Run run : experiment.runs()) {
      OptionalDouble start =
          times.start(device) > 0 ? OptionalDouble.empty() : OptionalDouble.of(4);
      times.add(StepTime.here(device, Shape.of(run, 256), 1, speed, speed, start));
    }
    Workplace two = new Workplace(List.of(device, device), OptionalInt.of(1), 1e9);
    GridCost cost = GridCost.of(experiment.runs(), ONE_LANE, times);
    assertEquals(cost.laneSeconds() + 4, cost.seconds(), 1e-9);
    List<Run> one = experiment.runs().subList(0, 1);
    double[] idle = GridCost.of(one, two, times).deviceSeconds();
    assertEquals(0, idle[1], "a process that trains nothing takes none");
  }

  @Test
  void everyKindOfCohortIsTimedOnceInAProcessOfItsOwn() throws IOException {
    StepTimes times = times();
    List<String> told = new ArrayList<>();
    Workplace place = new Workplace(List.of(new Device("auto", 2)), OptionalInt.of(1), 1e9);
    List<Run> runs = experiment.runs().subList(0, 4); // two widths
    GridCost.measure(runs, place, times, 0.2, folder.resolve("corpora"), told::add);
    assertEquals(
        List.of("timing steps of width 4", "timing steps of width 8"),
        told.stream().sorted().toList());
    GridCost cost = GridCost.of(runs, place, times());
    assertEquals(Set.of(TimeSource.MEASURED), cost.sources());
    assertTrue(
        times().start(new Device("cpu", 2)) > 0, "the first tells how long it took to start");
    assertTrue(cost.seconds() > 0 && cost.seconds() < 3600, cost.toString());
    GridCost.measure(runs, place, times, 0.2, folder.resolve("corpora"), told::add);
    assertEquals(2, told.size(), "both are known by now");
  }
}
