package kleiber.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One training step of one shape, stated once: the kernels of the forward pass in order. The
 * backward pass follows from it. An engine runs it call by call, by tiles of sequences, or as a
 * captured graph.
 *
 * @param forward kernels in order; each tensor is written by one kernel and read only after it
 */
public record Program(List<Kernel> forward) {
  /**
   * One call of the backward pass: given the gradient of the kernel's output, makes those of its
   * differentiable inputs.
   *
   * @param accumulate inputs whose gradient is added to; the others' is overwritten
   */
  public record Backward(Kernel kernel, Set<Tensor> accumulate) {
    public Backward {
      accumulate = Set.copyOf(accumulate);
    }
  }

  public Program {
    forward = List.copyOf(forward);
    Set<String> names = new HashSet<>();
    Set<Tensor> known = new HashSet<>();
    for (Kernel kernel : forward) {
      if (new HashSet<>(kernel.inputs()).size() < kernel.inputs().size()) {
        throw new IllegalArgumentException(kernel.output().name() + " is made of one tensor twice");
      }
      for (Tensor input : kernel.inputs()) {
        if (input.role() != Tensor.Role.ACTIVATION
            && known.add(input)
            && !names.add(input.name())) {
          throw new IllegalArgumentException("two tensors have the name " + input.name());
        }
      }
      if (!known.add(kernel.output()) || !names.add(kernel.output().name())) {
        throw new IllegalArgumentException(kernel.output().name() + " is written twice");
      }
    }
  }

  /**
   * The same step with the products of its linear layers, and of attention where an engine can, in
   * a precision.
   */
  public Program in(Precision precision) {
    return new Program(
        forward.stream()
            .map(
                kernel ->
                    switch (kernel) {
                      case Kernel.Linear k -> k.in(precision);
                      case Kernel.Attention k -> k.in(precision);
                      default -> kernel;
                    })
            .toList());
  }

  /** Every tensor, in order of first use. */
  public List<Tensor> tensors() {
    Set<Tensor> tensors = new LinkedHashSet<>();
    for (Kernel kernel : forward) {
      tensors.addAll(kernel.inputs());
      tensors.add(kernel.output());
    }
    return List.copyOf(tensors);
  }

  /** The trained tensors, in order of first use. */
  public List<Tensor> parameters() {
    return tensors().stream().filter(t -> t.role() == Tensor.Role.PARAMETER).toList();
  }

  /** The kernels that read a tensor, in order; none of one that is not read. */
  public Map<Tensor, List<Kernel>> readers() {
    Map<Tensor, List<Kernel>> readers = new HashMap<>();
    for (Kernel kernel : forward) {
      for (Tensor input : kernel.inputs()) {
        readers.computeIfAbsent(input, _ -> new ArrayList<>()).add(kernel);
      }
    }
    return readers;
  }

  /** The tensors that no kernel reads. */
  public Set<Tensor> results() {
    Set<Tensor> results = new LinkedHashSet<>();
    forward.forEach(kernel -> results.add(kernel.output()));
    forward.forEach(kernel -> kernel.inputs().forEach(results::remove));
    return results;
  }

  /**
   * The matrices between the tables and the head: weights of linear layers that are no table and do
   * not make logits; one of experts is a stack of matrices.
   */
  public Set<Tensor> hiddenMatrices() {
    Set<Tensor> logits = new HashSet<>();
    Set<Tensor> tables = new HashSet<>();
    Set<Tensor> matrices = new LinkedHashSet<>();
    for (Kernel kernel : forward.reversed()) {
      switch (kernel) {
        case Kernel.CrossEntropy k -> logits.add(k.logits_BxTxV());
        case Kernel.Linear k when !logits.contains(k.y_RxO()) -> matrices.add(k.w());
        case ExpertKernel.Linear k -> matrices.add(k.w_ExIxO());
        case Kernel.Embedding k -> tables.add(k.table_VxD());
        default -> {}
      }
    }
    matrices.removeAll(tables);
    return matrices;
  }

  /** The kernels in reverse, each with the gradients that an earlier call has already begun. */
  public List<Backward> backward() {
    return backward(false);
  }

  /**
   * The same.
   *
   * @param onto whether an earlier pass has begun the gradients of all parameters
   */
  public List<Backward> backward(boolean onto) {
    List<Backward> calls = new ArrayList<>();
    Set<Tensor> begun = new HashSet<>(onto ? parameters() : List.of());
    for (Kernel kernel : forward.reversed()) {
      Set<Tensor> accumulate = new HashSet<>();
      for (Tensor input : kernel.inputs()) {
        if (input.differentiable() && !begun.add(input)) {
          accumulate.add(input);
        }
      }
      calls.add(new Backward(kernel, accumulate));
    }
    return List.copyOf(calls);
  }
}
