package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kleiber.run.Device;
import org.junit.jupiter.api.Test;

/** Lanes that take jobs in turn, by hand. */
class TimetableTest {
  private static Timetable.Job job(double alone, double beside) {
    return new Timetable.Job(new double[] {alone}, new double[] {beside});
  }

  @Test
  void aLaneAloneIsFaster() {
    // Both work until the short one ends at 4; of the long one 6/10 are left, at 6 s for all.
    double[] ends = Timetable.ends(List.of(job(6, 10), job(3, 4)), List.of(new Device("cpu", 2)));
    assertArrayEquals(new double[] {4 + 0.6 * 6}, ends, 1e-9);
  }

  @Test
  void oneLaneDoesOneAfterAnother() {
    double[] ends = Timetable.ends(List.of(job(6, 10), job(3, 4)), List.of(new Device("cpu", 1)));
    assertArrayEquals(new double[] {9}, ends, 1e-9);
  }

  @Test
  void devicesWorkAtTheirOwnSpeed() {
    Timetable.Job any = new Timetable.Job(new double[] {2, 8}, new double[] {2, 8});
    double[] ends =
        Timetable.ends(
            List.of(any, any, any), List.of(new Device("cuda:0", 1), new Device("cuda:1", 1)));
    assertArrayEquals(new double[] {4, 8}, ends, 1e-9);
    assertEquals(0, Timetable.ends(List.of(), List.of(new Device("cpu", 2)))[0]);
  }
}
