package kleiber.models;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** One stream, and several in the likeness of GPT-2 and of later models. */
public final class ParallelStreamsInstances implements Supplier<Stream<ParallelStreams>> {
  static ParallelStreams classic(int streams) {
    return new ParallelStreams(
        2,
        8,
        2,
        Gpt.Position.LEARNED,
        Gpt.Norm.LAYER,
        Gpt.Activation.GELU,
        true,
        false,
        true,
        streams,
        3);
  }

  static ParallelStreams modern(int streams) {
    return new ParallelStreams(
        2,
        8,
        2,
        Gpt.Position.ROTARY,
        Gpt.Norm.RMS,
        Gpt.Activation.SWIGLU,
        false,
        true,
        false,
        streams,
        1);
  }

  @Override
  public Stream<ParallelStreams> get() {
    return Stream.of(classic(1), classic(3), modern(1), modern(2));
  }
}
