package kleiber.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A {@code .bin} file of token ids, mapped. With llm.c's header (int32: magic, version, number of
 * tokens, 253 unused) or without.
 */
record BinShard(Path file, MappedTokens.Shard tokens) {
  private static final int HEADER_BYTES = 256 * Integer.BYTES;
  private static final int MAGIC_UINT16 = 20240520;
  private static final int MAGIC_UINT32 = 20240801;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Maps a file and checks its length.
   *
   * @param bits of an id, where no header says it
   */
  static BinShard open(Path file, Optional<Integer> bits) throws IOException {
    MemorySegment bytes = MappedTokens.map(file);
    int magic = bytes.byteSize() < HEADER_BYTES ? 0 : bytes.get(INT, 0);
    MappedTokens.Shard shard =
        switch (magic) {
          case MAGIC_UINT16 -> afterHeader(file, bytes, 1, IdWidth.UINT16);
          case MAGIC_UINT32 -> afterHeader(file, bytes, 7, IdWidth.UINT32);
          default -> raw(file, bytes, bits.orElse(16) == 16 ? IdWidth.UINT16 : IdWidth.UINT32);
        };
    if (bits.isPresent() && bits.get() != shard.width().bytes() * Byte.SIZE) {
      throw new CorpusException(
          file
              + " holds ids of "
              + shard.width().bytes() * Byte.SIZE
              + " bits by its header, but"
              + " bits is "
              + bits.get());
    }
    if (shard.length() == 0) {
      throw new CorpusException(file + " is empty: it holds no token");
    }
    return new BinShard(file, shard);
  }

  private static MappedTokens.Shard afterHeader(
      Path file, MemorySegment bytes, int version, IdWidth width) throws CorpusException {
    int given = bytes.get(INT, Integer.BYTES);
    if (given != version) {
      throw new CorpusException(
          file + " has llm.c's header in version " + given + "; only " + version + " is known");
    }
    long tokens = bytes.get(INT, 2 * Integer.BYTES);
    MemorySegment ids = bytes.asSlice(HEADER_BYTES);
    if (ids.byteSize() != tokens * width.bytes()) {
      throw new CorpusException(
          file
              + " should hold "
              + tokens
              + " tokens by its header, which is "
              + tokens * width.bytes()
              + " bytes, but holds "
              + ids.byteSize()
              + ": it was cut or is not complete");
    }
    return new MappedTokens.Shard(ids, width);
  }

  private static MappedTokens.Shard raw(Path file, MemorySegment bytes, IdWidth width)
      throws CorpusException {
    if (bytes.byteSize() % width.bytes() != 0) {
      throw new CorpusException(
          file
              + " has "
              + bytes.byteSize()
              + " bytes, which is no whole number of ids of "
              + width.bytes() * Byte.SIZE
              + " bits");
    }
    return new MappedTokens.Shard(bytes, width);
  }
}
