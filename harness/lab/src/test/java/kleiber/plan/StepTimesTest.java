package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import kleiber.engine.Precision;
import kleiber.models.Gpt;
import kleiber.run.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of steps, and what follows from it. */
class StepTimesTest {
  private static final Device DEVICE = new Device("cpu", 2);

  @TempDir Path folder;

  private static Shape shape(int width) {
    return shape(width, "AdamW");
  }

  private static Shape shape(int width, String optimizer) {
    Gpt model =
        new Gpt(
            2,
            width,
            2,
            Gpt.Position.ROTARY,
            Gpt.Norm.RMS,
            Gpt.Activation.GELU,
            true,
            false,
            false);
    return new Shape(model, 256, 64, 4, OptionalInt.empty(), Precision.FLOAT32, optimizer);
  }

  private static StepTime time(int width, double seconds) {
    Speed beside = new Speed(seconds, seconds / 1000);
    return StepTime.here(
        new Device("auto", 2), shape(width), 1, beside.times(0.6), beside, OptionalDouble.of(5));
  }

  @Test
  void measurementsAreKept() throws IOException {
    Path file = folder.resolve("cache/steps.jsonl");
    StepTimes.read(file, OptionalDouble.empty()).add(time(16, 0.25));
    StepTimes.read(file, OptionalDouble.empty()).add(time(16, 0.5));
    Files.writeString(file, "{\"half\": ", StandardOpenOption.APPEND);
    StepTimes times = StepTimes.read(file, OptionalDouble.empty());
    assertTrue(times.isMeasured(DEVICE, shape(16), 1));
    assertTrue(times.isMeasured(new Device("auto", 2), shape(16), 1), "auto is the CPU");
    assertTrue(!times.isMeasured(DEVICE, shape(16), 2), "two members are another cohort");
    assertTrue(!times.isMeasured(new Device("cpu", 4), shape(16), 1), "so are four lanes");
    Pace pace = times.of(DEVICE, shape(16), 1);
    assertEquals(TimeSource.MEASURED, pace.source());
    assertEquals(new Speed(0.5, 0.0005), pace.beside(), "the later counts");
    assertEquals(0.3, pace.alone().step(), 1e-12);
  }

  @Test
  void otherShapesFollowByTheirFlops() throws IOException {
    StepTimes times = StepTimes.read(folder.resolve("steps.jsonl"), OptionalDouble.empty());
    times.add(time(16, 1));
    times.add(time(64, 4));
    double small = shape(16).flopsPerStep();
    double large = shape(64).flopsPerStep() / 4;
    Pace between = times.of(DEVICE, shape(32), 1);
    assertEquals(TimeSource.NEIGHBOURS, between.source());
    double rate = shape(32).flopsPerStep() / between.beside().step();
    assertTrue(rate > Math.min(small, large) && rate < Math.max(small, large), rate + " FLOP/s");
    Pace beyond = times.of(DEVICE, shape(128), 1);
    assertEquals(shape(128).flopsPerStep() / large, beyond.beside().step(), 1e-9);
    assertEquals(0.6, beyond.alone().step() / beyond.beside().step(), 1e-9);
  }

  @Test
  void anotherOptimizerTakesAnotherTime() throws IOException {
    StepTimes times = StepTimes.read(folder.resolve("steps.jsonl"), OptionalDouble.empty());
    times.add(time(16, 1));
    assertTrue(!times.isMeasured(DEVICE, shape(16, "Muon"), 1));
    assertEquals(TimeSource.GUESSED, times.of(DEVICE, shape(32, "Muon"), 1).source());
  }

  @Test
  void microBatchesTakeAnotherTime() throws IOException {
    Shape whole = shape(16);
    Shape inPasses =
        new Shape(
            whole.model(),
            whole.vocabulary(),
            whole.context(),
            whole.batch(),
            OptionalInt.of(2),
            whole.precision(),
            whole.optimizer());
    Path file = folder.resolve("steps.jsonl");
    StepTimes times = StepTimes.read(file, OptionalDouble.empty());
    times.add(time(16, 1));
    assertTrue(!times.isMeasured(DEVICE, inPasses, 1));
    assertEquals(whole.flopsPerStep(), inPasses.flopsPerStep());
    Speed slower = new Speed(2, 0.002);
    times.add(
        StepTime.here(new Device("auto", 2), inPasses, 1, slower, slower, OptionalDouble.empty()));
    StepTimes kept = StepTimes.read(file, OptionalDouble.empty());
    assertEquals(slower, kept.of(DEVICE, inPasses, 1).beside());
    assertEquals(1, kept.of(DEVICE, whole, 1).beside().step());
  }

  @Test
  void nothingKnownIsAGuess() throws IOException {
    StepTimes times = StepTimes.read(folder.resolve("none.jsonl"), OptionalDouble.of(4e9));
    Pace pace = times.of(DEVICE, shape(16), 3);
    assertEquals(TimeSource.GUESSED, pace.source());
    assertEquals(3 * shape(16).flopsPerStep() / 2e9, pace.beside().step(), 1e-12);
  }
}
