package kleiber.models;

import java.util.List;
import kleiber.engine.Kernel;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;

/**
 * Writes the training step of {@link ParallelStreams} down: that of a {@link Gpt} over N = B·P
 * sequences, with K = S + T positions where prefixes stand before a stream's own.
 */
final class StreamsProgram extends GptProgram {
  private static final String MIX = "streams";

  private final int streams;
  private final int prefix;

  StreamsProgram(ParallelStreams model, int vocabulary, int batch, int context) {
    super(model.gpt(), vocabulary, batch, context);
    streams = model.streams();
    prefix = model.prefix();
  }

  private Tensor ofStreams(String name, int positions, int columns) {
    return activation(name, List.of(batch * streams, positions, columns));
  }

  @Override
  Tensor begin(Tensor x_BxTxD) {
    return run(StreamKernel.Copy.repeat(x_BxTxD, ofStreams(MIX, context, gpt.width())));
  }

  @Override
  Tensor attend(String name, Tensor qkv_NxTxF) {
    int positions = prefix + context;
    Tensor prefixed_NxKxF =
        run(
            new StreamKernel.Prefix(
                qkv_NxTxF,
                parameter(name + ".prefix.weight", streams, prefix, 2 * gpt.width()),
                ofStreams(name + ".prefix", positions, qkv_NxTxF.last())));
    Tensor y_NxKxD = super.attend(name, prefixed_NxKxF);
    return run(StreamKernel.Copy.last(y_NxKxD, ofStreams(name + ".own", context, gpt.width())));
  }

  @Override
  Tensor end(Tensor x_NxTxD) {
    Tensor all_BxTxF =
        run(
            StreamKernel.Copy.sideBySide(
                x_NxTxD, activation(MIX + ".all", List.of(batch, context, streams * gpt.width()))));
    Tensor hidden_BxTxD = linear(MIX + ".hidden", all_BxTxF, gpt.width());
    Tensor active_BxTxD =
        run(
            new Kernel.Activation(
                Kernel.Activation.Function.GELU,
                hidden_BxTxD,
                activation(MIX + ".activation", hidden_BxTxD, gpt.width())));
    return run(
        new StreamKernel.Mix(
            all_BxTxF,
            linear(MIX + ".scores", active_BxTxD, streams),
            ParallelStreams.SMOOTHING,
            activation(MIX + ".mean", hidden_BxTxD, gpt.width())));
  }
}
