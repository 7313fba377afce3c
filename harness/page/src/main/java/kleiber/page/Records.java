package kleiber.page;

import java.lang.reflect.Constructor;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSNumber;
import org.teavm.jso.core.JSString;

/** Records by the name of their class and their settings: the package is the registry here too. */
final class Records {
  private Records() {}

  static Object make(String packageName, PageObject.Typed typed) {
    try {
      Constructor<?> constructor =
          Class.forName(packageName + typed.getType()).getDeclaredConstructors()[0];
      Class<?>[] types = constructor.getParameterTypes();
      JSObject[] settings = typed.getSettings();
      Object[] arguments = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        arguments[i] = argument(types[i], settings[i]);
      }
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + typed.getType() + ": " + e, e);
    }
  }

  private static Object argument(Class<?> type, JSObject setting) {
    if (type == double.class) {
      return ((JSNumber) setting).doubleValue();
    }
    if (type == int.class) {
      return ((JSNumber) setting).intValue();
    }
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(((JSString) setting).stringValue())) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no " + type.getName() + " is " + setting);
  }
}
