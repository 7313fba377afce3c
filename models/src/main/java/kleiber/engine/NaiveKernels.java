package kleiber.engine;

import java.util.Arrays;

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
  public void update(AdamWStep step) {
    for (int m = 0; m < members(); m++) {
      if (step.active()[m]) {
        for (Tensor parameter : program().parameters()) {
          update(step, m, parameter);
        }
      }
    }
  }

  private void update(AdamWStep step, int member, Tensor parameter) {
    double[] w = memory[member].value(parameter);
    double[] gradient = memory[member].gradient(parameter);
    double[] first = memory[member].moment(parameter, 0);
    double[] second = memory[member].moment(parameter, 1);
    double rate = step.learningRate()[member];
    double beta1 = step.beta1()[member];
    double beta2 = step.beta2()[member];
    double decay = parameter.decays() ? step.weightDecay()[member] : 0;
    for (int i = 0; i < w.length; i++) {
      double g = gradient[i] * step.gradientScale()[member];
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      double m = first[i] / (1 - Math.pow(beta1, step.step()));
      double v = second[i] / (1 - Math.pow(beta2, step.step()));
      w[i] -= rate * decay * w[i];
      w[i] -= rate * m / (Math.sqrt(v) + step.epsilon()[member]);
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
