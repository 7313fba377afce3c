package kleiber.models;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** One layer, and several of another width than the embedding. */
public final class LstmInstances implements Supplier<Stream<ModelFamily>> {
  @Override
  public Stream<ModelFamily> get() {
    return Stream.of(new Lstm(1, 12, 12), new Lstm(2, 10, 7));
  }
}
