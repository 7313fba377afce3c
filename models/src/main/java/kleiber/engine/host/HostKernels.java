package kleiber.engine.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.engine.BoundProgram;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.blas.Blas;

/**
 * A program bound to the {@link HostEngine}. Whole passes take a tile through all kernels, one call
 * takes all tiles through one kernel and keeps every activation; the bits are the same.
 */
final class HostKernels extends BoundProgram {
  private static final int STRETCH = 16_384;

  private final Team team;
  private final HostMemory memory;
  private final Map<Kernel, HostOperation> operations = new HashMap<>();
  private final List<HostOperation> forward = new ArrayList<>();
  private final List<Call> backward;
  private final List<Call> backwardOnto;
  private final List<Stretch> stretches = new ArrayList<>();
  private final HostScratch[] scratch;
  private final Set<Tensor> hiddenMatrices;
  private HostMuon muon;

  /** A kernel backward; add by index of its inputs. */
  private record Call(HostOperation operation, boolean[] add) {}

  /** A part of a parameter that is updated at once. */
  private record Stretch(Tensor parameter, int from, int to) {}

  /** One of a stack of matrices. */
  private record Matrix(Tensor stack, int which) {}

  HostKernels(Program program, int members, Team team) {
    super(program, members);
    this.team = team;
    memory = new HostMemory(program, members);
    for (Kernel kernel : program.forward()) {
      HostOperation operation = HostOperation.of(kernel, memory);
      operations.put(kernel, operation);
      forward.add(operation);
    }
    backward = program.backward(false).stream().map(this::bind).toList();
    backwardOnto = program.backward(true).stream().map(this::bind).toList();
    for (Tensor parameter : program.parameters()) {
      for (int from = 0; from < parameter.size(); from += STRETCH) {
        int to = Math.min(parameter.size(), from + STRETCH);
        stretches.add(new Stretch(parameter, from, to));
      }
    }
    hiddenMatrices = program.hiddenMatrices();
    memory.allocate(team.threads());
    scratch = new HostScratch[team.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new HostScratch(memory.scratch(), memory.halves());
    }
  }

  private HostOperation operation(Kernel kernel) {
    HostOperation operation = operations.get(kernel);
    if (operation == null) {
      throw new IllegalArgumentException("the program has no kernel " + kernel);
    }
    return operation;
  }

  private Call bind(Program.Backward call) {
    Set<Tensor> accumulate = call.accumulate();
    List<Tensor> inputs = call.kernel().inputs();
    boolean[] add = new boolean[inputs.size()];
    for (int i = 0; i < add.length; i++) {
      add[i] = accumulate.contains(inputs.get(i));
    }
    return new Call(operation(call.kernel()), add);
  }

  /** Takes each tile through all kernels in a worker's buffers, which stay in cache. */
  @Override
  public void evaluate() {
    run(forward, List.of(), false);
  }

  /** Takes each tile forward and backward through all kernels in a worker's buffers. */
  @Override
  public void gradients(boolean onto) {
    run(forward, onto ? backwardOnto : backward, false);
  }

  @Override
  public void forward(Kernel kernel) {
    memory.keepWhole();
    run(List.of(operation(kernel)), List.of(), true);
  }

  @Override
  public void backward(Program.Backward call) {
    memory.keepWhole();
    run(List.of(), List.of(bind(call)), true);
  }

  private void run(List<HostOperation> there, List<Call> back, boolean whole) {
    Blas.useOneThread();
    prepare(Stream.concat(there.stream(), back.stream().map(Call::operation)).distinct());
    int tiles = memory.tiling().tiles();
    team.run(
        members() * tiles,
        (worker, index) -> {
          int place = whole ? HostTile.WHOLE : worker;
          HostTile tile = new HostTile(index / tiles, index % tiles, place);
          for (HostOperation operation : there) {
            operation.forward(tile, scratch[worker]);
          }
          for (Call call : back) {
            call.operation.backward(tile, call.add, scratch[worker]);
          }
        });
    for (Call call : back) {
      int pieces = call.operation.pieces();
      if (pieces > 0) {
        team.run(
            members() * pieces,
            (_, index) -> call.operation.gather(index / pieces, index % pieces, call.add));
      }
    }
  }

  private void prepare(Stream<HostOperation> pass) {
    List<HostOperation> list = pass.filter(HostOperation::prepares).toList();
    if (!list.isEmpty()) {
      int count = list.size();
      team.run(members() * count, (_, index) -> list.get(index % count).prepare(index / count));
    }
  }

