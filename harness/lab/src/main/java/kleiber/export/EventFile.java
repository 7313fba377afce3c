package kleiber.export;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of events as TensorBoard reads them: records of TensorFlow's TFRecord format, each a
 * length and some bytes with their masked CRC-32C, and in each a protocol buffer {@code
 * tensorflow.Event}, of which these fields are written:
 *
 * <pre>
 * Event   1 wall_time double  2 step int64  3 file_version string  5 summary Summary
 * Summary 1 value Value, repeated
 * Value   1 tag string  2 simple_value float
 * </pre>
 */
final class EventFile implements Closeable {
  /** The version that TensorBoard asks for in the first event. */
  private static final String VERSION = "brain.Event:2";

  private static final int MASK = 0xa282ead8;
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final OutputStream out;

  /** Begins a file. */
  EventFile(Path file, double seconds) throws IOException {
    out = Files.newOutputStream(file);
    Message event = new Message().eightBytes(1, seconds);
    record(event.bytes(3, VERSION.getBytes(StandardCharsets.UTF_8)).done());
  }

  /**
   * Adds the values of a step.
   *
   * @param seconds since 1970
   */
  void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.bytes(
                1,
                new Message()
                    .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
                    .fourBytes(2, value.floatValue())
                    .done()));
    record(new Message().eightBytes(1, seconds).varint(2, step).bytes(5, summary.done()).done());
  }

  private void record(byte[] data) throws IOException {
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    out.write(length);
    out.write(little(Integer.BYTES).putInt(masked(length)).array());
    out.write(data);
    out.write(little(Integer.BYTES).putInt(masked(data)).array());
  }

  /** CRC-32C, turned and shifted, since a CRC of data that hold CRCs is weak. */
  static int masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A protocol buffer, field by field. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      key(field, VARINT);
      number(value);
      return this;
    }

    Message eightBytes(int field, double value) {
      key(field, EIGHT_BYTES);
      out.writeBytes(little(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message fourBytes(int field, float value) {
      key(field, FOUR_BYTES);
      out.writeBytes(little(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message bytes(int field, byte[] value) {
      key(field, BYTES);
      number(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] done() {
      return out.toByteArray();
    }

    private void key(int field, int type) {
      number((long) field << 3 | type);
    }

    /** Seven bits at a time, the lowest first. */
    private void number(long value) {
      long left = value;
      while ((left & ~0x7FL) != 0) {
        out.write((int) (left & 0x7F | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }
  }
}
