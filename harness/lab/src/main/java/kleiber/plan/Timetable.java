package kleiber.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * When crews will be done: every lane takes the next job as it gets free, and works as fast as the
 * number of busy lanes of its crew allows.
 */
final class Timetable {
  /** What is left of a job that is done. */
  private static final double NOTHING = 1e-9;

  /**
   * A cohort.
   *
   * @param alone seconds by crew while no other lane of it trains
   * @param beside seconds by crew while all its lanes train
   */
  record Job(double[] alone, double[] beside) {}

  private static final class Lane {
    final int crew;
    final Job job;
    double left = 1;

    Lane(int crew, Job job) {
      this.crew = crew;
      this.job = job;
    }
  }

  private final List<Crew> crews;
  private final Deque<Job> waiting;
  private final List<Lane> busy = new ArrayList<>();

  private Timetable(List<Job> jobs, List<Crew> crews) {
    this.crews = crews;
    this.waiting = new ArrayDeque<>(jobs);
  }

  /** Seconds by crew until its last job ends. */
  static double[] ends(List<Job> jobs, List<Crew> crews) {
    Timetable table = new Timetable(jobs, crews);
    double[] ends = new double[crews.size()];
    double now = 0;
    for (table.begin(); !table.busy.isEmpty(); table.begin()) {
      now += table.advance();
      for (Lane lane : table.busy) {
        ends[lane.crew] = now;
      }
      table.busy.removeIf(lane -> lane.left < NOTHING);
    }
    return ends;
  }

  private void begin() {
    for (int crew = 0; crew < crews.size(); crew++) {
      while (!waiting.isEmpty() && busyLanes(crew) < crews.get(crew).lanes()) {
        busy.add(new Lane(crew, waiting.poll()));
      }
    }
  }

  /** Works until the first job ends; the seconds that takes. */
  private double advance() {
    double[] seconds = busy.stream().mapToDouble(this::seconds).toArray();
    double first = Double.POSITIVE_INFINITY;
    for (int i = 0; i < seconds.length; i++) {
      first = Math.min(first, busy.get(i).left * seconds[i]);
    }
    for (int i = 0; i < seconds.length; i++) {
      busy.get(i).left -= first / seconds[i];
    }
    return first;
  }

  private long busyLanes(int crew) {
    return busy.stream().filter(lane -> lane.crew == crew).count();
  }

  /** Of a lane's whole job, were it always as crowded as now. */
  private double seconds(Lane lane) {
    int lanes = crews.get(lane.crew).lanes();
    double crowd = lanes == 1 ? 0 : (busyLanes(lane.crew) - 1.0) / (lanes - 1);
    double alone = lane.job.alone[lane.crew];
    return alone + crowd * (lane.job.beside[lane.crew] - alone);
  }
}
