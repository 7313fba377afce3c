package kleiber.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** Three steps of a family by Muon, whose numbers follow for each member from its key alone. */
record FamilyTrial(KernelFamily family, int batch, int context) {
  private static final int VOCABULARY = 29;

  /** With AdamW for what is no hidden matrix. */
  private static final Update.Muon RULE =
      new Update.Muon(0.95, new Update.AdamW(0.9, 0.95, 1e-3, 0.1));

  /** Ways to ask for gradients. */
  enum Pass {
    WHOLE {
      @Override
      void gradients(Kernels bound) {
        bound.gradients();
      }
    },
    FORWARD_AND_BACKWARD {
      @Override
      void gradients(Kernels bound) {
        bound.forward();
        bound.backward();
      }
    },
    CALL_BY_CALL {
      @Override
      void gradients(Kernels bound) {
        bound.program().forward().forEach(bound::forward);
        bound.program().backward().forEach(bound::backward);
      }
    };

    abstract void gradients(Kernels bound);
  }

  Program program() {
    return family.program(VOCABULARY, batch, context);
  }

  /** What three steps leave behind, by member: losses, and weights and gradients by parameter. */
  List<List<double[]>> train(Engine engine, Pass pass, int... keys) {
    try (Kernels bound = engine.bind(program(), keys.length)) {
      fill(bound, keys);
      return train(bound, pass, keys);
    }
  }

  /** Inputs and targets of a batch, each [M, B, T]. */
  record Tokens(int[] inputs, int[] targets) {
    void write(Kernels bound) {
      for (Tensor tensor : bound.program().tensors()) {
        if (tensor.role() == Tensor.Role.TOKENS) {
          bound.writeTokens(tensor, tensor.name().equals(KernelFamily.INPUTS) ? inputs : targets);
        }
      }
    }
  }

  /** Weights and tokens. */
  void fill(Kernels bound, int... keys) {
    for (int member = 0; member < keys.length; member++) {
      for (Tensor parameter : bound.program().parameters()) {
        bound.write(parameter, member, family.initial(parameter, keys[member]));
      }
    }
    tokens(keys).write(bound);
  }

  Tokens tokens(int... keys) {
    int[] inputs = new int[keys.length * batch * context];
    int[] targets = new int[inputs.length];
    for (int member = 0; member < keys.length; member++) {
      Random random = new Random(keys[member]);
      for (int row = member * batch; row < (member + 1) * batch; row++) {
        int at = row * context;
        for (int i = at; i < at + context; i++) {
          inputs[i] = random.nextInt(VOCABULARY);
          targets[i] = random.nextInt(VOCABULARY);
        }
        if (family.masking().isPresent()) {
          Masking masking = family.masking().get();
          masking.mask(keys[member], row % batch, VOCABULARY, inputs, targets, at, context);
        }
      }
    }
    return new Tokens(inputs, targets);
  }

  List<List<double[]>> train(Kernels bound, Pass pass, int... keys) {
    boolean[] active = new boolean[keys.length];
    Arrays.fill(active, true);
    double[] ones = new double[keys.length];
    Arrays.fill(ones, 1);
    double[] rates = Arrays.stream(keys).mapToDouble(key -> 1e-3 * (1 + key)).toArray();
    List<Update.Muon> rules = Arrays.stream(keys).mapToObj(_ -> RULE).toList();
    for (int step = 1; step <= 3; step++) {
      pass.gradients(bound);
      bound.update(new Update(step, active, rates, ones, rules));
    }
    List<List<double[]>> members = new ArrayList<>();
    for (int member = 0; member < keys.length; member++) {
      List<double[]> numbers = new ArrayList<>();
      numbers.add(bound.read(bound.program().forward().getLast().output(), member));
      for (Tensor parameter : bound.program().parameters()) {
        numbers.add(bound.read(parameter, member));
        numbers.add(bound.readGradient(parameter, member));
      }
      members.add(numbers);
    }
    return members;
  }
}
