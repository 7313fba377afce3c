package kleiber.models;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tiny GPTs in every combination of options. */
public final class GptInstances implements Supplier<Stream<Gpt>> {
  private static final boolean[] EITHER = {false, true};

  /** One with the options that may be left out. */
  private static Gpt modern(
      Optional<MuP> muP, OptionalDouble zLoss, OptionalInt kvHeads, OptionalInt window) {
    return new Gpt(
        2,
        8,
        4,
        Gpt.Position.ROTARY,
        Gpt.Norm.RMS,
        Gpt.Activation.SWIGLU,
        muP.isPresent(),
        true,
        false,
        muP,
        zLoss,
        kvHeads,
        window);
  }

  @Override
  public Stream<Gpt> get() {
    Stream.Builder<Gpt> all = Stream.builder();
    for (Gpt.Position position : Gpt.Position.values()) {
      for (Gpt.Norm norm : Gpt.Norm.values()) {
        for (Gpt.Activation activation : Gpt.Activation.values()) {
          for (boolean tiedHead : EITHER) {
            for (boolean qkNorm : EITHER) {
              for (boolean biases : EITHER) {
                all.add(new Gpt(2, 8, 2, position, norm, activation, tiedHead, qkNorm, biases));
              }
            }
          }
        }
      }
    }
    OptionalInt none = OptionalInt.empty();
    all.add(modern(Optional.of(new MuP(2)), OptionalDouble.empty(), none, none));
    all.add(modern(Optional.empty(), OptionalDouble.of(0.05), OptionalInt.of(1), none));
    all.add(modern(Optional.empty(), OptionalDouble.empty(), OptionalInt.of(2), none));
    all.add(modern(Optional.empty(), OptionalDouble.empty(), none, OptionalInt.of(4)));
    return all.build();
  }
}
