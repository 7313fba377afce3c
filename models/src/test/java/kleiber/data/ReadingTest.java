package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for a large corpus is told how far it is. */
class ReadingTest {
  private static final int FILES = 4;
  private static final int BYTES = 1_500_000;
  @TempDir Path folder;

  private record Told(String what, long read, long total) {}

  @Test
  void everyMegabyteIsTold() throws IOException {
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < FILES; file++) {
      Files.writeString(
          text.resolve(file + ".txt"), ("line " + file + " of text\n").repeat(BYTES / 16));
    }
    long total = 0;
    for (int file = 0; file < FILES; file++) {
      total += Files.size(text.resolve(file + ".txt"));
    }
    TextFiles corpus =
        new TextFiles(text.toString(), new Bytes(), 0.5, Optional.empty(), Optional.empty());
    List<Told> told = new ArrayList<>();
    Reading.toldTo(
        (what, read, of) -> told.add(new Told(what, read, of)),
        () -> {
          try {
            return corpus.open(folder.resolve("cache"), () -> false);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertTrue(told.size() >= FILES, told.toString());
    for (int i = 0; i < told.size(); i++) {
      assertEquals(text.toString(), told.get(i).what());
      assertEquals(total, told.get(i).total());
      assertTrue(told.get(i).read() <= total);
      assertTrue(i == 0 || told.get(i).read() >= told.get(i - 1).read() + (1 << 20));
    }
    told.clear();
    corpus.open(folder.resolve("elsewhere"), () -> false);
    assertEquals(List.of(), told, "nobody listens");
  }
}
