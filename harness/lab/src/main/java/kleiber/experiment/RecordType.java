package kleiber.experiment;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A record's class as settings need it, looked up once: the JVM makes new copies of all of it for
 * everyone who asks, and a grid asks hundreds of thousands of times.
 */
final class RecordType {
  private static final ClassValue<RecordType> KNOWN =
      new ClassValue<>() {
        @Override
        protected RecordType computeValue(Class<?> type) {
          return new RecordType(type);
        }
      };

  private final Class<?> type;
  private final RecordComponent[] components;
  private final RecordComponent[] sorted;
  private final List<String> names;
  private final Constructor<?> constructor;

  private RecordType(Class<?> type) {
    this.type = type;
    components = type.getRecordComponents();
    sorted = components.clone();
    Arrays.sort(sorted, Comparator.comparing(RecordComponent::getName));
    names = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (RecordComponent component : components) {
      component.getAccessor().setAccessible(true);
    }
    try {
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has this constructor: " + type, e);
    }
  }

  static RecordType of(Class<?> type) {
    return KNOWN.get(type);
  }

  /** In order; not to be changed. */
  RecordComponent[] components() {
    return components;
  }

  /** By name; not to be changed. */
  RecordComponent[] sorted() {
    return sorted;
  }

  /** Names of the components, in order. */
  List<String> names() {
    return names;
  }

  /**
   * A record of these values.
   *
   * @throws InvocationTargetException when it refuses them
   */
  Object make(Object[] values) throws InvocationTargetException {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getName(), e);
    }
  }
}
