package kleiber.data;

import java.nio.file.Path;

final class SourceJarsFixture implements CorpusFixture {
  @Override
  public Corpus make(Path folder) {
    return new SourceJars(new Bytes());
  }
}
