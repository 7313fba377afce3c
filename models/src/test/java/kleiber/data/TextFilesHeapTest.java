package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 600 MB of text, in many documents and in a very long one, pass through a heap of 48 MB. */
@Tag("slow")
class TextFilesHeapTest {
  private static final int MEGABYTES = 300;

  @TempDir private Path folder;

  @Test
  void theHeapDoesNotGrowWithTheCorpus() throws Exception {
    String line = "x".repeat(1_000);
    try (BufferedWriter many = Files.newBufferedWriter(folder.resolve("many.jsonl"));
        BufferedWriter one = Files.newBufferedWriter(folder.resolve("one.txt"))) {
      for (int i = 0; i < MEGABYTES * 1_000; i++) {
        many.write("{\"text\":\"" + i + " " + line + "\"}\n");
        one.write(line);
      }
    }
    Process child = Children.start(List.of("-Xmx48m"), Child.class, folder.toString());
    assertEquals("true true", Children.output(child));
  }

  static final class Child {
    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      SplitCorpus corpus =
          new TextFiles(args[0], new Bytes(), 0.1, Optional.empty(), Optional.empty())
              .open(folder.resolve("cache"));
      long tokens = corpus.training().length() + corpus.heldOut().length();
      ShuffledWindows windows = new ShuffledWindows(corpus.training(), 1_024, 1);
      int[] inputs = new int[1_024];
      int[] targets = new int[1_024];
      long separators = 0;
      for (long position = 0; position < windows.perEpoch(); position++) {
        windows.read(position, inputs, targets, 0);
        for (int id : inputs) {
          separators += id == 0 ? 1 : 0;
        }
      }
      System.out.println((tokens > 2_000_000L * MEGABYTES) + " " + (separators > 200L * MEGABYTES));
    }
  }
}
