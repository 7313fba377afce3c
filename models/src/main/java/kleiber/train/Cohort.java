package kleiber.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kleiber.engine.Engine;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Step;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.models.KernelFamily;

/** Models that are made of kernels, bound together on an engine. */
final class Cohort implements Models {
  private final Engine engine;
  private final Program program;
  private final Tensor inputs_BxT;
  private final Tensor targets_BxT;
  private final Tensor losses_BxT;
  private final Optional<WeightAverage> averaging;
  private Kernels kernels;

  /** What is written for the next step, if it is. */
  private Batch expected;

  private Optional<WeightAverages> averages = Optional.empty();

  /** What a model is between two steps, by parameter; the average only where there is one. */
  private record State(
      double[] weights, double[] firstMoment, double[] secondMoment, Optional<double[]> average) {}

  Cohort(
      Engine engine,
      KernelFamily family,
      Precision precision,
      int vocabulary,
      int batch,
      int context,
      Optional<WeightAverage> averaging,
      long[] seeds) {
    this(engine, family.program(vocabulary, batch, context).in(precision), averaging);
    bind(
        seeds.length,
        (parameter, member) ->
            kernels.write(parameter, member, family.initial(parameter, seeds[member])));
  }

  /**
   * A cohort that goes on from saved state.
   *
   * @param models the numbers that its models have there
   * @throws java.io.UncheckedIOException when the state cannot be read
   */
  static Cohort resume(
      Engine engine,
      Program program,
      Optional<WeightAverage> averaging,
      int[] models,
      Snapshot.Tensors saved) {
    Cohort cohort = new Cohort(engine, program, averaging);
    List<String> parts = ModelTensors.parts(averaging);
    cohort.bind(
        models.length,
        (parameter, model) -> {
          Kernels kernels = cohort.kernels;
          String[] names = new String[parts.size()];
          Arrays.setAll(
              names, part -> ModelTensors.name(models[model], parts.get(part), parameter.name()));
          kernels.write(parameter, model, saved.read(names[0]));
          kernels.writeMoment(parameter, model, 0, saved.read(names[1]));
          kernels.writeMoment(parameter, model, 1, saved.read(names[2]));
          cohort.averages.ifPresent(
              averages -> averages.write(parameter, model, saved.read(names[3])));
        });
    return cohort;
  }

  private Cohort(Engine engine, Program program, Optional<WeightAverage> averaging) {
    this.engine = engine;
    this.program = program;
    this.averaging = averaging;
    inputs_BxT = named(KernelFamily.INPUTS);
    targets_BxT = named(KernelFamily.TARGETS);
    losses_BxT = named(KernelFamily.LOSSES);
  }

  private interface Writer {
    void write(Tensor parameter, int member);
  }

  private void bind(int members, Writer writer) {
    kernels = engine.bind(program, members);
    try {
      averages = averaging.map(settings -> new WeightAverages(settings, kernels));
      for (Tensor parameter : program.parameters()) {
        for (int member = 0; member < members; member++) {
          writer.write(parameter, member);
        }
      }
    } catch (Throwable e) { // no one else could give the memory back
      close();
      throw e;
    }
  }

  private void bind(List<Map<Tensor, State>> states) {
    bind(
        states.size(),
        (parameter, member) -> {
          State state = states.get(member).get(parameter);
          kernels.write(parameter, member, state.weights());
          kernels.writeMoment(parameter, member, 0, state.firstMoment());
          kernels.writeMoment(parameter, member, 1, state.secondMoment());
          averages.ifPresent(kept -> kept.write(parameter, member, state.average().orElseThrow()));
        });
  }

  /** States of models, one that is asked for twice being the same object twice. */
  private List<Map<Tensor, State>> states(int[] models) {
    Map<Integer, Map<Tensor, State>> states = new HashMap<>();
    return Arrays.stream(models)
        .mapToObj(model -> states.computeIfAbsent(model, this::state))
        .toList();
  }

  private Map<Tensor, State> state(int model) {
    Map<Tensor, State> state = new HashMap<>();
    for (Tensor parameter : program.parameters()) {
      state.put(
          parameter,
          new State(
              kernels.read(parameter, model),
              kernels.readMoment(parameter, model, 0),
              kernels.readMoment(parameter, model, 1),
              averages.map(kept -> kept.read(parameter, model))));
    }
    return state;
  }

  @Override
  public void rearrange(int[] models) {
    List<Map<Tensor, State>> states = states(models);
    close();
    bind(states);
  }

  @Override
  public Cohort copy(int[] models) {
    Cohort copy = new Cohort(engine, program, Optional.empty());
    copy.bind(states(models));
    return copy;
  }

  @Override
  public Optional<Cohort> averaged(int[] models) {
    return averages.map(
        kept -> {
          Cohort copy = new Cohort(engine, program, Optional.empty());
          copy.bind(
              models.length,
              (parameter, member) ->
                  copy.kernels.write(parameter, member, kept.read(parameter, models[member])));
          return copy;
        });
  }

  @Override
  public Snapshot.Tensors tensors(int[] models) {
    ModelTensors tensors = new ModelTensors(kernels.inDouble());
    List<String> parts = ModelTensors.parts(averaging);
    for (int number = 0; number < models.length; number++) {
      int model = models[number];
      for (int part = 0; part < parts.size(); part++) {
        int of = part;
        for (Tensor parameter : program.parameters()) {
          tensors.add(
              ModelTensors.name(number, parts.get(part), parameter.name()),
              parameter.shape(),
              () -> read(parameter, model, of));
        }
      }
    }
    return tensors;
  }

