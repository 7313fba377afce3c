package kleiber.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** The 256 bytes of UTF-8 as ids; byte 0, which text does not use, ends a document. */
public record Bytes() implements Tokenizer {
  @Override
  public int vocabulary() {
    return 256;
  }

  @Override
  public String fingerprint() {
    return "Bytes";
  }

  @Override
  public Encoder open() {
    return new Encoder() {
      @Override
      public List<int[]> encode(List<String> texts) {
        return texts.stream().map(Bytes::encode).toList();
      }

      @Override
      public OptionalInt endOfDocument() {
        return OptionalInt.of(0);
      }

      @Override
      public void close() {}
    };
  }

  private static int[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return ids;
  }
}
