package kleiber.fit;

import java.util.Collection;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Work on many items at once, where there are threads for it; in a browser one after another. */
final class Each {
  private Each() {}

  /** {@link Collection#parallelStream} by a name that browsers' class libraries have too. */
  static <T> Stream<T> of(Collection<T> items) {
    return StreamSupport.stream(items.spliterator(), true);
  }
}