  /**
   * @param part index in {@link ModelTensors#parts}
   */
  private double[] read(Tensor parameter, int model, int part) {
    return switch (part) {
      case 0 -> kernels.read(parameter, model);
      case 1, 2 -> kernels.readMoment(parameter, model, part - 1);
      default -> averages.orElseThrow().read(parameter, model);
    };
  }

  @Override
  public Snapshot.Tensors weights(int model) {
    ModelTensors tensors = new ModelTensors(kernels.inDouble());
    for (Tensor parameter : program.parameters()) {
      tensors.add(parameter.name(), parameter.shape(), () -> kernels.read(parameter, model));
    }
    return tensors;
  }

  private Tensor named(String name) {
    return program.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the program has no tensor " + name));
  }

  /** The trained tensors, in order of first use. */
  List<Tensor> parameters() {
    return program.parameters();
  }

  @Override
  public int size() {
    return kernels.members();
  }

  /** The bound program. */
  Kernels kernels() {
    return kernels;
  }

  @Override
  public void forward(int[] inputs, int[] targets) {
    write(inputs, targets);
    kernels.evaluate();
  }

  @Override
  public double[] gradients(int[] inputs, int[] targets) {
    write(inputs, targets);
    kernels.gradients();
    return kernels.gradientNorms();
  }

  private void write(int[] inputs, int[] targets) {
    expected = null;
    kernels.writeTokens(inputs_BxT, inputs);
    kernels.writeTokens(targets_BxT, targets);
  }

  private void write(Batch batch) {
    if (batch != expected) {
      write(batch.inputs_MxBxT(), batch.targets_MxBxT());
    }
    expected = null;
  }

  @Override
  public void expect(Batch batch) {
    if (passes(batch) == 1) {
      write(batch);
      expected = batch;
    }
  }

  /** How often the program runs to see all of a batch. */
  private int passes(Batch batch) {
    return batch.inputs_MxBxT().length / (size() * inputs_BxT.size());
  }

  /** One micro-batch after another, their gradients added up; the outcome is the mean over them. */
  private Step.Outcome inPasses(Batch batch, int passes, Step step) {
    double[] losses = new double[size()];
    for (int pass = 0; pass < passes; pass++) {
      write(batch.part(pass, passes, size()));
      kernels.gradients(pass > 0);
      double[] sums = kernels.sums(losses_BxT);
      Arrays.setAll(losses, member -> losses[member] + sums[member]);
    }
    double[] norms = kernels.gradientNorms();
    Arrays.setAll(losses, member -> losses[member] / passes);
    Arrays.setAll(norms, member -> norms[member] / passes);
    Step.Outcome outcome = new Step.Outcome(losses, norms);
    kernels.update(step.after(outcome, passes));
    return outcome;
  }

  private static Step step(long step, List<Optimizer> optimizers, double[] fractions) {
    double[] rates = new double[fractions.length];
    double[] clips = new double[fractions.length];
    for (int member = 0; member < fractions.length; member++) {
      rates[member] = optimizers.get(member).learningRate() * fractions[member];
      clips[member] = optimizers.get(member).clip();
    }
    return new Step(step, rates, clips, optimizers.stream().map(Optimizer::rule).toList());
  }

  private Supplier<Step.Outcome> take(Batch batch, Step step) {
    int passes = passes(batch);
    if (passes > 1) {
      Step.Outcome outcome = inPasses(batch, passes, step);
      return () -> outcome;
    }
    write(batch);
    return kernels.step(step, losses_BxT);
  }

  @Override
  public Supplier<Step.Outcome> step(
      Batch batch, long step, List<Optimizer> optimizers, double[] fractions) {
    Supplier<Step.Outcome> taken = take(batch, step(step, optimizers, fractions));
    return () -> {
      Step.Outcome outcome = taken.get();
      averages.ifPresent(kept -> kept.update(step));
      return new Step.Outcome(means(outcome.losses()), outcome.norms());
    };
  }

  @Override
  public double[][] losses() {
    return kernels.read(losses_BxT);
  }

  @Override
  public double[][] logits(int[] inputs) {
    expected = null;
    kernels.writeTokens(inputs_BxT, inputs);
    Kernel.CrossEntropy last = last();
    program.forward().stream().filter(kernel -> kernel != last).forEach(kernels::forward);
    double[][] logits = kernels.read(last.logits_BxTxV());
    for (double[] ofMember : logits) {
      Arrays.setAll(ofMember, i -> last.scale() * ofMember[i]);
    }
    return logits;
  }

  @Override
  public List<double[][]> gates(int[] inputs) {
    expected = null;
    kernels.writeTokens(inputs_BxT, inputs);
    List<double[][]> gates = new ArrayList<>();
    for (Kernel kernel : program.forward()) {
      if (kernel != last()) {
        kernels.forward(kernel);
      }
      if (kernel instanceof ExpertKernel.Route route) {
        gates.add(kernels.read(route.gates_BxTxE()));
      }
    }
    return gates;
  }

  private Kernel.CrossEntropy last() {
    return (Kernel.CrossEntropy) program.forward().getLast();
  }

  @Override
  public double[] meanLosses() {
    return means(kernels.sums(losses_BxT));
  }

  private double[] means(double[] sums) {
    int scored = last().scored();
    return Arrays.stream(sums).map(sum -> sum / scored).toArray();
  }

  @Override
  public void update(
      long step, boolean[] active, List<Optimizer> optimizers, double[] fractions, double[] norms) {
    Update ofAll =
        step(step, optimizers, fractions).after(new Step.Outcome(new double[size()], norms));
    kernels.update(
        new Update(
            step, active.clone(), ofAll.learningRate(), ofAll.gradientScale(), ofAll.rules()));
    averages.ifPresent(kept -> kept.update(step));
  }

  @Override
  public void close() {
    expected = null;
    if (kernels != null) {
      kernels.close();
      kernels = null;
    }
  }
}
