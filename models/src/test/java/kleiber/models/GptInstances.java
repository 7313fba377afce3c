package kleiber.models;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tiny GPTs in every combination of options. */
public final class GptInstances implements Supplier<Stream<Gpt>> {
  private static final boolean[] EITHER = {false, true};

  /** One with the options that change numbers but no shapes. */
  private static Gpt modern(Optional<MuP> muP, OptionalDouble zLoss) {
    return new Gpt(
        2,
        8,
        2,
        Gpt.Position.ROTARY,
        Gpt.Norm.RMS,
        Gpt.Activation.SWIGLU,
        muP.isPresent(),
        true,
        false,
        muP,
        zLoss);
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
    all.add(modern(Optional.of(new MuP(2)), OptionalDouble.empty()));
    all.add(modern(Optional.empty(), OptionalDouble.of(0.05)));
    return all.build();
  }
}
