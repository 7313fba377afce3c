package kleiber.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Tensor.Role;

/**
 * Writes {@link Gpt}'s training step down, kernel by kernel. A map called {@code name} writes the
 * activation {@code name} and has the parameters {@code name.weight}, {@code name.bias} or {@code
 * name.gain}. What other families do otherwise they override.
 */
class GptProgram {
  /** What names of hidden tensors begin with. */
  static final String BLOCK = "block";

  private static final double EPSILON = 1e-5;
  private static final double ROTARY_BASE = 10_000;

  final Gpt gpt;
  final int batch;
  final int context;
  private final int vocabulary;
  private final List<Kernel> kernels = new ArrayList<>();

  GptProgram(Gpt gpt, int vocabulary, int batch, int context) {
    this.gpt = gpt;
    this.vocabulary = vocabulary;
    this.batch = batch;
    this.context = context;
  }

  final Program build() {
    Tensor table_VxD = parameter("token.weight", inputIds(vocabulary), gpt.width());
    Tensor x_BxTxD = begin(embed(table_VxD));
    for (int block = 0; block < gpt.depth(); block++) {
      x_BxTxD = attention(BLOCK + block + ".attention", x_BxTxD);
      String mlp = BLOCK + block + ".mlp";
      Tensor y_BxTxD = feedForward(block, mlp, norm(mlp + ".norm", x_BxTxD));
      x_BxTxD = residual(mlp, x_BxTxD, y_BxTxD);
    }
    Tensor logits_BxTxV = head(end(norm("final", x_BxTxD)), table_VxD);
    Tensor losses_BxT = new Tensor(KernelFamily.LOSSES, Role.ACTIVATION, List.of(batch, context));
    kernels.add(
        new Kernel.CrossEntropy(
            logits_BxTxV,
            tokens(KernelFamily.TARGETS),
            losses_BxT,
            1 / gpt.widening(),
            gpt.zLoss().orElse(0),
            scored()));
    return new Program(kernels);
  }

  /** Ids that may be given, of which those of the vocabulary are the first. */
  int inputIds(int ofVocabulary) {
    return ofVocabulary;
  }

  /** Targets that are scored. */
  int scored() {
    return batch * context;
  }

  /** Whether positions see earlier ones alone. */
  boolean causal() {
    return true;
  }

  /** What blocks are given, made of the embedded tokens. */
  Tensor begin(Tensor x_BxTxD) {
    return x_BxTxD;
  }

  /** What the head is given, made of what the last norm gives. */
  Tensor end(Tensor x_BxTxD) {
    return x_BxTxD;
  }

  /** Attention over queries, keys and values. */
  Tensor attend(String name, Tensor qkv_BxTxF) {
    return run(
        new Kernel.Attention(
            qkv_BxTxF,
            gpt.heads(),
            gpt.keyHeads(),
            causal(),
            gpt.window().orElse(qkv_BxTxF.shape().get(1)),
            gpt.attentionScale(),
            activation(name + ".heads", qkv_BxTxF, gpt.width()),
            Precision.FLOAT32));
  }

  private Tensor embed(Tensor table_VxD) {
    Tensor x_BxTxD = activation("token", List.of(batch, context, gpt.width()));
    kernels.add(new Kernel.Embedding(tokens(KernelFamily.INPUTS), table_VxD, x_BxTxD));
    if (gpt.position() == Gpt.Position.ROTARY) {
      return x_BxTxD;
    }
    Tensor table_TxD = parameter("position.weight", context, gpt.width());
    return run(
        new Kernel.Position(x_BxTxD, table_TxD, activation("position", x_BxTxD, gpt.width())));
  }

  private Tensor attention(String name, Tensor x_BxTxD) {
    Tensor qkv_BxTxF = linear(name + ".qkv", norm(name + ".norm", x_BxTxD), gpt.qkvColumns());
    if (gpt.qkNorm()) {
      qkv_BxTxF = qkNorm(name + ".qknorm", qkv_BxTxF);
    }
    if (gpt.position() == Gpt.Position.ROTARY) {
      qkv_BxTxF =
          run(
              new Kernel.Rotary(
                  qkv_BxTxF,
                  gpt.heads() + gpt.keyHeads(),
                  gpt.headWidth(),
                  ROTARY_BASE,
                  activation(name + ".rotary", qkv_BxTxF, gpt.qkvColumns())));
    }
    Tensor y_BxTxD = attend(name, qkv_BxTxF);
    return residual(name, x_BxTxD, linear(name + ".projection", y_BxTxD, gpt.width()));
  }

