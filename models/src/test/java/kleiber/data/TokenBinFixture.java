package kleiber.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

final class TokenBinFixture implements CorpusFixture {
  @Override
  public Corpus make(Path folder) throws IOException {
    Bin.write(folder.resolve("train_0.bin"), Bin.Format.LLM_C_16, Bin.ids(10_000, 500, 1));
    Bin.write(folder.resolve("train_1.bin"), Bin.Format.RAW_16, Bin.ids(5_001, 500, 2));
    Bin.write(folder.resolve("val.bin"), Bin.Format.RAW_16, Bin.ids(3_000, 500, 3));
    return new TokenBin(
        folder + "/train_*.bin", folder + "/val.bin", 500, Optional.of(0), Optional.empty());
  }

  @Override
  public String digest() {
    return "5d16cafeb31c5d6370434f6db4ade2af7b1f23997a78ecbc5c78ea56a0ac1ceb";
  }
}
