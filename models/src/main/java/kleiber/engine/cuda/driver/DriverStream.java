package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A stream of a card. What is copied passes through memory that the card reads by itself, so that a
 * copy to the card need not wait for the work before it.
 */
@SuppressWarnings("restricted")
final class DriverStream implements CudaStream {
  private static final long STAGING = 8L << 20;
  private static final long ALIGNMENT = 256;
  private static final int NON_BLOCKING = 1; // CU_STREAM_NON_BLOCKING
  private static final int NO_TIMING = 2; // CU_EVENT_DISABLE_TIMING
  private static final int RELAXED = 2; // CU_STREAM_CAPTURE_MODE_RELAXED

  private final DriverDevice device;
  private final Driver driver;
  private final long stream;
  private final long workspace;
  private final long event;
  private final long staging;
  private long staged;

  /**
   * @param workspace bytes for products; 0 where there will be none
   */
  DriverStream(DriverDevice device, long workspace) {
    this.device = device;
    driver = device.driver();
    stream = driver.give("cuStreamCreate", NON_BLOCKING);
    long taken = 0;
    long created = 0;
    try {
      created = driver.give("cuEventCreate", NO_TIMING);
      taken = workspace == 0 ? 0 : device.allocate(workspace);
      staging = driver.give(Driver.ALLOCATE_HOST, STAGING);
    } catch (Throwable e) { // no one else could give these back
      if (taken != 0) {
        device.free(taken);
      }
      if (created != 0) {
        driver.call("cuEventDestroy_v2", created);
      }
      driver.call("cuStreamDestroy_v2", stream);
      throw e;
    }
    this.workspace = taken;
    event = created;
  }

  @Override
  public void launch(Launch launch) {
    long function = device.function(launch);
    device.use();
    Launch.Grid grid = launch.grid();
    try (Arena arena = Arena.ofConfined()) {
      driver.call(
          "cuLaunchKernel",
          function,
          (int) grid.x(),
          (int) grid.y(),
          (int) grid.z(),
          launch.threads(),
          1,
          1,
          launch.sharedBytes(),
          stream,
          Arguments.of(launch, arena).address(),
          0L);
    }
  }

  @Override
  public void multiply(Product product) {
    device.use();
    device.products().multiply(product, stream, workspace);
  }

  @Override
  public void upload(long to, MemorySegment from) {
    device.use();
    for (long done = 0; done < from.byteSize(); ) {
      if (staged == STAGING) {
        synchronize();
      }
      long length = Math.min(from.byteSize() - done, STAGING - staged);
      MemorySegment.ofAddress(staging + staged)
          .reinterpret(length)
          .copyFrom(from.asSlice(done, length));
      driver.call("cuMemcpyHtoDAsync_v2", to + done, staging + staged, length, stream);
      staged = Math.min(STAGING, Math.ceilDiv(staged + length, ALIGNMENT) * ALIGNMENT);
      done += length;
    }
  }

  @Override
  public void download(MemorySegment to, long from) {
    device.use();
    // What is staged for the card is copied there before: a stream keeps the order of its work.
    for (long done = 0; done < to.byteSize(); done += STAGING) {
      long length = Math.min(to.byteSize() - done, STAGING);
      driver.call("cuMemcpyDtoHAsync_v2", staging, from + done, length, stream);
      synchronize();
      to.asSlice(done, length).copyFrom(MemorySegment.ofAddress(staging).reinterpret(length));
    }
  }

  @Override
  public void copy(long to, long from, long bytes) {
    device.use();
    driver.call("cuMemcpyDtoDAsync_v2", to, from, bytes, stream);
  }

  @Override
  public void after(CudaStream other) {
    device.use();
    driver.call("cuEventRecord", event, ((DriverStream) other).stream);
    driver.call("cuStreamWaitEvent", stream, event, 0);
  }

  @Override
  public void clear(long address, long bytes) {
    device.use();
    driver.call("cuMemsetD8Async", address, (byte) 0, bytes, stream);
  }

  @Override
  public Recording record(Runnable work) {
    device.use();
    driver.call("cuStreamBeginCapture_v2", stream, RELAXED);
    try {
      work.run();
    } catch (Throwable e) {
      try {
        driver.call("cuGraphDestroy", end());
      } catch (CudaException alsoFailed) { // has no graph, and tells less than what led to it
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    return new Graph(end());
  }

  /** Ends recording, whatever was recorded; the graph. */
  private long end() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(ValueLayout.JAVA_LONG);
      driver.call("cuStreamEndCapture", stream, graph.address());
      return graph.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private final class Graph implements Recording {
    private final long graph;
    private final long executable;

    Graph(long graph) {
      this.graph = graph;
      try {
        executable = driver.give("cuGraphInstantiateWithFlags", graph, 0L);
      } catch (Throwable e) { // no one else could give it back
        driver.call("cuGraphDestroy", graph);
        throw e;
      }
    }

    @Override
    public void run() {
      device.use();
      driver.call("cuGraphLaunch", executable, stream);
    }

    @Override
    public void close() {
      device.use();
      driver.call("cuGraphExecDestroy", executable);
      driver.call("cuGraphDestroy", graph);
    }
  }

  @Override
  public void synchronize() {
    device.use();
    driver.call("cuStreamSynchronize", stream);
    staged = 0;
  }

  @Override
  public void close() {
    synchronize();
    driver.call("cuStreamDestroy_v2", stream);
    driver.call("cuEventDestroy_v2", event);
    driver.call("cuMemFreeHost", staging);
    if (workspace != 0) {
      device.free(workspace);
    }
  }
}
