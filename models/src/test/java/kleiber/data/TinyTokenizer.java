package kleiber.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A {@code tokenizer.json} as Hugging Face's library writes it: byte-level BPE with the 256 bytes
 * (ids as GPT-2 orders them: printable ones first), the merges "th" (256) and "the" (257), and 258
 * as the end of text. Its setting of truncation must not shorten a corpus.
 */
final class TinyTokenizer {
  static final int END = 258;

  private TinyTokenizer() {}

  static ObjectNode json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode().put("version", "1.0");
    json.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 8)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    added
        .addObject()
        .put("id", END)
        .put("content", "<|endoftext|>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    json.putNull("normalizer");
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    json.putNull("post_processor");
    json.putNull("decoder");
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    int unprintable = 256;
    for (int pass = 0; pass < 2; pass++) {
      for (int b = 0; b < 256; b++) {
        boolean printable = b > 32 && b < 127 || b > 160 && b != 173;
        if (printable == (pass == 0)) {
          vocabulary.put(Character.toString(printable ? b : unprintable++), vocabulary.size());
        }
      }
    }
    vocabulary.put("th", 256).put("the", 257);
    model.putArray("merges").add("t h").add("th e");
    return json;
  }

  static void write(Path file, ObjectNode json) throws IOException {
    new ObjectMapper().writeValue(file.toFile(), json);
  }
}
