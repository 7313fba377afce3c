package kleiber.run;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.engine.Engine;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.experiment.Catalogue;
import kleiber.experiment.UserException;

/**
 * The engines, by the words of {@code --devices}. An engine's word is the name of its class below
 * {@code kleiber.engine} without {@code Engine}; the one for the host is called {@code cpu}.
 */
public final class Devices {
  /** The word that is meant when none is given. */
  public static final String AUTO = "auto";

  private static final String CPU = "cpu";
  private static final Pattern RANGE = Pattern.compile("(\\w+:)(\\d{1,4})-(\\d{1,4})");

  private Devices() {}

  /** The words that {@link #parse} knows. */
  public static List<String> words() {
    List<String> words = new ArrayList<>(List.of(AUTO));
    words.addAll(engines().keySet());
    return words;
  }

  /**
   * One word for each device that {@code --devices} names: {@code cuda:0,1} and {@code cuda:0-1}
   * are two.
   */
  public static List<String> each(String devices) {
    List<String> each = new ArrayList<>();
    String engine = "";
    for (String word : devices.strip().split(",", -1)) {
      int colon = word.indexOf(':');
      if (colon >= 0) {
        engine = word.substring(0, colon + 1);
      }
      String name = colon >= 0 || !word.matches("\\d+(-\\d+)?") ? word : engine + word;
      Matcher range = RANGE.matcher(name);
      if (range.matches()) {
        int first = Integer.parseInt(range.group(2));
        int last = Integer.parseInt(range.group(3));
        if (last < first) {
          throw new UserException(
              "--devices %s: %s names no device; expected the lower number first, such as %s%d-%d"
                  .formatted(devices, name, range.group(1), last, first));
        }
        for (int device = first; device <= last; device++) {
          each.add(range.group(1) + device);
        }
      } else {
        each.add(name);
      }
    }
    if (each.stream().anyMatch(String::isBlank)) {
      throw new UserException(
          "--devices '%s' names no device between two commas or at an end; known: %s"
              .formatted(devices, String.join(", ", words())));
    }
    return List.copyOf(each);
  }

  /** A word as it is without {@code auto}. */
  public static String meant(String word) {
    return word.equals(AUTO) ? CPU : word;
  }

  /**
   * The engine that a word means.
   *
   * @param devices {@code auto}, {@code cpu}, {@code naive}, {@code nd4j} or {@code cuda:0,1}
   * @param threads that it may use
   * @throws UserException when there is no such engine here
   */
  public static Engine parse(String devices, int threads) {
    String word = devices.strip().toLowerCase(Locale.ROOT);
    if (word.matches("cuda(:\\d{1,4})?")) {
      try {
        return CudaEngine.onCard(word.equals("cuda") ? 0 : Integer.parseInt(word.substring(5)));
      } catch (CudaException e) {
        throw new UserException(
            "--devices "
                + devices
                + ": "
                + e.getMessage()
                + " (--devices cpu works on every machine)",
            e);
      }
    }
    Map<String, Class<?>> engines = engines();
    Class<?> engine = engines.get(meant(word));
    if (word.startsWith("cuda:")) {
      throw new UserException(
          "--devices %s: names no card; expected cuda, cuda:0, cuda:0,1 or cuda:0-7"
              .formatted(devices));
    }
    if (engine == null) {
      throw new UserException(
          "--devices " + devices + ": unknown; known: " + String.join(", ", words()));
    }
    try {
      return (Engine) engine.getConstructor(int.class).newInstance(threads);
    } catch (InvocationTargetException e) {
      throw new UserException(
          "--devices " + devices + ": the engine does not start: " + Failure.why(e), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(engine + " lacks its constructor of threads", e);
    }
  }

  private static Map<String, Class<?>> engines() {
    Map<String, Class<?>> engines = new TreeMap<>();
    Catalogue.of(Engine.class)
        .forEach(
            (name, type) -> {
              String word = name.replaceFirst("Engine$", "").toLowerCase(Locale.ROOT);
              engines.put(word.equals("host") ? CPU : word, type);
            });
    return engines;
  }
}
