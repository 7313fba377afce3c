package kleiber.engine.cuda.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this machine has for the CUDA engine.
 *
 * @param findings of the driver, the compiler and the library of products, in this order
 * @param cards that can be used, in the driver's order
 */
public record CudaSurvey(List<Finding> findings, List<Card> cards) {
  /**
   * Something that is needed.
   *
   * @param what such as {@code driver}
   * @param found whether it is here and works
   * @param sentence where it is and its version, or what to install
   */
  public record Finding(String what, boolean found, String sentence) {}

  /**
   * A card.
   *
   * @param ordinal that {@code --devices cuda:} takes
   * @param freeMemory bytes that nobody uses
   */
  public record Card(int ordinal, CardProperties properties, long freeMemory) {}

  public CudaSurvey {
    findings = List.copyOf(findings);
    cards = List.copyOf(cards);
  }

  /** Looks around; never fails. */
  public static CudaSurvey take() {
    return take(LibrarySearch.here());
  }

  static CudaSurvey take(LibrarySearch search) {
    List<Finding> findings = new ArrayList<>();
    List<Card> cards = new ArrayList<>();
    findings.add(
        find(
            "driver",
            search.driver(),
            CudaLibraries.NO_DRIVER,
            library -> {
              Driver driver = new Driver(library);
              for (int ordinal = 0; ordinal < driver.cards(); ordinal++) {
                cards.add(
                    new Card(ordinal, driver.properties(ordinal), driver.freeMemory(ordinal)));
              }
              return "%s, for CUDA up to %s, %d cards"
                  .formatted(driver.name(), driver.version(), cards.size());
            }));
    findings.add(
        find(
            "NVRTC",
            search.nvrtc(),
            CudaLibraries.NO_NVRTC,
            library -> {
              Nvrtc compiler = new Nvrtc(library);
              return "%s, version %s, for %s"
                  .formatted(compiler.name(), compiler.version(), compiler.architectures());
            }));
    findings.add(
        find(
            "cuBLASLt",
            search.cublasLt(),
            CudaLibraries.NO_CUBLASLT,
            library -> "%s, version %s".formatted(library.name(), CublasLt.version(library))));
    return new CudaSurvey(findings, cards);
  }

  private interface Look {
    String at(NativeLibrary library);
  }

  private static Finding find(
      String what, Optional<NativeLibrary> library, String otherwise, Look look) {
    try {
      return library
          .map(found -> new Finding(what, true, look.at(found)))
          .orElseGet(() -> new Finding(what, false, otherwise));
    } catch (CudaException e) {
      return new Finding(what, false, e.getMessage());
    }
  }

  /** Whether the CUDA engine can start here. */
  public boolean usable() {
    return !cards.isEmpty() && findings.stream().allMatch(Finding::found);
  }
}
