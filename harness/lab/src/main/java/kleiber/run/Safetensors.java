package kleiber.run;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.UserException;
import kleiber.train.Snapshot;

/**
 * Named arrays in a file of the safetensors format (github.com/huggingface/safetensors): eight
 * bytes with the length of a header, little-endian; the header, JSON, padded with blanks to a
 * multiple of eight; the numbers of one tensor after another, row-major, little-endian. Read here
 * is only what was written here, all of it F32 or all of it F64; other programs read it whole.
 */
final class Safetensors implements Snapshot.Tensors {
  private static final int LONGEST_HEADER = 1 << 26;
  private static final int BUFFER = 1 << 16;
  private static final String NUMBERS = "\\[([0-9,]*)\\]";
  private static final Pattern NAME = Pattern.compile("[^\"\\\\\\p{Cntrl}]+");
  private static final Pattern ENTRY =
      Pattern.compile(
          "[{,]\"(%s)\":\\{\"dtype\":\"(F32|F64)\",\"shape\":%s,\"data_offsets\":%s\\}"
              .formatted(NAME, NUMBERS, NUMBERS));

  private final Path file;
  private final boolean inDouble;
  private final SequencedMap<String, Place> places;

  /**
   * Where a tensor lies.
   *
   * @param from its first byte in the file
   */
  private record Place(List<Integer> shape, long from, long elements) {}

  private Safetensors(Path file, boolean inDouble, SequencedMap<String, Place> places) {
    this.file = file;
    this.inDouble = inDouble;
    this.places = places;
  }

  /**
   * Writes a file.
   *
   * @return its SHA-256, in hex
   */
  static String write(Path file, Snapshot.Tensors tensors, RunStore.Opener opener)
      throws IOException {
    MessageDigest digest = Disk.sha256();
    try (OutputStream out = new DigestOutputStream(opener.open(file), digest)) {
      byte[] header = header(tensors).getBytes(StandardCharsets.UTF_8);
      out.write(little(Long.BYTES).putLong(header.length).array());
      out.write(header);
      ByteBuffer buffer = little(BUFFER);
      for (String name : tensors.shapes().keySet()) {
        for (double number : tensors.read(name)) {
          if (!buffer.hasRemaining()) {
            drain(buffer, out);
          }
          if (tensors.inDouble()) {
            buffer.putDouble(number);
          } else {
            buffer.putFloat((float) number);
          }
        }
      }
      drain(buffer, out);
    }
    return Disk.hex(digest.digest());
  }

  private static String header(Snapshot.Tensors tensors) {
    String type = tensors.inDouble() ? "F64" : "F32";
    StringJoiner entries = new StringJoiner(",", "{", "}");
    long from = 0;
    for (Map.Entry<String, List<Integer>> tensor : tensors.shapes().entrySet()) {
      if (!NAME.matcher(tensor.getKey()).matches()) {
        throw new IllegalArgumentException("no tensor can be called " + tensor.getKey());
      }
      long to = from + elements(tensor.getValue()) * width(tensors.inDouble());
      String shape =
          tensor.getValue().stream().map(String::valueOf).collect(Collectors.joining(","));
      entries.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), type, shape, from, to));
      from = to;
    }
    String header = entries.toString();
    int length = header.getBytes(StandardCharsets.UTF_8).length;
    return header + " ".repeat(Math.ceilDiv(length, Long.BYTES) * Long.BYTES - length);
  }

  private static void drain(ByteBuffer buffer, OutputStream out) throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /**
   * Opens a file that was written here, and reads all of it once.
   *
   * @throws UserException when it is damaged
   */
  static Safetensors open(Path file, String sha256) throws IOException {
    MessageDigest digest = Disk.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] part = new byte[BUFFER];
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        digest.update(part, 0, count);
      }
    }
    if (!Disk.hex(digest.digest()).equals(sha256)) {
      throw new UserException(file + " is damaged: its checksum is not what was written");
    }
    return open(file);
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws UserException when it is no such file
   */
  static Safetensors open(Path file) throws IOException {
    long size = Files.size(file);
    String header;
    try (InputStream in = Files.newInputStream(file)) {
      long length = ByteBuffer.wrap(bytes(in, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > Math.min(LONGEST_HEADER, size - Long.BYTES)) {
        throw new UserException(file + ": a header of " + length + " bytes cannot be");
      }
      header = new String(bytes(in, (int) length), StandardCharsets.UTF_8).stripTrailing();
      return parse(file, header, Long.BYTES + length, size);
    } catch (EOFException | NumberFormatException | ArithmeticException e) {
      throw new UserException(file + " is no file of tensors that Kleiber wrote", e);
    }
  }

  private static Safetensors parse(Path file, String header, long data, long size) {
    SequencedMap<String, Place> places = new LinkedHashMap<>();
    boolean inDouble = header.contains("\"F64\"");
    Matcher entry = ENTRY.matcher(header);
    int at = 0;
    long next = data;
    while (at < header.length() - 1 && entry.region(at, header.length()).lookingAt()) {
      List<Integer> shape = Stream.of(entry.group(3).split(",")).map(Integer::valueOf).toList();
      String[] range = entry.group(4).split(",");
      long to = data + Long.parseLong(range[range.length - 1]);
      long elements = elements(shape);
      if (entry.group(2).equals("F64") != inDouble
          || data + Long.parseLong(range[0]) != next
          || to - next != Math.multiplyExact(elements, width(inDouble))
          || places.put(entry.group(1), new Place(shape, next, elements)) != null) {
        throw new UserException(file + ": tensor " + entry.group(1) + " is not whole");
      }
      next = to;
      at = entry.end();
    }
    if (at != header.length() - 1 || !header.endsWith("}") || next != size) {
      throw new UserException(file + " is no file of tensors that Kleiber wrote");
    }
    return new Safetensors(file, inDouble, places);
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the file ends within its header");
    }
    return bytes;
  }

  @Override
  public SequencedMap<String, List<Integer>> shapes() {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    places.forEach((name, place) -> shapes.put(name, place.shape()));
    return Collections.unmodifiableSequencedMap(shapes);
  }

  @Override
  public boolean inDouble() {
    return inDouble;
  }

  @Override
  public double[] read(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException(file + " has no tensor " + name);
    }
    double[] numbers = new double[Math.toIntExact(place.elements())];
    ByteBuffer buffer = little(BUFFER).limit(0);
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(place.from());
      for (int i = 0; i < numbers.length; i++) {
        if (!buffer.hasRemaining()) {
          fill(buffer, channel, (numbers.length - i) * width(inDouble));
        }
        numbers[i] = inDouble ? buffer.getDouble() : buffer.getFloat();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return numbers;
  }

  private void fill(ByteBuffer buffer, FileChannel channel, long left) throws IOException {
    buffer.clear().limit((int) Math.min(BUFFER, left));
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException(file + " ends within a tensor");
      }
    }
    buffer.flip();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long width(boolean inDouble) {
    return inDouble ? Double.BYTES : Float.BYTES;
  }

  private static long elements(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
