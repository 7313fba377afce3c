package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaStream;

/** A function of each element. */
final class CudaActivation extends CudaOperation {
  private final Kernel.Activation k;
  private final String function;

  CudaActivation(Kernel.Activation k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    function = k.function().name().toLowerCase(Locale.ROOT);
  }

  /** The bias that x still lacks, and where that of the next member lies. */
  private Object[] arguments(Object... more) {
    Optional<Tensor> bias = memory.forms().missingBias(k.x_RxF());
    List<Object> arguments = new ArrayList<>();
    arguments.add(memory.value(k.x_RxF()));
    arguments.add(bias.map(memory::value).orElse(0L));
    arguments.add(bias.map(memory::stride).orElse(0L));
    arguments.add(k.x_RxF().last());
    arguments.addAll(List.of(more));
    arguments.add(k.x_RxF().size());
    return arguments.toArray();
  }

  @Override
  void forward() {
    bulk(
        "elementwise",
        function + "_forward",
        k.x_RxF().size(),
        arguments(memory.value(k.y_RxF()), halves(k.y_RxF())));
  }

  @Override
  void backward(boolean[] add) {
    bulk(
        "elementwise",
        function + "_backward",
        k.x_RxF().size(),
        arguments(
            memory.gradient(k.y_RxF()),
            memory.gradient(k.x_RxF()),
            halfGradient(k.x_RxF()),
            flag(add[0])));
  }
}
