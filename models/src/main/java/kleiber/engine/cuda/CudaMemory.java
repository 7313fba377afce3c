package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * Where the numbers of a program bound to the {@link CudaEngine} lie. A tensor that is no parameter
 * is [M, size]. Parameters, their gradients and their two moments are four blocks [M, stride], in
 * which the parameters that decay come before the others, so that an optimizer step is one pass.
 *
 * <p>Whole passes have one allocation, in which gradients of activations share memory, and before
 * them the values that no backward pass reads. Kernels that are called one by one have a memory of
 * their own, made for them from that of the passes, with which it has in common what that holds
 * throughout; what it lacks is taken when it is first asked for. All addresses of either stay until
 * it is closed.
 */
final class CudaMemory implements AutoCloseable {
  private static final long ALIGNMENT = 256;
  private static final int VALUE = 0;
  private static final int GRADIENT = 1;
  private static final int MOMENTS = 2;

  private final CudaDevice device;
  private final CudaStream stream;
  private final int members;
  private final Forms forms;
  private final Map<Tensor, Long> inMember;
  private final Region[] blocks;
  private final Map<Tensor, Region> values = new HashMap<>();
  private final Map<Tensor, Region> gradients = new HashMap<>();
  private long decayed;
  private long stride;
  private long bytes;
  private long scratchBytes;
  private Region scratch;
  private long base;
  private final List<Long> later = new ArrayList<>();

  /** A stretch of memory, whose address is known when it has been taken. */
  interface Region {
    long address();
  }

  /**
   * Of whole passes.
   *
   * @param never activations that these never hold, and neither their gradients
   * @param forms of the others
   */
  CudaMemory(
      CudaDevice device,
      CudaStream stream,
      Program program,
      int members,
      Set<Tensor> never,
      Forms forms) {
    this.device = device;
    this.stream = stream;
    this.members = members;
    this.forms = forms;
    inMember = new LinkedHashMap<>();
    List<Tensor> parameters = program.parameters();
    Stream.concat(
            parameters.stream().filter(Tensor::decays),
            parameters.stream().filter(parameter -> !parameter.decays()))
        .forEach(this::place);
    blocks = new Region[MOMENTS + 2];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = reserve(Float.BYTES * stride * members);
    }
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() != Tensor.Role.PARAMETER
          && !never.contains(tensor)
          && !forms.passing(tensor)) {
        values.put(tensor, reserve(bytes(tensor, forms.half(tensor))));
      }
    }
    // That of a result is 0 unless it is written from outside.
    Set<Tensor> results = program.results();
    results.forEach(result -> gradients.put(result, reserve(bytes(result, false))));
    Places forward =
        Places.ofValues(program, forms::passing, tensor -> bytes(tensor, forms.half(tensor)));
    Places backward =
        Places.ofGradients(
            program,
            tensor -> !results.contains(tensor) && !never.contains(tensor),
            tensor -> bytes(tensor, forms.halfGradient(tensor)));
    long first = take(Math.max(forward.bytes(), backward.bytes()));
    forward.offsets().forEach((tensor, at) -> values.put(tensor, () -> base + first + at));
    backward.offsets().forEach((tensor, at) -> gradients.put(tensor, () -> base + first + at));
  }

  /** Of calls one by one, beside {@code passes}, which outlives it. */
  private CudaMemory(CudaMemory passes, Program program) {
    device = passes.device;
    stream = passes.stream;
    members = passes.members;
    forms = Forms.PLAIN;
    inMember = passes.inMember;
    blocks = passes.blocks;
    decayed = passes.decayed;
    stride = passes.stride;
    values.putAll(passes.values);
    values.keySet().removeIf(tensor -> !passes.holds(tensor));
    program.results().forEach(result -> gradients.put(result, passes.gradients.get(result)));
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == Tensor.Role.ACTIVATION) {
        values.putIfAbsent(tensor, new Later(bytes(tensor, false)));
        gradients.putIfAbsent(tensor, new Later(bytes(tensor, false)));
      }
    }
  }

  /** For kernels of the same program that are called one by one. */
  CudaMemory ofCalls(Program program) {
    return new CudaMemory(this, program);
  }

  /** What is taken, zeroed, when it is first asked for. */
  private final class Later implements Region {
    private final long size;
    private long address;

    Later(long size) {
      this.size = size;
    }

    @Override
    public long address() {
      if (address == 0) {
        address = allocateLater(size);
        stream.clear(address, size);
      }
      return address;
    }
  }

  private void place(Tensor parameter) {
    inMember.put(parameter, stride);
    stride += spaced(parameter);
    if (parameter.decays()) {
      decayed = stride;
    }
  }

  /** Elements of a parameter with the gap behind it. */
  private static long spaced(Tensor parameter) {
    return align((long) Float.BYTES * parameter.size()) / Float.BYTES;
  }

  /** As many bytes or a few more, so that what follows is aligned like what is before. */
  static long align(long size) {
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  private long bytes(Tensor tensor, boolean half) {
    return align((long) (half ? Short.BYTES : Float.BYTES) * tensor.size() * members);
  }

  /** Bytes before a stretch of the allocation. */
  private long take(long size) {
    long first = bytes;
    bytes += align(size);
    return first;
  }

  /** A stretch for one operation alone. */
  Region reserve(long size) {
    long first = take(size);
    return () -> base + first;
  }

  /** Asks for so many bytes that operations use by turns. */
  void needScratch(long size) {
    scratchBytes = Math.max(scratchBytes, size);
  }

  /** Takes the memory that was asked for, zeroed. */
  void allocate() {
    scratch = reserve(scratchBytes);
    base = device.allocate(Math.max(bytes, ALIGNMENT));
    stream.clear(base, Math.max(bytes, ALIGNMENT));
  }

  int members() {
    return members;
  }

  /** How activations and their gradients lie here. */
  Forms forms() {
    return forms;
  }

  /** What operations use by turns. */
  long scratch() {
    return scratch.address();
  }

  /** Whether a tensor's values are here, as float32, and stay. */
  boolean holds(Tensor tensor) {
    return inMember.containsKey(tensor)
        || values.containsKey(tensor) && !forms.half(tensor) && !forms.passing(tensor);
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
    return from(parameter) + spaced(parameter);
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
