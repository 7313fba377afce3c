package kleiber.page;

import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSNumber;
import org.teavm.jso.core.JSString;

/** Settings of records as JSON has them. */
final class Settings {
  private Settings() {}

  static double number(JSObject value) {
    return ((JSNumber) value).doubleValue();
  }

  static String word(JSObject value) {
    return ((JSString) value).stringValue();
  }
}
