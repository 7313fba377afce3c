package kleiber.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals as events. The JVM's own way, a hook that runs while it shuts down, can neither finish in
 * peace nor see a second signal. By reflection, since {@code sun.misc.Signal} belongs to the JDK's
 * supported internals but compilers warn of it; where there is none, signals do what they always
 * do.
 */
public final class Signals {
  private Signals() {}

  /** Runs something at each of these signals, such as {@code INT}, in place of the JVM's end. */
  public static void on(Runnable event, String... names) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                event.run();
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "signals";
            };
    for (String name : names) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> type = Class.forName("sun.misc.SignalHandler");
        Object listener =
            Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
        signal
            .getMethod("handle", signal, type)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
      } catch (ReflectiveOperationException e) {
        // this system has no such signal, or this JVM leaves it to others
      }
    }
  }

  /** Lets these signals do nothing. */
  public static void ignore(String... names) {
    on(() -> {}, names);
  }
}