  @Override
  public double[] gradientNorms() {
    double[][] squares = new double[members()][stretches.size()];
    eachStretch(
        (member, index, stretch) -> {
          float[] gradient = memory.weightGradients(stretch.parameter)[member];
          squares[member][index] = Reductions.squares(gradient, stretch.from, stretch.to);
        });
    double[] norms = new double[members()];
    for (int m = 0; m < norms.length; m++) {
      double sum = 0;
      for (double part : squares[m]) {
        sum += part;
      }
      norms[m] = Math.sqrt(sum);
    }
    return norms;
  }

  @Override
  public void update(Update update) {
    eachStretch(
        (member, _, stretch) -> {
          if (update.active()[member]) {
            update(update, member, stretch);
          }
        });
    if (update.rules().stream().anyMatch(Update.Muon.class::isInstance)) {
      orthogonalize(update);
    }
  }

  private void update(Update update, int member, Stretch stretch) {
    Tensor parameter = stretch.parameter;
    float[] w = memory.weights(parameter)[member];
    float[] g = memory.weightGradients(parameter)[member];
    float[] first = memory.moment(parameter, 0)[member];
    switch (update.rule(member, hiddenMatrices.contains(parameter))) {
      case Update.AdamW rule ->
          new HostAdamW(update, rule, member, parameter)
              .run(w, g, first, memory.moment(parameter, 1)[member], stretch.from, stretch.to);
      case Update.Sgd rule ->
          new HostSgd(update, rule, member, parameter).run(w, g, first, stretch.from, stretch.to);
      case Update.Muon _ -> {} // not before all of the matrix is there
    }
  }

  /** A matrix of a member is one piece of work, alike for any number of threads. */
  private void orthogonalize(Update update) {
    if (muon == null) {
      muon = new HostMuon(hiddenMatrices, team.threads());
    }
    Blas.useOneThread();
    List<Matrix> matrices = new ArrayList<>();
    for (Tensor stack : hiddenMatrices) {
      for (int which = 0; which < stack.matrices(); which++) {
        matrices.add(new Matrix(stack, which));
      }
    }
    team.run(
        members() * matrices.size(),
        (worker, index) -> {
          int member = index / matrices.size();
          Tensor matrix = matrices.get(index % matrices.size()).stack;
          if (update.active()[member] && update.rule(member, true) instanceof Update.Muon rule) {
            muon.run(
                update,
                rule,
                member,
                matrix,
                matrices.get(index % matrices.size()).which,
                memory.weights(matrix)[member],
                memory.weightGradients(matrix)[member],
                memory.moment(matrix, 0)[member],
                worker);
          }
        });
  }

  private interface StretchBody {
    void run(int member, int index, Stretch stretch);
  }

  private void eachStretch(StretchBody body) {
    int count = stretches.size();
    team.run(
        members() * count,
        (_, index) -> body.run(index / count, index % count, stretches.get(index % count)));
  }

  @Override
  public void write(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    copy(values, whole(tensor, member));
  }

  @Override
  public double[] read(Tensor tensor, int member) {
    check(tensor, member);
    return copy(whole(tensor, member));
  }

  @Override
  public void writeGradient(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    memory.keepWhole();
    copy(values, memory.wholeGradient(tensor, member));
  }

  @Override
  public double[] readGradient(Tensor tensor, int member) {
    check(tensor, member);
    if (tensor.role() != Tensor.Role.PARAMETER) {
      memory.keepWhole();
    }
    return copy(memory.wholeGradient(tensor, member));
  }

  @Override
  public void writeTokens(Tensor tokens, int[] ids) {
    checkTokens(tokens, ids);
    for (int m = 0; m < members(); m++) {
      System.arraycopy(ids, m * tokens.size(), memory.tokens(tokens)[m], 0, tokens.size());
    }
  }

  @Override
  public double[] readMoment(Tensor parameter, int member, int which) {
    checkMoment(parameter, member, which);
    return copy(memory.moment(parameter, which)[member]);
  }

  @Override
  public void writeMoment(Tensor parameter, int member, int which, double[] values) {
    checkMoment(parameter, member, which);
    check(parameter, member, values);
    copy(values, memory.moment(parameter, which)[member]);
  }

  private float[] whole(Tensor tensor, int member) {
    if (memory.whole(tensor, member) == null) {
      memory.keepWhole();
    }
    return memory.whole(tensor, member);
  }

  private static void copy(double[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }

  private static double[] copy(float[] from) {
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
    return to;
  }

  @Override
  public void close() {}
}
