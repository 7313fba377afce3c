package kleiber.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * Another engine, how many models were updated in all steps together, and how many sequences the
 * largest program takes.
 */
final class CountingEngine implements Engine {
  private static final Set<String> COUNTED = Set.of("update", "step");

  private final Engine engine;
  private long updates;
  private int sequences;

  CountingEngine(Engine engine) {
    this.engine = engine;
  }

  long updates() {
    return updates;
  }

  int sequences() {
    return sequences;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String numerics(Precision precision) {
    return engine.numerics(precision);
  }

  @Override
  public Kernels bind(Program program, int members) {
    Kernels kernels = engine.bind(program, members);
    program.tensors().stream()
        .filter(tensor -> tensor.role() == Tensor.Role.TOKENS)
        .forEach(tokens -> sequences = Math.max(sequences, tokens.shape().getFirst()));
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (_, method, arguments) -> {
              if (COUNTED.contains(method.getName())) {
                updates += kernels.members();
              }
              try {
                return method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public void close() {
    engine.close();
  }
}
