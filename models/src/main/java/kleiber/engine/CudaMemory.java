package kleiber.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.engine.cuda.CudaDevice;
import kleiber.engine.cuda.CudaStream;

/**
 * One allocation for all that a program bound to the {@link CudaEngine} needs. A tensor that is no
 * parameter is [M, size]. Parameters, their gradients and their two moments are four blocks [M,
 * stride], in which the parameters that decay come before the others, so that an optimizer step is
 * one pass. All addresses are known after {@link #allocate}.
 */
final class CudaMemory implements AutoCloseable {
  private static final long ALIGNMENT = 256;
  private static final int VALUE = 0;
  private static final int GRADIENT = 1;
  private static final int MOMENTS = 2;

  private final CudaDevice device;
  private final int members;
  private final Map<Tensor, Long> inMember = new LinkedHashMap<>();
  private final Map<Tensor, Region> values = new HashMap<>();
  private final Map<Tensor, Region> gradients = new HashMap<>();
  private final Region[] blocks = new Region[4];
  private long decayed;
  private long stride;
  private long bytes;
  private long scratchBytes;
  private Region scratch;
  private long base;
  private final List<Long> later = new ArrayList<>();

  /** A stretch of the allocation. */
  final class Region {
    private final long offset;

    private Region(long offset) {
      this.offset = offset;
    }

    long address() {
      return base + offset;
    }
  }

  CudaMemory(CudaDevice device, Program program, int members) {
    this.device = device;
    this.members = members;
    List<Tensor> parameters = program.parameters();
    Stream.concat(
            parameters.stream().filter(Tensor::decays),
            parameters.stream().filter(parameter -> !parameter.decays()))
        .forEach(this::place);
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = reserve(Float.BYTES * stride * members);
    }
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() != Tensor.Role.PARAMETER) {
        values.put(tensor, reserve((long) Float.BYTES * tensor.size() * members));
        if (tensor.differentiable()) {
          gradients.put(tensor, reserve((long) Float.BYTES * tensor.size() * members));
        }
      }
    }
  }

  private void place(Tensor parameter) {
    inMember.put(parameter, stride);
    stride += align(parameter.size(), ALIGNMENT / Float.BYTES);
    if (parameter.decays()) {
      decayed = stride;
    }
  }

  private static long align(long size, long alignment) {
    return Math.ceilDiv(size, alignment) * alignment;
  }

  /** A stretch for one operation alone. */
  Region reserve(long size) {
    Region region = new Region(bytes);
    bytes += align(size, ALIGNMENT);
    return region;
  }

  /** Asks for so many bytes that operations use by turns. */
  void needScratch(long size) {
    scratchBytes = Math.max(scratchBytes, size);
  }

  /** Takes the memory that was asked for, zeroed. */
  void allocate(CudaStream stream) {
    scratch = reserve(scratchBytes);
    base = device.allocate(Math.max(bytes, ALIGNMENT));
    stream.clear(base, Math.max(bytes, ALIGNMENT));
  }

  int members() {
    return members;
  }

  /** What operations use by turns. */
  long scratch() {
    return scratch.address();
  }

  /** Member 0's values or ids. */
  long value(Tensor tensor) {
    return at(tensor, values, VALUE);
  }

  /** Member 0's gradient. */
  long gradient(Tensor tensor) {
    return at(tensor, gradients, GRADIENT);
  }

  /** Member 0's moment of a parameter. */
  long moment(Tensor parameter, int which) {
    return at(parameter, Map.of(), MOMENTS + which);
  }

  private long at(Tensor tensor, Map<Tensor, Region> regions, int block) {
    Long offset = inMember.get(tensor);
    return offset == null
        ? regions.get(tensor).address()
        : blocks[block].address() + Float.BYTES * offset;
  }

  /** Elements from one member's values, or gradient, to the next's. */
  long stride(Tensor tensor) {
    return inMember.containsKey(tensor) ? stride : tensor.size();
  }

  /** The parameters in the order in which they lie. */
  Set<Tensor> parameters() {
    return inMember.keySet();
  }

  /** Elements of its member that lie before a parameter. */
  long from(Tensor parameter) {
    return inMember.get(parameter);
  }

  /** Elements of its member that lie before what follows a parameter. */
  long to(Tensor parameter) {
    return from(parameter) + align(parameter.size(), ALIGNMENT / Float.BYTES);
  }

  /** Elements of the parameters of one member, with the gaps between them. */
  long stride() {
    return stride;
  }

  /** How many of these, from the first on, decay. */
  long decayed() {
    return decayed;
  }

  /** All parameters, all their gradients, all first or all second moments: 0 to 3. */
  long block(int which) {
    return blocks[which].address();
  }

  /** Takes more, not cleared, which the first one to need it asks for. */
  long allocateLater(long size) {
    long address = device.allocate(size);
    later.add(address);
    return address;
  }

  @Override
  public void close() {
    later.forEach(device::free);
    later.clear();
    if (base != 0) {
      device.free(base);
      base = 0;
    }
  }
}
