package kleiber.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operations that a training step is made of, as data. Each record names what the kernel reads
 * and what it writes; {@link NaiveEngine} is the meaning of each, forward and backward. Sizes: B
 * sequences, T positions, R = B·T rows, D width, H heads, V vocabulary. Every tensor has the
 * leading member axis M, and members never mix.
 *
 * <p>What a kernel keeps between forward and backward (means, log-sum-exps) is its engine's affair.
 */
public sealed interface Kernel {
  /** Tensors read, in the order of the record. */
  List<Tensor> inputs();

  /** The tensor written. */
  Tensor output();

  /** y[b,t] = table[tokens[b,t]]. */
  record Embedding(Tensor tokens_BxT, Tensor table_VxD, Tensor y_BxTxD) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(tokens_BxT, table_VxD);
    }

    @Override
    public Tensor output() {
      return y_BxTxD;
    }
  }

  /** y[b,t] = x[b,t] + table[t]: learned positions. */
  record Position(Tensor x_BxTxD, Tensor table_TxD, Tensor y_BxTxD) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(x_BxTxD, table_TxD);
    }

    @Override
    public Tensor output() {
      return y_BxTxD;
    }
  }

  /**
   * Rotary positions (Su et al. 2021, arXiv:2104.09864, eq. 34, in the half-split layout of
   * GPT-NeoX): in each of the first {@code rotated} groups of {@code headWidth} columns, the pair
   * (i, i + headWidth/2) is turned by the angle t · base^(−2i/headWidth); the other columns are
   * copied. {@code headWidth} is even.
   */
  record Rotary(Tensor x_BxTxF, int rotated, int headWidth, double base, Tensor y_BxTxF)
      implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(x_BxTxF);
    }

    @Override
    public Tensor output() {
      return y_BxTxF;
    }
  }

  /**
   * Layer norm, y = (x − mean(x)) / sqrt(var(x) + ε) · gain + bias, or with {@code centred} false
   * RMS norm, y = x / sqrt(mean(x²) + ε) · gain (+ bias), over groups of as many columns as the
   * gain has. The groups from {@code groups} on are copied unchanged (QK-norm leaves the values
   * alone).
   *
   * @param groups how many groups of each row are normalized; 1 where the gain has the row's width
   * @param gain_GxD one gain for each of G sets; group g uses set g·G/groups, so that queries and
   *     keys (G = 2) have their own; shape [D] when G is 1
   */
  record Norm(
      Tensor x_RxF,
      boolean centred,
      double epsilon,
      int groups,
      Tensor gain_GxD,
      Optional<Tensor> bias_GxD,
      Tensor y_RxF)
      implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return with(List.of(x_RxF, gain_GxD), bias_GxD);
    }

    @Override
    public Tensor output() {
      return y_RxF;
    }
  }

  /**
   * y = x · w + bias, w of shape [I, O]; or, with {@code transposed}, y = x · wᵀ + bias, w of shape
   * [O, I] (a head tied to the embedding table).
   */
  record Linear(Tensor x_RxI, Tensor w, boolean transposed, Optional<Tensor> bias_O, Tensor y_RxO)
      implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return with(List.of(x_RxI, w), bias_O);
    }

    @Override
    public Tensor output() {
      return y_RxO;
    }
  }

  /**
   * Causal self-attention over packed queries, keys and values, each of H heads of D/H columns: y =
   * softmax(q kᵀ / sqrt(D/H), masked to s ≤ t) v, heads side by side.
   */
  record Attention(Tensor qkv_BxTx3D, int heads, Tensor y_BxTxD) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(qkv_BxTx3D);
    }

    @Override
    public Tensor output() {
      return y_BxTxD;
    }
  }

  /** y = f(x), element by element. */
  record Activation(Function function, Tensor x_RxF, Tensor y_RxF) implements Kernel {
    /** The functions, by name. */
    public enum Function {
      /** x/2 · (1 + tanh(sqrt(2/π) (x + 0.044715 x³))): GPT-2's GELU. */
      GELU,
      /**
       * x/2 · (1 + erf(x/√2)): the exact GELU, which differs from the tanh form by up to 4.7e-4.
       */
      GELU_ERF
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x_RxF);
    }

    @Override
    public Tensor output() {
      return y_RxF;
    }
  }

  /**
   * y = silu(x[…, :F]) · x[…, F:], silu(z) = z / (1 + e^−z): the gate of SwiGLU (Shazeer 2020,
   * arXiv:2002.05202, eq. 6).
   */
  record Gate(Tensor x_Rx2F, Tensor y_RxF) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(x_Rx2F);
    }

    @Override
    public Tensor output() {
      return y_RxF;
    }
  }

  /** y = a + b: the residual stream. */
  record Add(Tensor a_RxD, Tensor b_RxD, Tensor y_RxD) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(a_RxD, b_RxD);
    }

    @Override
    public Tensor output() {
      return y_RxD;
    }
  }

  /**
   * loss[b,t] = −ln softmax(logits[b,t])[target[b,t]], in nats. Its backward starts the backward
   * pass of the mean loss over B·T, so it needs no upstream gradient: dlogits = (softmax − onehot)
   * / (B·T). The values of the logits may be overwritten by it.
   */
  record CrossEntropy(Tensor logits_BxTxV, Tensor targets_BxT, Tensor loss_BxT) implements Kernel {
    @Override
    public List<Tensor> inputs() {
      return List.of(logits_BxTxV, targets_BxT);
    }

    @Override
    public Tensor output() {
      return loss_BxT;
    }
  }

  private static List<Tensor> with(List<Tensor> tensors, Optional<Tensor> further) {
    List<Tensor> all = new ArrayList<>(tensors);
    further.ifPresent(all::add);
    return all;
  }
}
