package kleiber.engine;

import static kleiber.engine.Shapes.require;
import static kleiber.engine.Shapes.requireSame;
import static kleiber.engine.Shapes.with;

import java.util.List;
import java.util.Optional;

/**
 * The operations that a training step is made of, as data. Each record names what the kernel reads
 * and what it writes; {@link kleiber.engine.naive.NaiveEngine} is the meaning of each, forward and
 * backward. Sizes: B sequences, T positions, R = B·T rows, D width, H heads, V vocabulary. Every
 * tensor has the leading member axis M, and members never mix.
 *
 * <p>Shapes that do not fit are refused when the record is made. No kernel reads one tensor twice.
 *
 * <p>What a kernel keeps between forward and backward (means, log-sum-exps) is its engine's affair.
 */
public sealed interface Kernel
    permits Kernel.Embedding,
        Kernel.Position,
        Kernel.Rotary,
        Kernel.Norm,
        Kernel.Linear,
        Kernel.Attention,
        Kernel.Activation,
        Kernel.Gate,
        Kernel.Add,
        Kernel.CrossEntropy,
        StreamKernel,
        ExpertKernel {
  /** Tensors read, in the order of the record. */
  List<Tensor> inputs();

  /** The tensor written. */
  Tensor output();

  /** y[b,t] = table[tokens[b,t]]. */
  record Embedding(Tensor tokens_BxT, Tensor table_VxD, Tensor y_BxTxD) implements Kernel {
    public Embedding {
      require(tokens_BxT.role() == Tensor.Role.TOKENS, tokens_BxT, "must hold tokens");
      require(y_BxTxD.rows() == tokens_BxT.size(), y_BxTxD, "needs one row for each token");
      require(y_BxTxD.last() == table_VxD.last(), y_BxTxD, "is not as wide as", table_VxD);
    }

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
    public Position {
      requireSame(x_BxTxD, y_BxTxD);
      require(x_BxTxD.shape().size() == 3, x_BxTxD, "must be [B, T, D]");
      require(
          table_TxD.shape().equals(x_BxTxD.shape().subList(1, 3)),
          table_TxD,
          "must hold one row for each position of",
          x_BxTxD);
    }

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
    public Rotary {
      requireSame(x_BxTxF, y_BxTxF);
      require(x_BxTxF.shape().size() == 3, x_BxTxF, "must be [B, T, F]");
      require(
          headWidth > 0 && headWidth % 2 == 0 && (long) rotated * headWidth <= x_BxTxF.last(),
          x_BxTxF,
          "must hold " + rotated + " groups of an even number of columns, not " + headWidth);
    }

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
    public Norm {
      requireSame(x_RxF, y_RxF);
      require(
          x_RxF.last() % gain_GxD.last() == 0
              && groups >= gain_GxD.rows()
              && (long) groups * gain_GxD.last() <= x_RxF.last(),
          x_RxF,
          "must hold " + groups + " groups of as many columns as",
          gain_GxD);
      bias_GxD.ifPresent(bias -> requireSame(gain_GxD, bias));
    }

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
   * [O, I] (a head tied to the embedding table). The gradients of x and w are products too; that of
   * the bias is none.
   *
   * @param precision of the three products
   */
  record Linear(
      Tensor x_RxI,
      Tensor w,
      boolean transposed,
      Optional<Tensor> bias_O,
      Tensor y_RxO,
      Precision precision)
      implements Kernel {
    public Linear {
      require(w.shape().size() == 2, w, "must be a matrix");
      require(x_RxI.rows() == y_RxO.rows(), y_RxO, "needs as many rows as", x_RxI);
      require(w.shape().get(transposed ? 1 : 0) == x_RxI.last(), w, "does not fit", x_RxI);
      require(w.shape().get(transposed ? 0 : 1) == y_RxO.last(), w, "does not fit", y_RxO);
      bias_O.ifPresent(bias -> require(bias.size() == y_RxO.last(), bias, "does not fit", y_RxO));
    }

    /** In float32. */
    public Linear(
        Tensor x_RxI, Tensor w, boolean transposed, Optional<Tensor> bias_O, Tensor y_RxO) {
      this(x_RxI, w, transposed, bias_O, y_RxO, Precision.FLOAT32);
    }

    /** The same layer with its product in a precision. */
    public Linear in(Precision precision) {
      return new Linear(x_RxI, w, transposed, bias_O, y_RxO, precision);
    }

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
   * Self-attention over packed queries, keys and values, H heads of D/H columns of queries and K of
   * keys and of values: y = softmax(scale · q kᵀ, masked to what a query sees) v, heads side by
   * side. H/K neighbouring heads share keys and values (Ainslie et al. 2023, arXiv:2305.13245).
   *
   * @param qkv_BxTxF F = D + 2 K D/H
   * @param keyHeads K, which divides H
   * @param causal whether query t sees t − window < s ≤ t; all positions otherwise
   * @param window positions that a causal query sees, its own included; T or more for all
   * @param scale usually 1 / sqrt(D/H)
   * @param precision that the inputs of its products may be rounded to; an engine need not do so
   */
  record Attention(
      Tensor qkv_BxTxF,
      int heads,
      int keyHeads,
      boolean causal,
      int window,
      double scale,
      Tensor y_BxTxD,
      Precision precision)
      implements Kernel {
    public Attention {
      require(qkv_BxTxF.shape().size() == 3, qkv_BxTxF, "must be [B, T, F]");
      require(
          heads > 0 && y_BxTxD.last() % heads == 0,
          y_BxTxD,
          "cannot be divided into " + heads + " heads");
      require(
          keyHeads > 0 && heads % keyHeads == 0,
          y_BxTxD,
          "cannot share " + keyHeads + " heads of keys among " + heads + " of queries");
      require(
          qkv_BxTxF.rows() == y_BxTxD.rows()
              && qkv_BxTxF.last() == y_BxTxD.last() / heads * (heads + 2 * keyHeads),
          qkv_BxTxF,
          "must hold queries as wide as the output, keys and values for",
          y_BxTxD);
      require(window > 0, y_BxTxD, "cannot see a window of " + window);
      require(scale > 0 && Double.isFinite(scale), y_BxTxD, "cannot have the scale " + scale);
    }

    /** Causal, in float32, at the usual scale, every head with keys of its own, no window. */
    public Attention(Tensor qkv_BxTxF, int heads, Tensor y_BxTxD) {
      this(
          qkv_BxTxF,
          heads,
          heads,
          true,
          Integer.MAX_VALUE,
          1 / Math.sqrt(y_BxTxD.last() / (double) heads),
          y_BxTxD,
          Precision.FLOAT32);
    }

    /** Heads of queries that share one of keys. */
    public int sharing() {
      return heads / keyHeads;
    }

    /** Columns of a head. */
    public int headWidth() {
      return y_BxTxD.last() / heads;
    }

    /** The same with its products in a precision, where an engine can. */
    public Attention in(Precision precision) {
      return new Attention(qkv_BxTxF, heads, keyHeads, causal, window, scale, y_BxTxD, precision);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(qkv_BxTxF);
    }

    @Override
    public Tensor output() {
      return y_BxTxD;
    }
  }

  /** y = f(x), element by element. */
  record Activation(Function function, Tensor x_RxF, Tensor y_RxF) implements Kernel {
    public Activation {
      requireSame(x_RxF, y_RxF);
    }

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
    public Gate {
      require(
          x_Rx2F.rows() == y_RxF.rows() && x_Rx2F.last() == 2 * y_RxF.last(),
          x_Rx2F,
          "must be twice as wide as",
          y_RxF);
    }

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
    public Add {
      requireSame(a_RxD, b_RxD);
      requireSame(a_RxD, y_RxD);
    }

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
   * loss[b,t] = −ln softmax(scale · logits[b,t])[target[b,t]], in nats, or 0 where the target is
   * {@link #UNSCORED}. Its backward starts the backward pass of the mean over the scored of loss +
   * zLoss · (ln Z)², Z = Σ exp(scale · logits[b,t]) (Chowdhery et al. 2022, arXiv:2204.02311,
   * section 5), so it needs no upstream gradient: dlogits = scale · ((1 + 2 zLoss ln Z) softmax −
   * onehot) / scored. The values of the logits may be overwritten by it.
   *
   * @param scale usually 1
   * @param zLoss 0 for none; the loss that is told never has it
   * @param scored how many targets of a batch are scored, usually all B·T
   */
  record CrossEntropy(
      Tensor logits_BxTxV,
      Tensor targets_BxT,
      Tensor loss_BxT,
      double scale,
      double zLoss,
      int scored)
      implements Kernel {
    /** The target where nothing is to be predicted. */
    public static final int UNSCORED = -1;

    public CrossEntropy {
      require(targets_BxT.role() == Tensor.Role.TOKENS, targets_BxT, "must hold tokens");
      require(
          logits_BxTxV.rows() == targets_BxT.size(), logits_BxTxV, "needs one row for each target");
      require(loss_BxT.size() == targets_BxT.size(), loss_BxT, "needs one loss for each target");
      require(scale > 0 && Double.isFinite(scale), loss_BxT, "cannot have the scale " + scale);
      require(zLoss >= 0 && Double.isFinite(zLoss), loss_BxT, "cannot have the z-loss " + zLoss);
      require(
          scored > 0 && scored <= targets_BxT.size(),
          targets_BxT,
          "cannot have %d scored".formatted(scored));
    }

    /** Of the logits as they are, without z-loss, every target scored. */
    public CrossEntropy(Tensor logits_BxTxV, Tensor targets_BxT, Tensor loss_BxT) {
      this(logits_BxTxV, targets_BxT, loss_BxT, 1, 0, targets_BxT.size());
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(logits_BxTxV, targets_BxT);
    }

    @Override
    public Tensor output() {
      return loss_BxT;
    }
  }
}
