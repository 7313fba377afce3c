package kleiber.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes token shards as other tools do. */
final class Bin {
  enum Format {
    RAW_16(2, 0, 0),
    RAW_32(4, 0, 0),
    LLM_C_16(2, 20240520, 1),
    LLM_C_32(4, 20240801, 7);

    final int bytes;
    final int magic;
    final int version;

    Format(int bytes, int magic, int version) {
      this.bytes = bytes;
      this.magic = magic;
      this.version = version;
    }
  }

  private Bin() {}

  /** Random ids below a vocabulary; about one in a hundred is 0. */
  static int[] ids(int count, int vocabulary, long seed) {
    Random random = new Random(seed);
    return random
        .ints(count)
        .map(any -> any % 100 == 0 ? 0 : Math.floorMod(any, vocabulary))
        .toArray();
  }

  static void write(Path file, Format format, int[] ids) throws IOException {
    int header = format.magic == 0 ? 0 : 1024;
    ByteBuffer bytes =
        ByteBuffer.allocate(header + ids.length * format.bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header > 0) {
      bytes.putInt(format.magic).putInt(format.version).putInt(ids.length).position(header);
    }
    for (int id : ids) {
      if (format.bytes == 2) {
        bytes.putShort((short) id);
      } else {
        bytes.putInt(id);
      }
    }
    Files.write(file, bytes.array());
  }
}
