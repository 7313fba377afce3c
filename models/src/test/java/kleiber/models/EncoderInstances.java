package kleiber.models;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** In the likeness of BERT, and of later models. */
public final class EncoderInstances implements Supplier<Stream<Encoder>> {
  static Encoder classic(double masked) {
    return new Encoder(
        2,
        8,
        2,
        Gpt.Position.LEARNED,
        Gpt.Norm.LAYER,
        Gpt.Activation.GELU_ERF,
        false,
        true,
        masked);
  }

  @Override
  public Stream<Encoder> get() {
    return Stream.of(
        classic(0.15),
        new Encoder(
            2, 8, 2, Gpt.Position.ROTARY, Gpt.Norm.RMS, Gpt.Activation.SWIGLU, true, false, 0.4));
  }
}
