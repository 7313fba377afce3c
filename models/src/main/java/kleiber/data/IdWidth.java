package kleiber.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a token id is stored, little-endian. */
enum IdWidth {
  UINT16(2) {
    @Override
    void read(MemorySegment from, long byteOffset, int[] ids, int offset, int count) {
      for (int i = 0; i < count; i++) {
        ids[offset + i] = Short.toUnsignedInt(from.get(SHORT, byteOffset + 2L * i));
      }
    }

    @Override
    void write(int id, ByteBuffer to) {
      to.putShort((short) id);
    }
  },
  /** Ids above 2³¹ − 1 come out negative, and so out of every vocabulary. */
  UINT32(4) {
    @Override
    void read(MemorySegment from, long byteOffset, int[] ids, int offset, int count) {
      MemorySegment.copy(from, INT, byteOffset, ids, offset, count);
    }

    @Override
    void write(int id, ByteBuffer to) {
      to.putInt(id);
    }
  };

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  IdWidth(int bytes) {
    this.bytes = bytes;
  }

  /** The narrowest that holds every id of a vocabulary. */
  static IdWidth of(int vocabulary) {
    return vocabulary <= 1 << 16 ? UINT16 : UINT32;
  }

  int bytes() {
    return bytes;
  }

  abstract void read(MemorySegment from, long byteOffset, int[] ids, int offset, int count);

  abstract void write(int id, ByteBuffer to);
}
