package kleiber.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What was measured, as {@code --json} writes it. FLOPs count attention in full, whatever the
 * engine skips.
 *
 * @param engine its numeric mode
 * @param threads used by the engine and by the measurement of the peak
 * @param members trained together as one cohort
 * @param rounds in which configurations and peak took turns
 * @param peakGflops median over rounds of what the threads multiply in single precision
 */
public record Measurement(
    String engine,
    int threads,
    int members,
    int rounds,
    double peakGflops,
    List<OfConfiguration> configs) {

  /**
   * One configuration.
   *
   * @param name S, M, L, XL or tiny
   * @param tokensPerSecond of all members together: median over rounds of the median step
   * @param lowest tokens per second of the slowest round
   * @param highest tokens per second of the fastest round
   * @param stepMillis the step that goes with tokensPerSecond
   * @param gflops billions of floating-point operations per second
   * @param shareOfPeak gflops over peakGflops
   * @param rssMiB peak resident set of the process that trained it alone; not there on systems that
   *     do not tell
   * @param heapMiB what is alive on its heap: the arrays of the model, its gradients and moments
   * @param parts share of the step: forward and backward passes together, norm and update
   * @param kernels each kernel run by itself, in order
   */
  public record OfConfiguration(
      String name,
      double tokensPerSecond,
      double lowest,
      double highest,
      double stepMillis,
      double gflops,
      double shareOfPeak,
      OptionalDouble rssMiB,
      double heapMiB,
      Parts parts,
      List<OfKernel> kernels) {}

  /** Shares of a step. */
  public record Parts(double gradients, double norm, double update) {}

  /**
   * Kernels that stand in the same place of every block, taken together.
   *
   * @param kernel kind, and place without the number of its block
   * @param forwardMillis median, all blocks and members
   * @param backwardMillis median, all blocks and members
   */
  public record OfKernel(String kernel, double forwardMillis, double backwardMillis) {}
}
