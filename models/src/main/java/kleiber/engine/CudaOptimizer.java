package kleiber.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kleiber.engine.cuda.CudaStream;
import kleiber.engine.cuda.Launch;
import kleiber.engine.cuda.Launch.Grid;

/**
 * Gradient norms and optimizer steps. What is done number by number is done to stretches of
 * parameters of all members at once, most often to all parameters in one stretch; Muon's matrices
 * are {@link CudaMuon}'s.
 */
final class CudaOptimizer {
  /** The source that has them. */
  private static final String NORMS = "adamw";

  private static final int THREADS = 256;
  private static final int SQUARES_OF_BLOCK = 4096;

  /** Numbers that a kernel is given of each member, in its order; at most so many. */
  private static final int SETTINGS = 10;

  private final CudaMemory memory;
  private final CudaStream stream;
  private final int members;
  private final int blocks;
  private final List<Stretch> all;
  private final List<Stretch> others;
  private final CudaMuon muon;
  private final CudaMemory.Region settings;
  private final CudaMemory.Region sums;
  private final CudaMemory.Region norms;

  /** Neighbouring parameters of a member that have one rate, by index of their elements. */
  private record Stretch(long from, long to, double rate) {}

  CudaOptimizer(Program program, CudaMemory memory, CudaStream stream) {
    this.memory = memory;
    this.stream = stream;
    members = memory.members();
    blocks = Math.toIntExact(Math.max(1, Math.ceilDiv(memory.stride(), SQUARES_OF_BLOCK)));
    Set<Tensor> hiddenMatrices = program.hiddenMatrices();
    all = stretches(Set.of());
    others = stretches(hiddenMatrices);
    muon = new CudaMuon(hiddenMatrices, memory, stream);
    settings = memory.reserve((long) Float.BYTES * SETTINGS * members);
    sums = memory.reserve((long) Double.BYTES * blocks * members);
    norms = memory.reserve((long) Double.BYTES * members);
  }

  /** All parameters but some, in as few stretches as there may be. */
  private List<Stretch> stretches(Set<Tensor> without) {
    List<Stretch> stretches = new ArrayList<>();
    for (Tensor parameter : memory.parameters()) {
      if (!without.contains(parameter)) {
        Stretch own = new Stretch(memory.from(parameter), memory.to(parameter), parameter.rate());
        boolean joins =
            !stretches.isEmpty()
                && stretches.getLast().to == own.from
                && stretches.getLast().rate == own.rate;
        stretches.add(joins ? new Stretch(stretches.removeLast().from, own.to, own.rate) : own);
      }
    }
    return stretches;
  }

  double[] gradientNorms() {
    launch(
        NORMS,
        "squares",
        new Grid(blocks, members, 1),
        memory.block(1),
        sums.address(),
        memory.stride());
    launch(NORMS, "norms", new Grid(members, 1, 1), sums.address(), norms.address(), blocks);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(ValueLayout.JAVA_DOUBLE, members);
      stream.download(copy, norms.address());
      return copy.toArray(ValueLayout.JAVA_DOUBLE);
    }
  }

  void update(Update update) {
    switch (update.rules().getFirst()) {
      case Update.AdamW _ -> each("adamw", update, all);
      case Update.Sgd _ -> each("sgd", update, all);
      case Update.Muon _ -> {
        each("adamw", update, others);
        upload(update, true);
        muon.step(settings.address());
      }
    }
  }

  private void each(String kernel, Update update, List<Stretch> stretches) {
    upload(update, false);
    for (Stretch stretch : stretches) {
      launch(
          kernel,
          kernel,
          new Grid(Math.ceilDiv(stretch.to - stretch.from, THREADS), members, 1),
          memory.block(0),
          memory.block(1),
          memory.block(2),
          memory.block(3),
          settings.address(),
          stretch.from,
          stretch.to,
          (float) stretch.rate,
          memory.decayed(),
          memory.stride());
    }
  }

  private void upload(Update update, boolean hidden) {
    float[] values = new float[members * SETTINGS];
    for (int member = 0; member < members; member++) {
      float[] own = settings(update, member, update.rule(member, hidden));
      System.arraycopy(own, 0, values, member * SETTINGS, own.length);
    }
    stream.upload(settings.address(), MemorySegment.ofArray(values));
  }

  /** In the order of the rule's kernel, the first four alike for all. */
  private static float[] settings(Update update, int member, Update.Rule rule) {
    float active = update.active()[member] ? 1 : 0;
    float scale = (float) update.gradientScale()[member];
    double rate = update.learningRate()[member];
    float decay = (float) (rate * rule.weightDecay());
    return switch (rule) {
      case Update.AdamW k ->
          new float[] {
            active,
            scale,
            (float) k.beta1(),
            (float) (1 - k.beta1()),
            (float) k.beta2(),
            (float) (1 - k.beta2()),
            (float) (rate / (1 - StrictMath.pow(k.beta1(), update.step()))),
            (float) (1 / (1 - StrictMath.pow(k.beta2(), update.step()))),
            (float) k.epsilon(),
            decay
          };
      case Update.Sgd k ->
          new float[] {
            active, scale, (float) k.momentum(), k.nesterov() ? 1 : 0, (float) rate, decay
          };
      case Update.Muon k -> new float[] {active, scale, (float) k.momentum(), (float) rate, decay};
    };
  }

  private void launch(String source, String kernel, Grid grid, Object... arguments) {
    stream.launch(new Launch(source, kernel, grid, THREADS, 0, List.of(arguments)));
  }
}
