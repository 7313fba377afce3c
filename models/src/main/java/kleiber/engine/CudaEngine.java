package kleiber.engine;

import java.util.Locale;
import kleiber.engine.cuda.CudaDevice;
import kleiber.engine.cuda.DriverDevice;
import kleiber.engine.cuda.PlannedDevice;

/**
 * The engine for NVIDIA cards from Turing on: kernels compiled for the card at hand, matrix
 * products by cuBLASLt, all members in every call, whole passes recorded once. No sum depends on
 * the number of members or on what runs beside it, so results are equal, bit for bit, for a member
 * alone or in a cohort, on one kind of card with one version of the libraries.
 */
public final class CudaEngine implements Engine {
  private final CudaDevice device;

  /**
   * The first card.
   *
   * @param threads ignored, as the work is on the card
   * @throws kleiber.engine.cuda.CudaException when there is no card or a library is missing; says
   *     which
   */
  public CudaEngine(int threads) {
    this(DriverDevice.open(0));
  }

  /**
   * A card.
   *
   * @param ordinal counted from 0, as nvidia-smi and CUDA_VISIBLE_DEVICES have it
   * @throws kleiber.engine.cuda.CudaException as above
   */
  public static CudaEngine onCard(int ordinal) {
    return new CudaEngine(DriverDevice.open(ordinal));
  }

  /**
   * @param device to use; closed with the engine
   */
  public CudaEngine(CudaDevice device) {
    this.device = device;
  }

  /**
   * Bytes that a program bound for so many members takes of a card when it is bound; computed
   * without one. It is all that whole passes and updates take, but for Muon's matrices, which its
   * first step does. Kernels that are called one by one, and logits that are read, take more when
   * they are. The driver's own and the 32 MiB that products work in are beside it.
   */
  public static long bytes(Program program, int members) {
    PlannedDevice card = new PlannedDevice();
    new CudaKernels(program, members, card).close();
    return card.bytes();
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String numerics(Precision precision) {
    return "cuda/3 " + precision.name().toLowerCase(Locale.ROOT) + " " + device.numerics();
  }

  @Override
  public Kernels bind(Program program, int members) {
    return new CudaKernels(program, members, device);
  }

  @Override
  public void close() {
    device.close();
  }
}
