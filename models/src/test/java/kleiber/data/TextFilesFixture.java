package kleiber.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

final class TextFilesFixture implements CorpusFixture {
  @Override
  public Corpus make(Path folder) throws IOException {
    Prose prose = new Prose(1);
    for (int i = 0; i < 100; i++) {
      Files.writeString(folder.resolve("chapter" + i + ".txt"), prose.words(300));
    }
    return new TextFiles(folder.toString(), new Bytes(), 0.2, Optional.empty(), Optional.empty());
  }

  @Override
  public String digest() {
    return "2642d44fd839ef321b36b570eb3f1c2140102e5fb9c8597d579359079521d100";
  }
}
