package kleiber.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import kleiber.engine.cuda.CudaStream;
import kleiber.engine.cuda.Launch;
import kleiber.engine.cuda.Launch.Grid;

/** AdamW and gradient norms, over all parameters of all members at once. */
final class CudaOptimizer {
  private static final int THREADS = 256;
  private static final int SQUARES_OF_BLOCK = 4096;
  private static final int SETTINGS = 10;

  private final CudaMemory memory;
  private final CudaStream stream;
  private final int members;
  private final int blocks;
  private final CudaMemory.Region settings;
  private final CudaMemory.Region sums;
  private final CudaMemory.Region norms;

  CudaOptimizer(CudaMemory memory, CudaStream stream) {
    this.memory = memory;
    this.stream = stream;
    members = memory.members();
    blocks = Math.toIntExact(Math.max(1, Math.ceilDiv(memory.parameters(), SQUARES_OF_BLOCK)));
    settings = memory.reserve((long) Float.BYTES * SETTINGS * members);
    sums = memory.reserve((long) Double.BYTES * blocks * members);
    norms = memory.reserve((long) Double.BYTES * members);
  }

  double[] gradientNorms() {
    launch(
        "squares",
        new Grid(blocks, members, 1),
        memory.block(1),
        sums.address(),
        memory.parameters());
    launch("norms", new Grid(members, 1, 1), sums.address(), norms.address(), blocks);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(ValueLayout.JAVA_DOUBLE, members);
      stream.download(copy, norms.address());
      return copy.toArray(ValueLayout.JAVA_DOUBLE);
    }
  }

  void update(Kernels.AdamWStep step) {
    float[] values = new float[members * SETTINGS];
    for (int member = 0; member < members; member++) {
      System.arraycopy(settings(step, member), 0, values, member * SETTINGS, SETTINGS);
    }
    stream.upload(settings.address(), MemorySegment.ofArray(values));
    launch(
        "adamw",
        new Grid(Math.max(1, Math.ceilDiv(memory.parameters(), THREADS)), members, 1),
        memory.block(0),
        memory.block(1),
        memory.block(2),
        memory.block(3),
        settings.address(),
        memory.decayed(),
        memory.parameters());
  }

  /** In the kernel's order. */
  private static float[] settings(Kernels.AdamWStep step, int member) {
    double beta1 = step.beta1()[member];
    double beta2 = step.beta2()[member];
    double rate = step.learningRate()[member];
    return new float[] {
      step.active()[member] ? 1 : 0,
      (float) step.gradientScale()[member],
      (float) beta1,
      (float) (1 - beta1),
      (float) beta2,
      (float) (1 - beta2),
      (float) (rate / (1 - StrictMath.pow(beta1, step.step()))),
      (float) (1 / (1 - StrictMath.pow(beta2, step.step()))),
      (float) step.epsilon()[member],
      (float) (rate * step.weightDecay()[member])
    };
  }

  private void launch(String kernel, Grid grid, Object... arguments) {
    stream.launch(new Launch("adamw", kernel, grid, THREADS, 0, List.of(arguments)));
  }
}
