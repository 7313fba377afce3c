package kleiber.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.run.StoredRun;
import kleiber.train.Schedule;

/**
 * The course of the learning rate over a run, whatever the run's length.
 *
 * @param name of the schedule
 * @param runs that follow it
 * @param rates fractions of the peak, at even steps from the beginning to the end
 */
public record ScheduleShape(String name, int runs, double[] rates) {
  private static final int STEPS = 100;

  static List<ScheduleShape> of(List<StoredRun> runs) {
    Map<List<Double>, ScheduleShape> shapes = new LinkedHashMap<>();
    for (StoredRun run : runs) {
      Schedule schedule = run.run().spec().schedule();
      double[] rates = rates(schedule, run.run().spec().tokens());
      shapes.merge(
          Arrays.stream(rates).map(rate -> Math.rint(1e3 * rate)).boxed().toList(),
          new ScheduleShape(schedule.getClass().getSimpleName(), 1, rates),
          (known, another) -> new ScheduleShape(known.name, known.runs + 1, known.rates));
    }
    return List.copyOf(shapes.values());
  }

  private static double[] rates(Schedule schedule, long total) {
    double[] rates = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      rates[i] = schedule.at(Math.round(total * (double) i / STEPS), total);
    }
    return rates;
  }
}
