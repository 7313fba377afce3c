package kleiber.engine.nd4j;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.engine.blas.OpenBlas;
import kleiber.engine.cuda.driver.CudaSurvey.Card;

/**
 * Which of its backends ND4J would load, told without touching ND4J: that takes seconds, and on a
 * card that the backend has no code for it fails.
 *
 * @param host whether its backend for CPUs is on the class path
 * @param cuda whether that for CUDA is, which ND4J prefers where there is a card
 * @param cards of this machine
 */
public record Nd4jBackend(boolean host, boolean cuda, List<Card> cards) {
  private static final String HOST = "CpuBackend (nd4j-native)";
  private static final String CUDA = "JCublasBackend (nd4j-cuda-11.6)";

  /** The newest architecture that runs the backend's code, which is for 3.7 to 8.6: Ada. */
  private static final int NEWEST = 89;

  public Nd4jBackend {
    cards = List.copyOf(cards);
  }

  /** What is on this program's class path. */
  public static Nd4jBackend here(List<Card> cards) {
    return new Nd4jBackend(
        has("/org/nd4j/linalg/cpu/nativecpu/CpuBackend.class"),
        has("/org/nd4j/linalg/jcublas/JCublasBackend.class"),
        cards);
  }

  private static boolean has(String resource) {
    return Nd4jBackend.class.getResource(resource) != null;
  }

  private boolean onCard() {
    return cuda && !cards.isEmpty();
  }

  /** The backend that would load, and what makes its matrix products. */
  public String sentence() {
    if (onCard()) {
      return CUDA + " would load, with cuBLAS";
    }
    if (!host) {
      return "no backend would load: " + (cuda ? "there is no card" : "none is on the class path");
    }
    return HOST + " would load, with openblas-" + OpenBlas.core();
  }

  /** Why ND4J should not be started here; empty where nothing speaks against it. */
  public Optional<String> warning() {
    String newer =
        cards.stream()
            .filter(card -> 10 * card.properties().major() + card.properties().minor() > NEWEST)
            .map(
                card ->
                    "cuda:%d (%s, %s)"
                        .formatted(
                            card.ordinal(),
                            card.properties().name(),
                            card.properties().architecture()))
            .collect(Collectors.joining(", "));
    return onCard() && !newer.isEmpty()
        ? Optional.of(
            "%s has no code for cards newer than sm_%d, and %s is newer: ND4J fails there"
                .formatted(CUDA, NEWEST, newer))
        : Optional.empty();
  }
}
