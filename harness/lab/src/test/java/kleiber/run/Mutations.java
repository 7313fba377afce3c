package kleiber.run;

import java.util.Arrays;
import java.util.Random;

/** What disks, hands and power cuts do to files. */
final class Mutations {
  private Mutations() {}

  /** Some bytes of a file changed, cut off, doubled or added. */
  static byte[] of(byte[] sound, Random random) {
    int at = sound.length == 0 ? 0 : random.nextInt(sound.length);
    byte[] mutated =
        switch (random.nextInt(4)) {
          case 0 -> Arrays.copyOf(sound, at);
          case 1 -> Arrays.copyOf(sound, sound.length + 1 + random.nextInt(20));
          case 2 -> {
            byte[] doubled = Arrays.copyOf(sound, sound.length + (sound.length - at));
            System.arraycopy(sound, at, doubled, sound.length, sound.length - at);
            yield doubled;
          }
          default -> sound.clone();
        };
    for (int i = random.nextInt(3); i >= 0 && mutated.length > 0; i--) {
      int place = random.nextInt(mutated.length);
      mutated[place] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) (mutated[place] ^ 1 << random.nextInt(8));
    }
    return mutated;
  }
}
