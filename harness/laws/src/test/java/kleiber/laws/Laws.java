package kleiber.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All laws there are: the concrete classes of the compiled package. */
public final class Laws {
  private Laws() {}

  public static List<Law> all() {
    try (Stream<Path> files = Files.list(Path.of(classes().toURI()).resolve("kleiber/laws"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("-"))
          .sorted()
          .map(name -> load("kleiber.laws." + name.substring(0, name.length() - 6)))
          .filter(type -> Law.class.isAssignableFrom(type) && !type.isInterface())
          .flatMap(type -> instances(type).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL classes() {
    return Law.class.getProtectionDomain().getCodeSource().getLocation();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One law for each choice of its settings; a number counts something and is 1. */
  private static List<Law> instances(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Object[]> choices = List.<Object[]>of(new Object[components.length]);
    for (int i = 0; i < components.length; i++) {
      int place = i;
      List<?> values = values(components[i].getType());
      choices =
          choices.stream()
              .flatMap(choice -> values.stream().map(value -> with(choice, place, value)))
              .toList();
    }
    return choices.stream().map(choice -> create(type, components, choice)).toList();
  }

  private static List<?> values(Class<?> type) {
    if (type.isEnum()) {
      return List.of(type.getEnumConstants());
    }
    if (type == int.class) {
      return List.of(1);
    }
    throw new IllegalStateException("Say here which values of a " + type + " to try a law with.");
  }

  private static Object[] with(Object[] choice, int place, Object value) {
    Object[] changed = choice.clone();
    changed[place] = value;
    return changed;
  }

  private static Law create(Class<?> type, RecordComponent[] components, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return (Law) type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
