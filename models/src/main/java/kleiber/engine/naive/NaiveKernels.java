package kleiber.engine.naive;

import java.util.Arrays;
import java.util.Set;
import kleiber.engine.BoundProgram;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** A program bound to the {@link NaiveEngine}: members one after another. */
final class NaiveKernels extends BoundProgram {
  private final NaiveMemory[] memory;

  NaiveKernels(Program program, int members) {
    super(program, members);
    memory = new NaiveMemory[members];
    Arrays.setAll(memory, _ -> new NaiveMemory(program));
  }

  @Override
  public boolean inDouble() {
    return true;
  }

  @Override
  public void forward(Kernel kernel) {
    for (NaiveMemory member : memory) {
      NaiveForward.run(kernel, member);
    }
  }

  @Override
  public void backward(Program.Backward call) {
    for (NaiveMemory member : memory) {
      for (Tensor input : differentiable(call.kernel())) {
        if (!call.accumulate().contains(input)) {
          Arrays.fill(member.gradient(input), 0);
        }
      }
      NaiveBackward.run(call.kernel(), member);
    }
  }

  @Override
  public void write(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    System.arraycopy(values, 0, memory[member].value(tensor), 0, values.length);
  }

  @Override
  public double[] read(Tensor tensor, int member) {
    check(tensor, member);
    return memory[member].value(tensor).clone();
  }

  @Override
  public void writeGradient(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    System.arraycopy(values, 0, memory[member].gradient(tensor), 0, values.length);
  }

  @Override
  public double[] readGradient(Tensor tensor, int member) {
    check(tensor, member);
    return memory[member].gradient(tensor).clone();
  }

  @Override
  public void writeTokens(Tensor tokens, int[] ids) {
    checkTokens(tokens, ids);
    for (int m = 0; m < members(); m++) {
      System.arraycopy(ids, m * tokens.size(), memory[m].tokens(tokens), 0, tokens.size());
    }
  }

  @Override
  public double[] gradientNorms() {
    double[] norms = new double[members()];
    for (int m = 0; m < members(); m++) {
      double squares = 0;
      for (Tensor parameter : program().parameters()) {
        for (double g : memory[m].gradient(parameter)) {
          squares += g * g;
        }
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
          new NaiveOptimizer(update, m, parameter, memory[m])
              .run(update.rule(m, hidden.contains(parameter)));
        }
      }
    }
  }

  @Override
  public double[] readMoment(Tensor parameter, int member, int which) {
    checkMoment(parameter, member, which);
    return memory[member].moment(parameter, which).clone();
  }

  @Override
  public void writeMoment(Tensor parameter, int member, int which, double[] values) {
    checkMoment(parameter, member, which);
    check(parameter, member, values);
    System.arraycopy(values, 0, memory[member].moment(parameter, which), 0, values.length);
  }

  @Override
  public void close() {}
}
