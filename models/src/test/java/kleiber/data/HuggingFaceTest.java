package kleiber.data;

import static kleiber.data.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeTokenizer() throws IOException {
    file = folder.resolve("tokenizer.json");
    TinyTokenizer.write(file, TinyTokenizer.json());
  }

  @Test
  void encodesAsTheMergesSay() throws IOException {
    HuggingFace tokenizer = new HuggingFace(folder.toString());
    assertEquals(259, tokenizer.vocabulary());
    try (Tokenizer.Encoder encoder = tokenizer.open()) {
      assertEquals(OptionalInt.of(TinyTokenizer.END), encoder.endOfDocument());
      // "!" is the first printable byte, 33, and so id 0; a space is the 33rd of the others.
      int space = 188 + 32;
      List<int[]> ids = encoder.encode(List.of("the moth", "!<|endoftext|>", "é"));
      assertArrayEquals(new int[] {257, space, 'm' - 33, 'o' - 33, 256}, ids.get(0));
      assertArrayEquals(new int[] {0, TinyTokenizer.END}, ids.get(1));
      assertEquals(2, ids.get(2).length);
      assertEquals(10_000, encoder.encode(List.of("the ".repeat(5_000))).get(0).length);
    }
  }

  @Test
  void documentsEndWithTheEndOfText() throws IOException {
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int i = 0; i < 30; i++) {
      Files.writeString(text.resolve(i + ".txt"), "the ".repeat(2 + i));
    }
    SplitCorpus corpus =
        new TextFiles(
                text.toString(),
                new HuggingFace(file.toString()),
                0.3,
                Optional.empty(),
                Optional.empty())
            .open(folder.resolve("cache"));
    assertEquals(259, corpus.vocabulary());
    TokenSequence training = corpus.training();
    int[] ids = new int[Math.toIntExact(training.length())];
    training.read(0, ids, 0, ids.length);
    int document = 0;
    for (int i = 0; i < ids.length; i++) {
      assertEquals(document, training.document(i));
      document += ids[i] == TinyTokenizer.END ? 1 : 0;
    }
    int words = (ids.length - document) / 2;
    assertEquals(4 * words, training.bytes(0, ids.length).orElseThrow());
  }

  @Test
  void withoutAnEndOfTextDocumentsAreUnmarked() throws IOException {
    ObjectNode json = TinyTokenizer.json();
    json.withArray("added_tokens").removeAll();
    TinyTokenizer.write(file, json);
    HuggingFace tokenizer = new HuggingFace(file.toString());
    assertEquals(258, tokenizer.vocabulary());
    try (Tokenizer.Encoder encoder = tokenizer.open()) {
      assertEquals(OptionalInt.empty(), encoder.endOfDocument());
    }
  }

  @Test
  void theFingerprintFollowsTheContent() throws IOException {
    HuggingFace tokenizer = new HuggingFace(file.toString());
    String before = tokenizer.fingerprint();
    assertEquals(before, new HuggingFace(folder.toString()).fingerprint());
    TinyTokenizer.write(file, TinyTokenizer.json().put("version", "1.1"));
    assertNotEquals(before, tokenizer.fingerprint());
  }

  @Test
  void whatIsNoTokenizerIsRefused() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> new HuggingFace(" "));
    HuggingFace missing = new HuggingFace("no/such/tokenizer.json");
    String here = Path.of("").toAbsolutePath().toString();
    assertRefused(missing::vocabulary, "no tokenizer at no/such/tokenizer.json", here);
    HuggingFace tokenizer = new HuggingFace(file.toString());
    Files.writeString(file, "{\"model\": ");
    assertRefused(tokenizer::open, file.toString(), "is not JSON");
    Files.writeString(file, "{\"model\": {\"type\": \"BPE\"}}");
    assertRefused(tokenizer::vocabulary, "no vocabulary at model.vocab");
    assertRefused(tokenizer::open, file.toString(), "cannot be used");
  }

  @Test
  void neverUsesTheNetwork() throws IOException {
    new HuggingFace(file.toString()).open().close();
    assertTrue(ai.djl.util.Utils.isOfflineMode());
  }
}
