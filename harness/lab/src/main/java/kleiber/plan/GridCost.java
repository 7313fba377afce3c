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
import kleiber.experiment.Run;

/**
 * What runs take that are still to be trained: they are packed into cohorts as the runner will, and
 * the crews of a workplace take one cohort after another.
 *
 * @param runs in the order in which they were given
 * @param crewSeconds by crew: until its last cohort ends
 */
public record GridCost(List<RunCost> runs, double[] crewSeconds) {
  public GridCost {
    runs = List.copyOf(runs);
  }

  /** Seconds until all is trained. */
  public double seconds() {
    return Arrays.stream(crewSeconds).max().orElse(0);
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

  /** What runs take at a workplace. */
  public static GridCost of(List<Run> runs, Workplace place, StepTimes times) throws IOException {
    Survey survey = new Survey(runs, place);
    List<Crew> crews = place.crews();
    List<Timetable.Job> jobs = new ArrayList<>();
    Map<Run, RunCost> costs = new HashMap<>();
    for (List<Run> cohort : survey.cohorts()) {
      Timetable.Job job = new Timetable.Job(new double[crews.size()], new double[crews.size()]);
      jobs.add(job);
      for (Run run : cohort) {
        Pace first = null;
        for (int crew = 0; crew < crews.size(); crew++) {
          Pace pace = times.of(crews.get(crew), survey.shape(run), cohort.size());
          job.alone()[crew] += survey.seconds(run, cohort.size(), pace.alone());
          job.beside()[crew] += survey.seconds(run, cohort.size(), pace.beside());
          first = first == null ? pace : first;
        }
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
    return new GridCost(runs.stream().map(costs::get).toList(), Timetable.ends(jobs, crews));
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
    Map<Crew, Crew> kinds = new LinkedHashMap<>();
    place.crews().forEach(crew -> kinds.putIfAbsent(crew.ofKind(), crew));
    long memory = (long) place.bytes() / place.crews().size();
    for (Crew crew : kinds.values()) {
      List<List<Run>> untimed =
          survey.cohorts().stream()
              .filter(
                  cohort -> !times.isMeasured(crew, survey.shape(cohort.getFirst()), cohort.size()))
              .toList();
      if (!untimed.isEmpty()) {
        try (StepClockProcess clock = new StepClockProcess(crew, memory, corpora)) {
          for (List<Run> cohort : untimed) {
            Shape shape = survey.shape(cohort.getFirst());
            if (!times.isMeasured(crew, shape, cohort.size())) {
              progress.accept("timing steps of " + shape.model());
              times.add(clock.time(cohort, shape, seconds));
            }
          }
        }
      }
    }
  }
}
