package kleiber.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kleiber.engine.nd4j.RecurrentNetwork;
import kleiber.models.Lstm;

/** Networks of Deeplearning4j, one after another: each model is a network of its own. */
final class Networks implements Models {
  private final Lstm family;
  private final int vocabulary;
  private final int batch;
  private List<Trained> models;
  private double[] meanLosses;
  private double[][] losses;

  /** A network and the optimizer that it was made for. */
  private record Trained(RecurrentNetwork network, AdamW optimizer) {}

  private Networks(Lstm family, int vocabulary, int batch, List<Trained> models) {
    this.family = family;
    this.vocabulary = vocabulary;
    this.batch = batch;
    this.models = models;
  }

  /** Networks with the initial weights of their seeds. */
  static Networks begin(Lstm family, int vocabulary, int batch, List<Member.Beginning> models) {
    Networks networks = new Networks(family, vocabulary, batch, new ArrayList<>());
    for (Member.Beginning beginning : models) {
      Trained trained = networks.bare(NetworkTrainer.adamW(beginning.optimizer()));
      trained
          .network()
          .shapes()
          .forEach(
              (name, shape) ->
                  trained.network().write(name, family.initial(name, shape, beginning.seed())));
      networks.models.add(trained);
    }
    return networks;
  }

  /** Networks that go on from saved state. */
  static Networks resume(
      Lstm family,
      int vocabulary,
      int batch,
      List<Member.Beginning> models,
      int[] numbers,
      Snapshot.Tensors saved) {
    Networks networks = new Networks(family, vocabulary, batch, new ArrayList<>());
    for (int m = 0; m < numbers.length; m++) {
      Trained trained = networks.bare(NetworkTrainer.adamW(models.get(m).optimizer()));
      copy(saved, numbers[m], trained.network());
      networks.models.add(trained);
    }
    return networks;
  }

  private Trained bare(AdamW optimizer) {
    RecurrentNetwork.Updating updating =
        new RecurrentNetwork.Updating(optimizer.beta1(), optimizer.beta2(), optimizer.epsilon());
    return new Trained(new RecurrentNetwork(family.form(vocabulary), updating), optimizer);
  }

  private static void copy(Snapshot.Tensors from, int number, RecurrentNetwork to) {
    List<String> parts = ModelTensors.parts(Optional.empty());
    for (String name : to.shapes().keySet()) {
      to.write(name, from.read(ModelTensors.name(number, parts.get(0), name)));
      to.writeMoment(name, 0, from.read(ModelTensors.name(number, parts.get(1), name)));
      to.writeMoment(name, 1, from.read(ModelTensors.name(number, parts.get(2), name)));
    }
  }

  @Override
  public int size() {
    return models.size();
  }

  @Override
  public void rearrange(int[] which) {
    models = copies(which);
  }

  @Override
  public Networks copy(int[] which) {
    return new Networks(family, vocabulary, batch, copies(which));
  }

  private List<Trained> copies(int[] which) {
    Snapshot.Tensors state = tensors(which);
    List<Trained> copies = new ArrayList<>();
    for (int number = 0; number < which.length; number++) {
      Trained copy = bare(models.get(which[number]).optimizer());
      copy(state, number, copy.network());
      copies.add(copy);
    }
    return copies;
  }

  @Override
  public Optional<Networks> averaged(int[] which) {
    return Optional.empty();
  }

  @Override
  public Snapshot.Tensors tensors(int[] which) {
    ModelTensors tensors = new ModelTensors(false);
    List<String> parts = ModelTensors.parts(Optional.empty());
    for (int number = 0; number < which.length; number++) {
      RecurrentNetwork network = models.get(which[number]).network();
      for (int part = 0; part < parts.size(); part++) {
        int moment = part - 1;
        String of = parts.get(part);
        int saved = number;
        network
            .shapes()
            .forEach(
                (name, shape) ->
                    tensors.add(
                        ModelTensors.name(saved, of, name),
                        shape,
                        () -> moment < 0 ? network.read(name) : network.readMoment(name, moment)));
      }
    }
    return tensors;
  }

  @Override
  public Snapshot.Tensors weights(int model) {
    ModelTensors tensors = new ModelTensors(false);
    RecurrentNetwork network = models.get(model).network();
    network.shapes().forEach((name, shape) -> tensors.add(name, shape, () -> network.read(name)));
    return tensors;
  }

  /** The part of [M, B, T] that is one model's. */
  private int[] part(int[] ids, int model) {
    int each = ids.length / size();
    return Arrays.copyOfRange(ids, model * each, (model + 1) * each);
  }

  @Override
  public void forward(int[] inputs, int[] targets) {
    losses = new double[size()][];
    Arrays.setAll(
        losses, m -> models.get(m).network().losses(part(inputs, m), part(targets, m), batch));
  }

  @Override
  public double[][] losses() {
    return losses;
  }

  @Override
  public double[][] logits(int[] inputs) {
    double[][] logits = new double[size()][];
    Arrays.setAll(logits, m -> models.get(m).network().logits(part(inputs, m), batch));
    return logits;
  }

  @Override
  public double[] gradients(int[] inputs, int[] targets) {
    meanLosses = new double[size()];
    double[] norms = new double[size()];
    for (int m = 0; m < size(); m++) {
      RecurrentNetwork network = models.get(m).network();
      meanLosses[m] = network.gradients(part(inputs, m), part(targets, m), batch);
      norms[m] = network.gradientNorm();
    }
    return norms;
  }

  @Override
  public double[] meanLosses() {
    return meanLosses;
  }

  @Override
  public void update(
      long step, boolean[] active, List<Optimizer> optimizers, double[] fractions, double[] norms) {
    for (int m = 0; m < size(); m++) {
      if (active[m]) {
        Optimizer optimizer = optimizers.get(m);
        double scale = norms[m] > optimizer.clip() ? optimizer.clip() / norms[m] : 1;
        double rate = optimizer.learningRate() * fractions[m];
        models.get(m).network().update(step, rate, optimizer.weightDecay(), scale);
      }
    }
  }

  @Override
  public void close() {
    models = List.of();
  }
}
