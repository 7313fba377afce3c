package kleiber.plan;

import java.util.List;
import java.util.OptionalInt;
import kleiber.run.Capacity;
import kleiber.run.Device;
import kleiber.run.Lanes;

/**
 * Where a grid is to be trained.
 *
 * @param cohort trunks and single runs in a cohort; as many as pay when empty
 * @param bytes of this machine's memory for all processes that train
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
    return devices.stream().mapToInt(Device::lanes).sum();
  }

  /** What a grid is packed for. */
  Capacity capacity() {
    double each = bytes / devices.size();
    return Capacity.of(
        devices.stream().map(device -> new Lanes(device, device.lanes(), each)).toList());
  }
}
