package kleiber.data;

import java.util.Random;

/** Makes text of made-up words that the seed decides. */
final class Prose {
  private static final String[] SYLLABLES = {
    "ka", "lei", "ber", "mu", "to", "ré", "sna", "pi", "oz", "wen", "字", "thu"
  };

  private final Random random;

  Prose(long seed) {
    random = new Random(seed);
  }

  /** So many words in lines. */
  String words(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int syllables = 1 + random.nextInt(4); syllables > 0; syllables--) {
        text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
      }
      text.append(i % 10 == 9 ? '\n' : ' ');
    }
    return text.toString();
  }
}
