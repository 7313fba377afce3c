package kleiber.plan;

import java.util.List;
import java.util.OptionalInt;
import kleiber.run.Device;

/**
 * Where a grid is to be trained.
 *
 * @param cohort trunks and single runs in a cohort; as many as pay when empty
 * @param bytes of memory for all that trains
 */
public record Workplace(List<Device> devices, OptionalInt cohort, double bytes) {
  public Workplace {
    devices = List.copyOf(devices);
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one device");
    }
  }

  /** Cohorts trained at the same time. */
  public int lanes() {
    return devices.stream().mapToInt(Device::threads).sum();
  }
}
