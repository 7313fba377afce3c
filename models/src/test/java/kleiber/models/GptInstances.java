package kleiber.models;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tiny GPTs in every combination of options. */
public final class GptInstances implements Supplier<Stream<Gpt>> {
  private static final boolean[] EITHER = {false, true};

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
    return all.build();
  }
}
