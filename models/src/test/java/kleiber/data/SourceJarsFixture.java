package kleiber.data;

import java.nio.file.Path;

final class SourceJarsFixture implements CorpusFixture {
  @Override
  public Corpus make(Path folder) {
    return new SourceJars(new Bytes());
  }

  @Override
  public String digest() {
    return "feb646a69096d7f4508da18a1ed25a2316f714a27bdb60a67eb4258f66f43ac6";
  }
}
