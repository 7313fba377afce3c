package kleiber.engine.trial;

import static kleiber.engine.Tensor.Role.ACTIVATION;
import static kleiber.engine.Tensor.Role.PARAMETER;
import static kleiber.engine.Tensor.Role.TOKENS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;

/** Every kernel with every option, for B sequences of T positions, H heads of a given width. */
public final class KernelCases {
  private final int b;
  private final int t;
  private final int heads;
  private final int width;

  public KernelCases(int sequences, int positions, int heads, int headWidth) {
    this.b = sequences;
    this.t = positions;
    this.heads = heads;
    this.width = headWidth;
  }

  /** Each with tensors of its own. */
  public List<Kernel> all() {
    int d = heads * width;
    int vocabulary = 2 * d + 1;
    List<Kernel> cases = new ArrayList<>();
    cases.add(
        new Kernel.Embedding(
            new Tensor("tokens", TOKENS, List.of(b, t)),
            parameter("table", vocabulary, d),
            rows("y", d)));
    cases.add(new Kernel.Position(rows("x", d), parameter("table", t, d), rows("y", d)));
    cases.add(new Kernel.Rotary(rows("x", d), heads, width, 10_000, rows("y", d)));
    cases.add(new Kernel.Rotary(rows("x", 3 * d), 2 * heads, width, 100, rows("y", 3 * d)));
    for (boolean centred : new boolean[] {true, false}) {
      for (boolean biased : new boolean[] {true, false}) {
        cases.add(norm(d, centred, 1, biased, parameter("gain", d)));
        cases.add(norm(3 * d, centred, 2 * heads, biased, parameter("gain", 2, width)));
      }
    }
    for (boolean biased : new boolean[] {true, false}) {
      Optional<Tensor> bias =
          biased ? Optional.of(parameter("bias", vocabulary)) : Optional.empty();
      cases.add(
          new Kernel.Linear(
              rows("x", d), parameter("w", d, vocabulary), false, bias, rows("y", vocabulary)));
      cases.add(
          new Kernel.Linear(
              rows("x", d), parameter("w", vocabulary, d), true, bias, rows("y", vocabulary)));
    }
    cases.addAll(
        cases.stream()
            .filter(Kernel.Linear.class::isInstance)
            .map(kernel -> ((Kernel.Linear) kernel).in(Precision.BF16))
            .toList());
    cases.add(new Kernel.Attention(rows("x", 3 * d), heads, rows("y", d)));
    for (int keyHeads : heads > 1 ? new int[] {1, heads} : new int[] {1}) {
      for (int window : new int[] {1, 5, 40, t}) {
        cases.add(
            new Kernel.Attention(
                rows("x", (heads + 2 * keyHeads) * width),
                heads,
                keyHeads,
                true,
                window,
                1.0 / width,
                rows("y", d),
                Precision.FLOAT32));
      }
      cases.add(bidirectional(keyHeads));
    }
    for (Kernel.Activation.Function function : Kernel.Activation.Function.values()) {
      cases.add(new Kernel.Activation(function, rows("x", d), rows("y", d)));
    }
    cases.add(new Kernel.Gate(rows("x", 2 * d), rows("y", d)));
    cases.add(new Kernel.Add(rows("a", d), rows("b", d), rows("y", d)));
    cases.addAll(experts(3, 1));
    cases.addAll(experts(5, 2));
    Tensor targets = new Tensor("targets", TOKENS, List.of(b, t));
    Tensor loss = new Tensor("loss", ACTIVATION, List.of(b, t));
    cases.add(new Kernel.CrossEntropy(rows("logits", vocabulary), targets, loss));
    cases.add(
        new Kernel.CrossEntropy(rows("logits", vocabulary), targets, loss, 0.25, 0.01, b * t));
    int some = Math.max(1, b * t / 3);
    cases.add(new Kernel.CrossEntropy(rows("logits", vocabulary), targets, loss, 1, 0, some));
    cases.add(new Kernel.CrossEntropy(rows("logits", vocabulary), targets, loss, 0.5, 0.1, some));
    cases.addAll(ofStreams(d));
    return cases;
  }

  private List<Kernel> ofStreams(int d) {
    int streams = 3;
    int prefix = 2;
    Tensor all = rows("x", streams * d);
    Tensor n = new Tensor("n", ACTIVATION, List.of(streams * b, t, d));
    Tensor longer = new Tensor("x", ACTIVATION, List.of(b, prefix + t, d));
    Tensor prefixed = new Tensor("y", ACTIVATION, List.of(streams * b, prefix + t, d));
    return List.of(
        StreamKernel.Copy.repeat(rows("x", d), n),
        StreamKernel.Copy.last(longer, rows("y", d)),
        StreamKernel.Copy.sideBySide(n, rows("y", streams * d)),
        new StreamKernel.Prefix(
            n, parameter("prefix", streams, prefix, Math.min(d, 2 * width)), prefixed),
        new StreamKernel.Prefix(n, parameter("prefix", streams, prefix, d), prefixed),
        new StreamKernel.Mix(all, rows("scores", streams), 0.1, rows("y", d)),
        new StreamKernel.Mix(all, rows("scores", streams), 0, rows("y", d)));
  }

  private Kernel bidirectional(int keyHeads) {
    return new Kernel.Attention(
        rows("x", (heads + 2 * keyHeads) * width),
        heads,
        keyHeads,
        false,
        t,
        1.0 / width,
        rows("y", heads * width),
        Precision.FLOAT32);
  }

  /** A router without and with all that it can have, and experts without and with biases. */
  private List<Kernel> experts(int experts, int slots) {
    int d = heads * width;
    int f = 2 * d + 1;
    Tensor gates = rows("gates", experts);
    Tensor x = rows("x", d);
    Tensor w = parameter("w", experts, d, f);
    Tensor bias = new Tensor("bias", PARAMETER, List.of(experts, f), false);
    Tensor y = ofSlots("y", slots, f);
    Tensor logits = rows("logits", experts);
    return List.of(
        new ExpertKernel.Route(logits, slots, false, 1, 0, 0, gates),
        new ExpertKernel.Route(logits, slots, true, 0.5, 0.3, 0.2, gates),
        new ExpertKernel.Linear(x, gates, w, Optional.empty(), y),
        new ExpertKernel.Linear(x, gates, w, Optional.of(bias), y),
        new ExpertKernel.Linear(ofSlots("x", slots, d), gates, w, Optional.of(bias), y),
        new ExpertKernel.Combine(ofSlots("x", slots, d), gates, rows("y", d)));
  }

  private Tensor ofSlots(String name, int slots, int columns) {
    return new Tensor(name, ACTIVATION, List.of(b, t, slots, columns));
  }

  private Kernel norm(int f, boolean centred, int groups, boolean biased, Tensor gain) {
    Optional<Tensor> bias =
        biased ? Optional.of(new Tensor("bias", PARAMETER, gain.shape())) : Optional.empty();
    return new Kernel.Norm(rows("x", f), centred, 1e-5, groups, gain, bias, rows("y", f));
  }

  private Tensor rows(String name, int columns) {
    return new Tensor(name, ACTIVATION, List.of(b, t, columns));
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, PARAMETER, List.of(shape));
  }
}
