package kleiber.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.SplitCorpus;

/** Real text that is always there and never changes: the project's licence, as bytes. */
record LicenceText() implements Corpus {
  @Override
  public int vocabulary() {
    return 256;
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(System.getProperty("kleiber.home"), "LICENSE"));
    int[] ids = new int[bytes.length];
    Arrays.setAll(ids, i -> Byte.toUnsignedInt(bytes[i]));
    int split = 9 * ids.length / 10;
    return new SplitCorpus(
        256,
        new MadeUpText.ArraySequence(Arrays.copyOf(ids, split), 100),
        new MadeUpText.ArraySequence(Arrays.copyOfRange(ids, split, ids.length), 100),
        "the licence");
  }
}
