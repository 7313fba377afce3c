package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kleiber.engine.Program;
import kleiber.engine.Step;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch;
import kleiber.engine.cuda.driver.Launch.Grid;

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

  /** Of each member for all parameters but hidden matrices, then for these. */
  private final CudaMemory.Region settings;

  private final CudaMemory.Region clips;
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
    settings = memory.reserve((long) Float.BYTES * SETTINGS * 2 * members);
    clips = memory.reserve((long) Double.BYTES * members);
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
    norms(norms.address());
    double[] copy = new double[members];
    stream.download(MemorySegment.ofArray(copy), norms.address());
    return copy;
  }

  /**
   * @param to doubles, by member
   */
  void norms(long to) {
    launch(
        NORMS,
        "squares",
        new Grid(blocks, members, 1),
        memory.block(1),
        sums.address(),
        memory.stride());
    launch(NORMS, "norms", new Grid(members, 1, 1), sums.address(), to, blocks);
  }

  void update(Update update) {
    upload(update);
    apply(update.rules().getFirst());
  }

  /**
   * Brings to the card what a step needs; which members take it, and what their gradients are
   * scaled by, is found there.
   */
  void begin(Step step) {
    double[] unknown = new double[members];
    upload(step.after(new Step.Outcome(unknown, unknown)));
    stream.upload(clips.address(), MemorySegment.ofArray(step.clip()));
  }

  /**
   * Decides on the card what {@link Step#after} does.
   *
   * @param losses doubles, by member
   * @param gradientNorms doubles, by member
   */
  void settle(long losses, long gradientNorms) {
    launch(
        NORMS,
        "settle",
        new Grid(Math.ceilDiv(2 * members, THREADS), 1, 1),
        losses,
        gradientNorms,
        clips.address(),
        settings.address(),
        members);
  }

  /** Updates by the settings that are on the card. */
  void apply(Update.Rule kind) {
    switch (kind) {
      case Update.AdamW _ -> each("adamw", all);
      case Update.Sgd _ -> each("sgd", all);
      case Update.Muon _ -> {
        each("adamw", others);
        muon.step(hidden());
      }
    }
  }

  private void each(String kernel, List<Stretch> stretches) {
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

  /** Where the settings for hidden matrices begin. */
  private long hidden() {
    return settings.address() + (long) Float.BYTES * SETTINGS * members;
  }

  private void upload(Update update) {
    float[] values = new float[2 * members * SETTINGS];
    for (int row = 0; row < 2 * members; row++) {
      int member = row % members;
      float[] own = settings(update, member, update.rule(member, row >= members));
      System.arraycopy(own, 0, values, row * SETTINGS, own.length);
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
