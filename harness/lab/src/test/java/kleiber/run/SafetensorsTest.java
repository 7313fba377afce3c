package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import kleiber.experiment.UserException;
import kleiber.train.Snapshot;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {
  @TempDir Path folder;

  /** Numbers in memory. */
  private record Made(
      SequencedMap<String, List<Integer>> shapes, boolean inDouble, Map<String, double[]> numbers)
      implements Snapshot.Tensors {
    @Override
    public double[] read(String name) {
      return numbers.get(name);
    }
  }

  /** One that is longer than the buffer, a short one, and every odd number. */
  private static Made made(boolean inDouble) {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    shapes.put("0/weights/block0.weight", List.of(300, 101));
    shapes.put("0/moment1/gain", List.of(3));
    shapes.put("1/weights/größe", List.of(2, 1, 4));
    Random random = new Random(5);
    Map<String, double[]> numbers = new HashMap<>();
    shapes.forEach(
        (name, shape) ->
            numbers.put(
                name,
                random
                    .doubles(shape.stream().reduce(1, (a, b) -> a * b))
                    .map(number -> inDouble ? number : (float) number)
                    .toArray()));
    numbers.put(
        "1/weights/größe",
        new double[] {
          0, -0.0, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY, 1, -1
        });
    return new Made(shapes, inDouble, numbers);
  }

  private Path write(Made made) throws IOException {
    Path file = folder.resolve("made.safetensors");
    Files.deleteIfExists(file);
    String sha256 = Safetensors.write(file, made, Files::newOutputStream);
    assertEquals(sha256, Disk.hex(Disk.sha256().digest(Files.readAllBytes(file))));
    Safetensors.open(file, sha256);
    return file;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsReadIsWhatWasWritten(boolean inDouble) throws IOException {
    Made made = made(inDouble);
    Safetensors read = Safetensors.open(write(made));
    assertEquals(inDouble, read.inDouble());
    assertEquals(List.copyOf(made.shapes().entrySet()), List.copyOf(read.shapes().entrySet()));
    made.numbers().forEach((name, numbers) -> assertArrayEquals(numbers, read.read(name), name));
    assertThrows(IllegalArgumentException.class, () -> read.read("2/weights/none"));
  }

  /** The bytes by the format's own description. */
  @Test
  void theFormat() throws IOException {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    shapes.put("a", List.of(1, 2));
    byte[] bytes =
        Files.readAllBytes(write(new Made(shapes, false, Map.of("a", new double[] {1, -2}))));
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    int padded = Math.ceilDiv(header.length(), 8) * 8;
    assertEquals(padded, bytes[0]);
    assertArrayEquals(new byte[7], Arrays.copyOfRange(bytes, 1, 8));
    assertEquals(
        header + " ".repeat(padded - header.length()),
        new String(bytes, 8, padded, StandardCharsets.UTF_8));
    assertArrayEquals(
        new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0},
        Arrays.copyOfRange(bytes, 8 + padded, bytes.length));
  }

  /** Python's own reader where it is installed, and the format read by hand everywhere. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pythonReadsIt(boolean inDouble) throws IOException, InterruptedException {
    Made made = made(inDouble);
    Path file = write(made);
    String script =
        """
        import array, json, struct, sys
        path = sys.argv[1]
        data = open(path, 'rb').read()
        length, = struct.unpack('<Q', data[:8])
        header = json.loads(data[8:8 + length])
        tensors = {}
        for name, entry in header.items():
            begin, end = entry['data_offsets']
            code = {'F32': 'f', 'F64': 'd'}[entry['dtype']]
            tensors[name] = list(array.array(code, data[8 + length + begin:8 + length + end]))
        try:
            from safetensors.numpy import load_file
            assert all(load_file(path)[n].ravel().tolist()[:2] == t[:2] for n, t in tensors.items())
        except ImportError:
            pass
        for name in sorted(tensors):
            print(name, header[name]['shape'], repr(sum(tensors[name][:3])))
        """;
    StringBuilder expected = new StringBuilder();
    made.shapes().keySet().stream()
        .sorted()
        .forEach(
            name -> {
              double[] numbers = made.numbers().get(name);
              double sum = 0 + numbers[0] + numbers[1] + numbers[2];
              expected.append("%s %s %s%n".formatted(name, made.shapes().get(name), sum));
            });
    Process python;
    try {
      ProcessBuilder builder = new ProcessBuilder("python3", "-c", script, file.toString());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      python = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("there is no python3 here");
      return;
    }
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, python.waitFor(), said);
    // Java writes 1.4E-45 where Python writes 1.4e-45, the digits being those of the same double.
    String[] mine = expected.toString().split("\\R");
    String[] pythons = said.split("\\R");
    assertEquals(mine.length, pythons.length, said);
    for (int i = 0; i < mine.length; i++) {
      String[] one = mine[i].split("\\] ");
      String[] two = pythons[i].split("\\] ");
      assertEquals(one[0], two[0]);
      assertEquals(Double.parseDouble(one[1]), Double.parseDouble(two[1]), one[0]);
    }
  }

  /** Whatever the bytes, what comes out is a sentence, or numbers within the file. */
  @Test
  void mutatedFilesAreRefusedInWords() throws IOException {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("SafetensorsTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    shapes.put("0/weights/a", List.of(2, 3));
    shapes.put("0/weights/b", List.of(5));
    Map<String, double[]> numbers =
        Map.of("0/weights/a", new double[6], "0/weights/b", new double[5]);
    byte[] sound = Files.readAllBytes(write(new Made(shapes, false, numbers)));
    Path file = folder.resolve("mutated.safetensors");
    int refused = 0;
    int count = Integer.getInteger("kleiber.mutations", 1000);
    for (int i = 0; i < count; i++) {
      byte[] mutated = Mutations.of(sound, random);
      Files.write(file, mutated);
      try {
        Safetensors read = Safetensors.open(file);
        read.shapes().keySet().forEach(read::read);
      } catch (UserException | IOException | UncheckedIOException e) {
        refused++;
      }
    }
    assertTrue(refused > count / 2, refused + " of " + count + ", seed " + seed);
  }
}
