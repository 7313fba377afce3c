package kleiber.engine.nd4j;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kleiber.engine.BoundProgram;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program bound to the {@link Nd4jEngine}: members one after another. */
final class Nd4jKernels extends BoundProgram {
  // What a kernel makes on its way lives in a workspace, or it would wait for the collector.
  private static final String WORKSPACE = "kleiber";
  private static final WorkspaceConfiguration CONFIGURATION =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(0.1)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final Nd4jMemory[] memory;
  private final Map<Kernel, Nd4jOperation> operations = new HashMap<>();

  Nd4jKernels(Program program, int members) {
    super(program, members);
    memory = new Nd4jMemory[members];
    Arrays.setAll(memory, _ -> new Nd4jMemory(program));
    program.forward().forEach(kernel -> operations.put(kernel, Nd4jOperation.of(kernel)));
  }

  private static MemoryWorkspace workspace() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(CONFIGURATION, WORKSPACE);
  }

  private Nd4jOperation operation(Kernel kernel) {
    Nd4jOperation operation = operations.get(kernel);
    if (operation == null) {
      throw new IllegalArgumentException("the program has no kernel " + kernel);
    }
    return operation;
  }

  @Override
  public void forward(Kernel kernel) {
    Nd4jOperation operation = operation(kernel);
    for (Nd4jMemory member : memory) {
      try (MemoryWorkspace _ = workspace()) {
        operation.forward(member);
      }
    }
  }

  @Override
  public void backward(Program.Backward call) {
    Nd4jOperation operation = operation(call.kernel());
    Set<Tensor> accumulate = call.accumulate();
    for (Nd4jMemory member : memory) {
      try (MemoryWorkspace _ = workspace()) {
        operation.backward(member, accumulate);
      }
    }
  }

  @Override
  public double[] gradientNorms() {
    double[] norms = new double[members()];
    for (int m = 0; m < norms.length; m++) {
      double squares = 0;
      for (Tensor parameter : program().parameters()) {
        squares += Math.pow(memory[m].gradient(parameter).norm2Number().doubleValue(), 2);
      }
      norms[m] = Math.sqrt(squares);
    }
    return norms;
  }

  @Override
  public void update(Update update) {
    Set<Tensor> hidden = program().hiddenMatrices();
    for (int m = 0; m < members(); m++) {
      if (update.active()[m]) {
        for (Tensor parameter : program().parameters()) {
          try (MemoryWorkspace _ = workspace()) {
            new Nd4jOptimizer(update, m, parameter, memory[m])
                .run(update.rule(m, hidden.contains(parameter)));
          }
        }
      }
    }
  }

  @Override
  public void write(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    copy(values, memory[member].value(tensor));
  }

  @Override
  public double[] read(Tensor tensor, int member) {
    check(tensor, member);
    return copy(memory[member].value(tensor));
  }

  @Override
  public void writeGradient(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    copy(values, memory[member].gradient(tensor));
  }

  @Override
  public double[] readGradient(Tensor tensor, int member) {
    check(tensor, member);
    return copy(memory[member].gradient(tensor));
  }

  @Override
  public void writeTokens(Tensor tokens, int[] ids) {
    checkTokens(tokens, ids);
    for (int m = 0; m < members(); m++) {
      System.arraycopy(ids, m * tokens.size(), memory[m].tokens(tokens), 0, tokens.size());
    }
  }

  @Override
  public double[] readMoment(Tensor parameter, int member, int which) {
    checkMoment(parameter, member, which);
    return copy(memory[member].moment(parameter, which));
  }

  @Override
  public void writeMoment(Tensor parameter, int member, int which, double[] values) {
    checkMoment(parameter, member, which);
    check(parameter, member, values);
    copy(values, memory[member].moment(parameter, which));
  }

  private static void copy(double[] from, INDArray to) {
    float[] numbers = new float[from.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) from[i];
    }
    try (MemoryWorkspace _ = workspace()) {
      to.assign(Nd4j.createFromArray(numbers).reshape('c', to.shape()));
    }
  }

  private static double[] copy(INDArray from) {
    return from.data().asDouble();
  }

  @Override
  public void close() {
    operations.values().forEach(Nd4jOperation::close);
    for (Nd4jMemory member : memory) {
      member.close();
    }
  }
}
