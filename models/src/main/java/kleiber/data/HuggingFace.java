package kleiber.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A tokenizer that Hugging Face's library saved as {@code tokenizer.json}. No special tokens are
 * added to a text but the end of a document: the first of {@link #ENDS} that the file declares
 * among its added tokens; without one, documents follow each other unmarked. Never uses the
 * network.
 *
 * @param path of {@code tokenizer.json} or of the folder that holds it, relative to the working
 *     directory
 */
public record HuggingFace(String path) implements Tokenizer {
  /** What the end of a document is called by the tokenizers of published models. */
  static final List<String> ENDS = List.of("<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>");

  private static final Map<String, String> AS_IS =
      Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");

  public HuggingFace {
    if (path.isBlank()) {
      throw new IllegalArgumentException("path is empty but must name a tokenizer.json");
    }
  }

  @Override
  public int vocabulary() throws IOException {
    JsonNode json = parse(read());
    JsonNode vocabulary = json.path("model").path("vocab");
    // Unigram models list [piece, score] pairs in the order of their ids; others map piece to id.
    int largest = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id.asInt());
      }
    }
    for (JsonNode added : json.path("added_tokens")) {
      largest = Math.max(largest, added.path("id").asInt());
    }
    if (largest < 0) {
      throw new CorpusException(
          file() + " has no vocabulary at model.vocab: is it a tokenizer.json of Hugging Face?");
    }
    return largest + 1;
  }

  @Override
  public String fingerprint() throws IOException {
    return "HuggingFace " + Sha256.hex(read());
  }

  @Override
  public Encoder open() throws IOException {
    byte[] content = read();
    OptionalInt end = endOfDocument(parse(content));
    HuggingFaceTokenizer tokenizer = load(content);
    return new Encoder() {
      @Override
      public List<int[]> encode(List<String> texts) {
        return HuggingFace.encode(tokenizer, texts);
      }

      @Override
      public OptionalInt endOfDocument() {
        return end;
      }

      @Override
      public void close() {
        tokenizer.close();
      }
    };
  }

  /** On all cores. Asks for the ids alone: all that an Encoding holds takes most of the time. */
  private static List<int[]> encode(HuggingFaceTokenizer tokenizer, List<String> texts) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    long[] encodings =
        library.batchEncode(tokenizer.getHandle(), texts.toArray(String[]::new), false);
    List<int[]> ids = new ArrayList<>();
    for (long encoding : encodings) {
      ids.add(Arrays.stream(library.getTokenIds(encoding)).mapToInt(Math::toIntExact).toArray());
      library.deleteEncoding(encoding);
    }
    return ids;
  }

  private static OptionalInt endOfDocument(JsonNode json) {
    for (String name : ENDS) {
      for (JsonNode added : json.path("added_tokens")) {
        if (added.path("content").asText().equals(name)) {
          return OptionalInt.of(added.path("id").asInt());
        }
      }
    }
    return OptionalInt.empty();
  }

  private HuggingFaceTokenizer load(byte[] content) throws IOException {
    // Else the library would report its start to its makers, and download where it sees a GPU.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(content), AS_IS);
    } catch (RuntimeException e) {
      throw new CorpusException(
          file() + " cannot be used by Hugging Face's tokenizers: " + e.getMessage(), e);
    }
  }

  private Path file() {
    Path given = Path.of(path);
    return Files.isDirectory(given) ? given.resolve("tokenizer.json") : given;
  }

  private byte[] read() throws IOException {
    try {
      return Files.readAllBytes(file());
    } catch (NoSuchFileException e) {
      throw new CorpusException(
          "there is no tokenizer at "
              + file()
              + " (looked in "
              + Path.of("").toAbsolutePath()
              + "); give the path of a tokenizer.json, or of its folder",
          e);
    }
  }

  private JsonNode parse(byte[] content) throws IOException {
    try {
      return new ObjectMapper().readTree(content);
    } catch (JsonProcessingException e) {
      throw new CorpusException(file() + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
