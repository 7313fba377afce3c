package kleiber.data;

import java.nio.file.Path;

final class SourcePartsFixture implements CorpusFixture {
  @Override
  public Corpus make(Path folder) {
    return new SourceParts(SourceParts.Part.COMMENTS, new Bytes());
  }

  @Override
  public String digest() {
    return "0a01bba2f6e6fa771a5ceb97b6999ccd1a855d19e5adce963647f5f51cdd74f3";
  }
}
