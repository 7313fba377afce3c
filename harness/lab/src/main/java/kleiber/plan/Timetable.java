package kleiber.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kleiber.run.Device;

/**
 * When devices will be done: every lane takes the next job as it gets free, and works as fast as
 * the number of busy lanes of its device allows.
 */
final class Timetable {
  /** What is left of a job that is done. */
  private static final double NOTHING = 1e-9;

  /**
   * A cohort.
   *
   * @param alone seconds by device while no other lane of it trains
   * @param beside seconds by device while all its lanes train
   */
  record Job(double[] alone, double[] beside) {}

  private static final class Lane {
    final int device;
    final Job job;
    double left = 1;

    Lane(int device, Job job) {
      this.device = device;
      this.job = job;
    }
  }

  private final List<Device> devices;
  private final Deque<Job> waiting;
  private final List<Lane> busy = new ArrayList<>();

  private Timetable(List<Job> jobs, List<Device> devices) {
    this.devices = devices;
    this.waiting = new ArrayDeque<>(jobs);
  }

  /** Seconds by device until its last job ends. */
  static double[] ends(List<Job> jobs, List<Device> devices) {
    Timetable table = new Timetable(jobs, devices);
    double[] ends = new double[devices.size()];
    double now = 0;
    for (table.begin(); !table.busy.isEmpty(); table.begin()) {
      now += table.advance();
      for (Lane lane : table.busy) {
        ends[lane.device] = now;
      }
      table.busy.removeIf(lane -> lane.left < NOTHING);
    }
    return ends;
  }

  private void begin() {
    for (int device = 0; device < devices.size(); device++) {
      while (!waiting.isEmpty() && busyLanes(device) < devices.get(device).lanes()) {
        busy.add(new Lane(device, waiting.poll()));
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

  private long busyLanes(int device) {
    return busy.stream().filter(lane -> lane.device == device).count();
  }

  /** Of a lane's whole job, were it always as crowded as now. */
  private double seconds(Lane lane) {
    int lanes = devices.get(lane.device).lanes();
    double crowd = lanes == 1 ? 0 : (busyLanes(lane.device) - 1.0) / (lanes - 1);
    double alone = lane.job.alone[lane.device];
    return alone + crowd * (lane.job.beside[lane.device] - alone);
  }
}
