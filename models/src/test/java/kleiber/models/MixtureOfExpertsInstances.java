package kleiber.models;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tiny mixtures, each option at least once. */
public final class MixtureOfExpertsInstances implements Supplier<Stream<MixtureOfExperts>> {
  private static final OptionalInt NONE = OptionalInt.empty();

  /** Like GPT-2, one expert a token. */
  static MixtureOfExperts plain(int experts, OptionalInt every) {
    Gpt dense =
        new Gpt(
            2, 8, 2, Gpt.Position.LEARNED, Gpt.Norm.LAYER, Gpt.Activation.GELU, true, false, true);
    OptionalDouble none = OptionalDouble.empty();
    return new MixtureOfExperts(dense, experts, 1, NONE, every, none, none);
  }

  /** Like the mixtures of today, several a token. */
  static MixtureOfExperts modern(
      int experts, int topK, OptionalInt granularity, double balance, Optional<MuP> muP) {
    Gpt dense =
        new Gpt(
            2,
            8,
            4,
            Gpt.Position.ROTARY,
            Gpt.Norm.RMS,
            Gpt.Activation.SWIGLU,
            false,
            true,
            false,
            muP,
            OptionalDouble.of(0.01),
            OptionalInt.of(2),
            OptionalInt.of(4));
    return new MixtureOfExperts(
        dense,
        experts,
        topK,
        granularity,
        NONE,
        OptionalDouble.of(balance),
        OptionalDouble.of(0.02));
  }

  @Override
  public Stream<MixtureOfExperts> get() {
    return Stream.of(
        plain(3, NONE),
        plain(2, OptionalInt.of(2)),
        modern(4, 2, OptionalInt.of(2), 0.3, Optional.empty()),
        modern(2, 2, NONE, 0.01, Optional.empty()),
        modern(3, 2, NONE, 0.1, Optional.of(new MuP(2))));
  }
}
