package kleiber.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import kleiber.observe.MadeRuns;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, against bytes that another writer's tests hold, and read back by a plain reader. */
class TensorBoardExportTest {
  /** What the tests of another writer, tensorboard_logger, hold for one scalar at 256.5 s. */
  private static final String THEIRS =
      "1800000000000000a37f4b220900000000000870401a0d627261696e2e4576656e743a32bc98212b"
          + "19000000000000008bf1082809000000000008704010012a0c0a0a0a03762f31150000c03f2cecc087";

  @TempDir Path folder;

  @Test
  void aScalarIsTheirsByteForByte() throws IOException {
    Path file = folder.resolve("events");
    try (EventFile events = new EventFile(file, 256.5)) {
      events.scalars(256.5, 1, Map.of("v/1", 1.5));
    }
    assertEquals(THEIRS, HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void everyRunIsAFolderWithAllThatItLogged() throws IOException {
    List<StoredRun> runs = MadeRuns.grid();
    StoredRun empty =
        new StoredRun(
            MadeRuns.run(20, 100_000, 9, 0).run(),
            StoredRun.State.MISSING,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Double.NaN);
    runs.add(empty);
    RunStore store = new RunStore(folder.resolve("results"));
    Path out = folder.resolve("board");
    assertEquals(runs.size() - 1, TensorBoardExport.write(out, store, runs));
    assertEquals(runs.size() - 1, TensorBoardExport.write(out, store, runs), "again, in place");
    StoredRun run = runs.getFirst();
    List<Event> events = read(only(out.resolve(run.run().id())));
    assertEquals("brain.Event:2", events.getFirst().version());
    assertEquals(run.checkpoints().size() + 1, events.size());
    for (int i = 0; i < run.checkpoints().size(); i++) {
      Checkpoint checkpoint = run.checkpoints().get(i);
      Event event = events.get(i + 1);
      assertEquals(checkpoint.step(), event.step());
      assertEquals(
          (float) checkpoint.heldOut().get("text").loss(), event.values().get("heldOut/text/loss"));
      assertEquals((float) checkpoint.learningRate(), event.values().get("train/learningRate"));
    }
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return all.getFirst();
    }
  }

  private record Event(double seconds, long step, String version, Map<String, Float> values) {}

  /** Reads records and checks both sums of each. */
  private static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertEquals(EventFile.masked(length), bytes.getInt());
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertEquals(EventFile.masked(data), bytes.getInt());
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static Event event(ByteBuffer data) {
    double seconds = 0;
    long step = 0;
    String version = "";
    Map<String, Float> values = new TreeMap<>();
    while (data.hasRemaining()) {
      int key = (int) number(data);
      switch (key) {
        case 1 << 3 | 1 -> seconds = data.getDouble();
        case 2 << 3 -> step = number(data);
        case 3 << 3 | 2 -> version = text(data);
        case 5 << 3 | 2 -> {
          ByteBuffer summary = part(data);
          while (summary.hasRemaining()) {
            assertEquals(1 << 3 | 2, number(summary));
            ByteBuffer value = part(summary);
            assertEquals(1 << 3 | 2, number(value));
            String tag = text(value);
            assertEquals(2 << 3 | 5, number(value));
            values.put(tag, value.getFloat());
            assertTrue(!value.hasRemaining());
          }
        }
        default -> throw new AssertionError("field " + key);
      }
    }
    return new Event(seconds, step, version, values);
  }

  private static String text(ByteBuffer data) {
    return StandardCharsets.UTF_8.decode(part(data)).toString();
  }

  private static ByteBuffer part(ByteBuffer data) {
    int length = (int) number(data);
    ByteBuffer part = data.slice(data.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    data.position(data.position() + length);
    return part;
  }

  private static long number(ByteBuffer data) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = data.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
