package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import kleiber.engine.Step;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * A whole step as one recording: gradients, what becomes of them, and the update. The card is
 * waited for once, for losses and norms.
 */
final class CudaStep implements AutoCloseable {
  private final CudaMemory memory;
  private final CudaStream stream;
  private final Runnable gradients;
  private final CudaOptimizer optimizer;
  private final CudaSums sums;
  private final int members;
  private final CudaMemory.Region outcome;
  private final Map<Kind, CudaPass> passes = new HashMap<>();

  /** What a recording depends on; all else is read on the card. */
  private record Kind(Class<? extends Update.Rule> rule, Tensor losses) {}

  /**
   * @param gradients kernels and products that leave the parameters' gradients
   */
  CudaStep(
      CudaMemory memory,
      CudaStream stream,
      CudaOptimizer optimizer,
      CudaSums sums,
      Runnable gradients) {
    this.memory = memory;
    this.stream = stream;
    this.gradients = gradients;
    this.optimizer = optimizer;
    this.sums = sums;
    members = memory.members();
    outcome = memory.reserve(2L * Double.BYTES * members);
  }

  Supplier<Step.Outcome> run(Step step, Tensor losses) {
    Update.Rule rule = step.rules().getFirst();
    long ofLosses = outcome.address();
    long ofNorms = ofLosses + (long) Double.BYTES * members;
    optimizer.begin(step);
    passes
        .computeIfAbsent(
            new Kind(rule.getClass(), losses),
            _ ->
                new CudaPass(
                    stream,
                    () -> {
                      gradients.run();
                      sums.launch(losses, memory.value(losses), ofLosses);
                      optimizer.norms(ofNorms);
                      optimizer.settle(ofLosses, ofNorms);
                      optimizer.apply(rule);
                    }))
        .run();
    return () -> {
      double[] both = new double[2 * members];
      stream.download(MemorySegment.ofArray(both), ofLosses);
      return new Step.Outcome(
          Arrays.copyOf(both, members), Arrays.copyOfRange(both, members, both.length));
    };
  }

  @Override
  public void close() {
    passes.values().forEach(CudaPass::close);
  }
}
