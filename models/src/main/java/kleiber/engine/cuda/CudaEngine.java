package kleiber.engine.cuda;

import java.util.Collections;
import java.util.Locale;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CountingDevice;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.DriverDevice;

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
   * @throws kleiber.engine.cuda.driver.CudaException when there is no card or a library is missing;
   *     says which
   */
  public CudaEngine(int threads) {
    this(DriverDevice.open(0));
  }

  /**
   * A card.
   *
   * @param ordinal counted from 0, as nvidia-smi and CUDA_VISIBLE_DEVICES have it
   * @throws kleiber.engine.cuda.driver.CudaException as above
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
   * Bytes that a bound program takes of a card, which need not be here: what is asked of one that
   * only counts, when the program is bound and by its first update. The driver's own memory and the
   * 32 MiB that products work in are beside it.
   *
   * @param rule of the optimizer
   * @param oneByOne whether kernels are called one by one too, as who reads logits does
   * @throws kleiber.engine.cuda.driver.CudaException when such a card cannot run the program
   */
  public static long bytes(
      CardProperties card, Program program, int members, Update.Rule rule, boolean oneByOne) {
    CountingDevice device = new CountingDevice(card);
    try (Engine engine = new CudaEngine(device);
        Kernels bound = engine.bind(program, members)) {
      bound.update(
          new Update(
              1,
              new boolean[members],
              new double[members],
              new double[members],
              Collections.nCopies(members, rule)));
      if (oneByOne) {
        program.forward().forEach(bound::forward);
      }
    }
    return device.most();
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String numerics(Precision precision) {
    return "cuda/4 " + precision.name().toLowerCase(Locale.ROOT) + " " + device.numerics();
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
