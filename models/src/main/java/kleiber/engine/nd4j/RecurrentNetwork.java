package kleiber.engine.nd4j;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kleiber.engine.blas.OpenBlas;
import kleiber.engine.blas.OpenBlasCore;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * A language model by Deeplearning4j: embedding, layers of LSTM (Hochreiter and Schmidhuber 1997,
 * with forget gates and without peepholes), softmax over the vocabulary. Network, layers, gradients
 * and updater (Adam) are the library's; the learning rate, weight decay and clipping are given from
 * outside. State is float32. Every sequence begins with nothing in memory. Not thread-safe.
 */
public final class RecurrentNetwork {
  private static final DataType FLOAT = DataType.FLOAT;

  /** Passes between collections of garbage: a few hundred megabytes' worth. */
  private static final int PASSES = 64;

  /**
   * What decides a network's form.
   *
   * @param vocabulary V
   * @param embedding E, width of the embedding
   * @param layers of LSTM
   * @param width H, of each layer
   */
  public record Form(int vocabulary, int embedding, int layers, int width) {}

  /** Settings of Adam that stay as they are. */
  public record Updating(double beta1, double beta2, double epsilon) {}

  private final Form form;
  private final MultiLayerNetwork network;
  private final SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private int passes;

  /** A network whose weights are zero. */
  public RecurrentNetwork(Form form, Updating updating) {
    this.form = form;
    OpenBlasCore.choose();
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    if (Nd4j.getEnvironment().isCPU()) {
      OpenBlas.useOneThread();
    }
    NeuralNetConfiguration.ListBuilder builder =
        new NeuralNetConfiguration.Builder()
            .dataType(FLOAT)
            .miniBatch(false) // gradients of the sum; the mean is taken here
            .updater(new Adam(1, updating.beta1(), updating.beta2(), updating.epsilon()))
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(form.vocabulary())
                    .nOut(form.embedding())
                    .outputDataFormat(RNNFormat.NCW)
                    .hasBias(false)
                    .build());
    for (int layer = 0; layer < form.layers(); layer++) {
      builder.layer(
          new LSTM.Builder()
              .nIn(layer == 0 ? form.embedding() : form.width())
              .nOut(form.width())
              .dataFormat(RNNFormat.NCW)
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID)
              .build());
    }
    MultiLayerConfiguration configuration =
        builder
            .layer(
                new RnnOutputLayer.Builder(new LossSparseMCXENT())
                    .nIn(form.width())
                    .nOut(form.vocabulary())
                    .dataFormat(RNNFormat.NCW)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    network = new MultiLayerNetwork(configuration);
    network.init();
    network.params().assign(0);
    network
        .paramTable()
        .forEach(
            (name, array) -> {
              // In Fortran's order: the transpose row by row, outputs first.
              long[] shape = array.shape();
              shapes.put(
                  name,
                  shape.length == 1
                      ? List.of((int) shape[0])
                      : List.of((int) shape[1], (int) shape[0]));
              places.put(name, new Place(array.offset(), array.length()));
            });
    network.getUpdater(true);
    if (moments().length() != 2 * network.numParams()) {
      throw new IllegalStateException(
          "the updater keeps %d numbers for %d parameters"
              .formatted(moments().length(), network.numParams()));
    }
  }

  /** First moments of all parameters, then second. */
  private INDArray moments() {
    return network.getUpdater().getStateViewArray();
  }

  /**
   * Parameters by name with their shapes, [outputs, inputs] as PyTorch has them. The gates of an
   * LSTM's outputs are, in order: block input, forget, output, input.
   */
  public SequencedMap<String, List<Integer>> shapes() {
    return Collections.unmodifiableSequencedMap(shapes);
  }

  /** A parameter's values, row by row. */
  public double[] read(String parameter) {
    return part(network.params(), 0, parameter).toDoubleVector();
  }

  /** Sets a parameter. */
  public void write(String parameter, double[] values) {
    part(network.params(), 0, parameter).assign(Nd4j.createFromArray(values).castTo(FLOAT));
  }

  /** First moment of Adam (0) or second (1). */
  public double[] readMoment(String parameter, int which) {
    return part(moments(), which * network.numParams(), parameter).toDoubleVector();
  }

  /** Sets a moment. */
  public void writeMoment(String parameter, int which, double[] values) {
    part(moments(), which * network.numParams(), parameter)
        .assign(Nd4j.createFromArray(values).castTo(FLOAT));
  }

  /** A view of one parameter's stretch of a flat array. */
  private INDArray part(INDArray all, long from, String parameter) {
    Place place = places.get(parameter);
    long first = from + place.offset();
    return all.reshape(all.length()).get(NDArrayIndex.interval(first, first + place.length()));
  }

  /**
   * Losses of a batch, nats per token: [B, T] row by row. Logits are the library's, their log-sum
   * is taken in double.
   *
   * @param inputs [B, T]
   * @param targets [B, T]
   */
  public double[] losses(int[] inputs, int[] targets, int batch) {
    double[] logits_RxV = logits(inputs, batch);
    double[] losses = new double[inputs.length];
    for (int row = 0; row < losses.length; row++) {
      losses[row] = loss(logits_RxV, row * form.vocabulary(), targets[row]);
    }
    return losses;
  }

  /**
   * Logits of a batch: [B, T, V].
   *
   * @param inputs [B, T]
   */
  public double[] logits(int[] inputs, int batch) {
    collect();
    INDArray hidden_BxHxT =
        network.feedForwardToLayer(form.layers(), floats(inputs, batch), false).getLast();
    INDArray hidden_RxH =
        hidden_BxHxT.permute(0, 2, 1).dup('c').reshape('c', inputs.length, form.width());
    String head = String.valueOf(form.layers() + 1);
    INDArray logits_RxV = hidden_RxH.mmul(network.getParam(head + "_W"));
    logits_RxV.addiRowVector(network.getParam(head + "_b"));
    double[] logits = logits_RxV.dup('c').data().asDouble();
    network.clear();
    return logits;
  }

  private double loss(double[] logits, int from, int target) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < form.vocabulary(); v++) {
      highest = Math.max(highest, logits[from + v]);
    }
    double sum = 0;
    for (int v = 0; v < form.vocabulary(); v++) {
      sum += Math.exp(logits[from + v] - highest);
    }
    return Math.log(sum) + highest - logits[from + target];
  }

  /**
   * Runs forward and backward, and keeps the gradient of the mean loss.
   *
   * @param inputs [B, T]
   * @param targets [B, T]
   * @return the mean loss, nats per token
   */
  public double gradients(int[] inputs, int[] targets, int batch) {
    collect();
    network.setInput(floats(inputs, batch));
    network.setLabels(floats(targets, batch));
    network.computeGradientAndScore();
    network.getFlattenedGradients().divi(inputs.length);
    return network.score() / inputs.length;
  }

  /**
   * A pass makes thousands of small arrays outside the heap, each of which is freed only when its
   * Java object is collected; those that have grown old would wait until the heap is full, by when
   * they hold gigabytes.
   */
  private void collect() {
    passes++;
    if (passes % PASSES == 0) {
      System.gc();
    }
  }

  /** The gradient that {@link #gradients} left, of one parameter. */
  public double[] readGradient(String parameter) {
    return part(network.getFlattenedGradients(), 0, parameter).toDoubleVector();
  }

  /** The global norm of the gradient. */
  public double gradientNorm() {
    return network.getFlattenedGradients().norm2Number().doubleValue();
  }

  /**
   * One step of Adam, once after each {@link #gradients}. The updater works at a rate of 1, to
   * which its step is proportional. Its ε is added to a second moment that is not yet unbiased,
   * unlike PyTorch's. Matrices decay as in AdamW, here and not by the library, which would do it
   * twice.
   *
   * @param step counted from 1
   * @param scale what the gradient is multiplied by first
   */
  public void update(long step, double learningRate, double weightDecay, double scale) {
    INDArray flat = network.getFlattenedGradients();
    flat.muli(scale);
    network
        .getUpdater()
        .update(
            network,
            network.gradient(),
            Math.toIntExact(step - 1),
            0,
            1,
            LayerWorkspaceMgr.noWorkspaces());
    network
        .paramTable()
        .values()
        .forEach(
            array -> {
              if (array.rank() == 2) {
                array.muli(1 - learningRate * weightDecay);
              }
            });
    INDArray weights = network.params();
    weights.subi(flat.muli(learningRate).reshape(weights.shape()));
  }

  /** What the library takes ids as: [B, 1, T]. */
  private static INDArray floats(int[] ids, int batch) {
    float[] values = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      values[i] = ids[i];
    }
    return Nd4j.createFromArray(values).reshape('c', batch, 1, ids.length / batch);
  }

  /** The numeric mode. */
  public static String numerics() {
    OpenBlasCore.choose();
    return "dl4j/1 float32 %s%s"
        .formatted(
            Nd4j.getBackend().getClass().getSimpleName(),
            Nd4j.getEnvironment().isCPU() ? " openblas-" + OpenBlas.core() : "");
  }

  /** Where a parameter lies among all. */
  private record Place(long offset, long length) {}
}
