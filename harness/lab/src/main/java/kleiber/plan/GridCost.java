package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Run;
import kleiber.run.Device;

/**
 * What runs take that are still to be trained: they are packed into cohorts as the runner will, and
 * the devices of a workplace take one cohort after another.
 *
 * @param runs in the order in which they were given
 * @param deviceSeconds by device: until its last cohort ends, its process's start included
 */
public record GridCost(List<RunCost> runs, double[] deviceSeconds) {
  /** Settings of a run that make the shape of its steps. */
  private static final Pattern SHAPE =
      Pattern.compile("model\\..*|context|batch|microBatch|precision");

  public GridCost {
    runs = List.copyOf(runs);
  }

  /** Seconds until all is trained. */
  public double seconds() {
    return Arrays.stream(deviceSeconds).max().orElse(0);
  }

  /** Seconds of all runs together, each beside others. */
  public double laneSeconds() {
    return runs.stream().mapToDouble(RunCost::seconds).sum();
  }

  /** How the times are known, the surest first. */
  public Set<TimeSource> sources() {
    Set<TimeSource> sources = EnumSet.noneOf(TimeSource.class);
    runs.forEach(run -> sources.add(run.source()));
    return sources;
  }

  /** Cohorts that take the same. */
  private record Kind(Shape shape, int members) {}

  /** What runs take at a workplace. */
  public static GridCost of(List<Run> runs, Workplace place, StepTimes times) throws IOException {
    Survey survey = new Survey(runs, place);
    List<Device> devices = place.devices();
    List<Timetable.Job> jobs = new ArrayList<>();
    Map<Run, RunCost> costs = new HashMap<>();
    Map<Kind, List<Pace>> known = new HashMap<>(); // a grid has thousands of runs of few shapes
    for (List<Run> cohort : survey.cohorts()) {
      Timetable.Job job = new Timetable.Job(new double[devices.size()], new double[devices.size()]);
      jobs.add(job);
      Shape shape = survey.shape(cohort.getFirst());
      List<Pace> paces =
          known.computeIfAbsent(
              new Kind(shape, cohort.size()),
              kind ->
                  devices.stream()
                      .map(device -> times.of(device, kind.shape, kind.members))
                      .toList());
      for (Run run : cohort) {
        for (int device = 0; device < devices.size(); device++) {
          Pace pace = paces.get(device);
          job.alone()[device] += survey.seconds(run, cohort.size(), pace.alone());
          job.beside()[device] += survey.seconds(run, cohort.size(), pace.beside());
        }
        Pace first = paces.getFirst();
        costs.put(
            run,
            new RunCost(
                run,
                jobs.size(),
                cohort.size(),
                survey.bytes(run),
                survey.seconds(run, cohort.size(), first.beside()),
                first.source()));
      }
    }
    double[] ends = Timetable.ends(jobs, devices);
    for (int device = 0; device < ends.length; device++) {
      ends[device] += ends[device] > 0 ? times.start(devices.get(device)) : 0;
    }
    return new GridCost(runs.stream().map(costs::get).toList(), ends);
  }

  /**
   * Trains every kind of cohort that was not timed yet for some seconds, in processes of its own.
   *
   * @param corpora where tokenized text is kept
   * @param progress told what is being timed
   */
  public static void measure(
      List<Run> runs,
      Workplace place,
      StepTimes times,
      double seconds,
      Path corpora,
      Consumer<String> progress)
      throws IOException {
    Survey survey = new Survey(runs, place);
    Map<Shape, Run> byShape = new LinkedHashMap<>();
    runs.forEach(run -> byShape.putIfAbsent(survey.shape(run), run));
    List<Map<String, String>> shapes = byShape.values().stream().map(FlatSettings::of).toList();
    Map<Device, Device> kinds = new LinkedHashMap<>();
    place.devices().forEach(device -> kinds.putIfAbsent(device.ofKind(), device));
    long memory = (long) place.bytes() / place.devices().size();
    for (Device device : kinds.values()) {
      List<List<Run>> untimed =
          survey.cohorts().stream()
              .filter(
                  cohort ->
                      !times.isMeasured(device, survey.shape(cohort.getFirst()), cohort.size()))
              .toList();
      if (!untimed.isEmpty()) {
        try (StepClockProcess clock = new StepClockProcess(device, memory, corpora)) {
          for (List<Run> cohort : untimed) {
            Shape shape = survey.shape(cohort.getFirst());
            if (!times.isMeasured(device, shape, cohort.size())) {
              progress.accept("timing steps of " + words(cohort.getFirst(), shapes));
              times.add(clock.time(cohort, shape, seconds));
            }
          }
        }
      }
    }
  }

  /** What a shape has that others have not, as the file says it. */
  private static String words(Run run, List<Map<String, String>> shapes) {
    String differing =
        FlatSettings.of(run).entrySet().stream()
            .filter(entry -> SHAPE.matcher(entry.getKey()).matches())
            .filter(
                entry ->
                    shapes.stream()
                        .anyMatch(other -> !entry.getValue().equals(other.get(entry.getKey()))))
            .map(entry -> entry.getKey().replace("model.", "") + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return differing.isEmpty() ? "the one model there is" : differing;
  }
}