  /** What a block adds to the residual stream, of which it gets the norm, after attention. */
  Tensor feedForward(int block, String name, Tensor x_BxTxD) {
    Tensor h = linear(name + ".up", x_BxTxD, gpt.mlpColumns());
    Tensor y_BxTxF = nonlinear(h, activation(name + ".activation", h, gpt.mlpWidth()));
    return linear(name + ".down", y_BxTxF, gpt.width());
  }

  /** The nonlinearity of the MLP from what its first map makes to what its second takes. */
  final Tensor nonlinear(Tensor h, Tensor y) {
    return run(
        switch (gpt.activation()) {
          case GELU -> new Kernel.Activation(Kernel.Activation.Function.GELU, h, y);
          case GELU_ERF -> new Kernel.Activation(Kernel.Activation.Function.GELU_ERF, h, y);
          case SWIGLU -> new Kernel.Gate(h, y);
        });
  }

  private Tensor head(Tensor x_BxTxD, Tensor table_VxD) {
    Tensor weight = gpt.tiedHead() ? table_VxD : parameter("head.weight", gpt.width(), vocabulary);
    return run(
        new Kernel.Linear(
            x_BxTxD,
            weight,
            gpt.tiedHead(),
            Optional.empty(),
            activation("head", x_BxTxD, vocabulary)));
  }

  private Tensor norm(String name, Tensor x_BxTxD) {
    return run(
        new Kernel.Norm(
            x_BxTxD,
            gpt.norm() == Gpt.Norm.LAYER,
            EPSILON,
            1,
            parameter(name + ".gain", gpt.width()),
            gpt.normBiases()
                ? Optional.of(parameter(name + ".bias", gpt.width()))
                : Optional.empty(),
            activation(name, x_BxTxD, gpt.width())));
  }

  private Tensor qkNorm(String name, Tensor qkv_BxTxF) {
    Tensor gain_GxE =
        new Tensor(name + ".gain", Role.PARAMETER, List.of(gpt.qkGains(), gpt.headWidth()), false);
    return run(
        new Kernel.Norm(
            qkv_BxTxF,
            gpt.norm() == Gpt.Norm.LAYER,
            EPSILON,
            gpt.heads() + gpt.keyHeads(),
            gain_GxE,
            Optional.empty(),
            activation(name, qkv_BxTxF, gpt.qkvColumns())));
  }

  final Tensor linear(String name, Tensor x_BxTxI, int columns) {
    return run(
        new Kernel.Linear(
            x_BxTxI,
            new Tensor(
                name + ".weight",
                Role.PARAMETER,
                List.of(x_BxTxI.last(), columns),
                true,
                1 / gpt.widening()),
            false,
            gpt.biases() ? Optional.of(parameter(name + ".bias", columns)) : Optional.empty(),
            activation(name, x_BxTxI, columns)));
  }

  private Tensor residual(String name, Tensor x_BxTxD, Tensor branch_BxTxD) {
    return run(
        new Kernel.Add(
            x_BxTxD, branch_BxTxD, activation(name + ".residual", x_BxTxD, gpt.width())));
  }

  final Tensor run(Kernel kernel) {
    kernels.add(kernel);
    return kernel.output();
  }

  private Tensor tokens(String name) {
    return new Tensor(name, Role.TOKENS, List.of(batch, context));
  }

  /** As many rows as another has. */
  final Tensor activation(String name, Tensor like, int columns) {
    return activation(name, List.of(like.shape().get(0), like.shape().get(1), columns));
  }

  static Tensor activation(String name, List<Integer> shape) {
    return new Tensor(name, Role.ACTIVATION, shape);
  }

  static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, Role.PARAMETER, List.of(shape));
  }
}
