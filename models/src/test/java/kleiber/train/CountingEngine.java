package kleiber.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;

/** Another engine, and how many models were updated in all steps together. */
final class CountingEngine implements Engine {
  private final Engine engine;
  private long updates;

  CountingEngine(Engine engine) {
    this.engine = engine;
  }

  long updates() {
    return updates;
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
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (_, method, arguments) -> {
              if (Set.of("step", "update").contains(method.getName())) {
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
