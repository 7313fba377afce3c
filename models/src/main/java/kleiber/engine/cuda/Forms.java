package kleiber.engine.cuda;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CardProperties;

/**
 * How whole passes keep activations, of which nobody but their own kernels sees anything: as
 * bfloat16 what is only ever read rounded to it; rows of a linear layer without the bias where the
 * one kernel that reads them adds it on its way; and only for the forward pass what the backward
 * pass does not read. A card has so less to keep and to carry; losses do not change, nor do
 * gradients but that of a bias, which is then a sum of rounded rows.
 */
final class Forms {
  /** Everything as float32 and as it is meant: for kernels one by one. */
  static final Forms PLAIN = new Forms();

  /** Elements of bfloat16 that are read at once: 16 bytes. */
  private static final int AT_ONCE = 8;

  private final Set<Tensor> halfValues = new HashSet<>();
  private final Set<Tensor> halfGradients = new HashSet<>();
  private final Map<Tensor, Tensor> biases = new HashMap<>();
  private final Set<Tensor> passing = new HashSet<>();

  private Forms() {}

  /**
   * @param heads layers whose output is never there as a whole
   */
  static Forms of(Program program, Set<Kernel> heads, CardProperties card) {
    Map<Tensor, List<Kernel>> readers = program.readers();
    Forms forms = new Forms();
    for (Kernel kernel : program.forward()) {
      Tensor y = kernel.output();
      List<Kernel> ofY = readers.getOrDefault(y, List.of());
      if (!ofY.isEmpty() && !heads.contains(kernel)) {
        boolean aligned = y.last() % AT_ONCE == 0;
        if (aligned && writesHalves(kernel) && ofY.stream().allMatch(k -> rounds(k, card))) {
          forms.halfValues.add(y);
        }
        if (kernel instanceof Kernel.Linear k && ofY.size() == 1) {
          Kernel reader = ofY.getFirst();
          if (aligned && k.precision() == Precision.BF16 && givesHalves(reader, y)) {
            forms.halfGradients.add(y);
          }
          k.bias_O().filter(_ -> addsBias(reader, y)).ifPresent(bias -> forms.biases.put(y, bias));
        }
      }
    }
    for (Kernel kernel : program.forward()) {
      if (readers.containsKey(kernel.output()) && !heads.contains(kernel)) {
        forms.passing.add(kernel.output());
      }
    }
    program.forward().forEach(kernel -> forms.passing.removeAll(forms.readBackward(kernel, heads)));
    return forms;
  }

  /** What a kernel's backward pass reads of what its forward pass read and made. */
  private Collection<Tensor> readBackward(Kernel kernel, Set<Kernel> heads) {
    return switch (kernel) {
      case Kernel.Embedding _, Kernel.Position _, Kernel.Rotary _, Kernel.Add _ -> List.of();
      case Kernel.Norm k -> List.of(k.x_RxF());
      case Kernel.Linear k -> {
        boolean keepsItsOwn = k.precision() == Precision.BF16 && !half(k.x_RxI());
        yield keepsItsOwn && !heads.contains(k) ? List.of() : List.of(k.x_RxI());
      }
      case Kernel.Attention k -> List.of(k.qkv_BxTxF(), k.y_BxTxD());
      case Kernel.Activation k -> List.of(k.x_RxF());
      case Kernel.Gate k -> List.of(k.x_Rx2F());
      case Kernel.CrossEntropy k -> List.of(k.logits_BxTxV());
      case StreamKernel k -> all(k);
      case ExpertKernel k -> all(k);
    };
  }

  private static Collection<Tensor> all(Kernel kernel) {
    Set<Tensor> all = new HashSet<>(kernel.inputs());
    all.add(kernel.output());
    return all;
  }

  /** Whether a kernel can write what it makes as bfloat16. */
  private static boolean writesHalves(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Norm _, Kernel.Activation _, Kernel.Gate _, Kernel.Rotary _ -> true;
      case Kernel.Linear k -> k.precision() == Precision.BF16;
      case Kernel.Attention k -> k.precision() == Precision.BF16;
      default -> false;
    };
  }

  /** Whether a kernel reads what it reads rounded to bfloat16, forward and backward. */
  private static boolean rounds(Kernel kernel, CardProperties card) {
    return switch (kernel) {
      case Kernel.Linear k -> k.precision() == Precision.BF16;
      case Kernel.Attention k ->
          CudaAttention.byTensorCores(k, card) && k.headWidth() % AT_ONCE == 0;
      default -> false;
    };
  }

  /** Whether a kernel can write the gradient of what it reads as bfloat16. */
  private static boolean givesHalves(Kernel kernel, Tensor tensor) {
    return switch (kernel) {
      case Kernel.Norm _, Kernel.Activation _, Kernel.Gate _, Kernel.Rotary _, Kernel.Attention _ ->
          true;
      case Kernel.Add k -> k.b_RxD().equals(tensor);
      default -> false;
    };
  }

  /** Whether a kernel adds the bias that what it reads still lacks. */
  private static boolean addsBias(Kernel kernel, Tensor tensor) {
    return switch (kernel) {
      case Kernel.Activation _ -> true;
      case Kernel.Add k -> k.b_RxD().equals(tensor);
      default -> false;
    };
  }

  /** Whether values are kept as bfloat16. */
  boolean half(Tensor tensor) {
    return halfValues.contains(tensor);
  }

  /** Whether the gradient is. */
  boolean halfGradient(Tensor tensor) {
    return halfGradients.contains(tensor);
  }

  /** Whether values are there in the forward pass alone. */
  boolean passing(Tensor tensor) {
    return passing.contains(tensor);
  }

  /** The bias that values are kept without. */
  Optional<Tensor> missingBias(Tensor tensor) {
    return Optional.ofNullable(biases.get(tensor));
  }
}
