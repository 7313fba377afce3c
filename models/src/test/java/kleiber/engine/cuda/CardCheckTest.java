package kleiber.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.cuda.driver.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of a card, on an emulated one, and the script that runs it. */
class CardCheckTest {
  private static final Path HOME = Path.of(System.getProperty("kleiber.home"));

  @TempDir private Path out;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "survey | \"what\":\"finding\",\"of\":\"driver\";"
            + "\"what\":\"memory\",\"model\":\"S\",\"members\":2,\"precision\":\"BF16\",\"bytes\":",
        "kernels | Linear TF32;Muon of;Sgd of;AdamW of;gradients of a mixture of experts;"
            + "tied head BF16, 2 x [2, 11, 8] to [2, 11, 37] in chunks of 9 of 22 rows: gradients",
        "bits | TF32, Muon\";FLOAT32, Sgd\";a mixture of experts of width 12, BF16",
        "steps | \"precision\":\"TF32\"",
        "speed | \"what\":\"peak\";\"model\":\"S\",\"members\":2,\"precision\":\"BF16\""
      })
  void aSoundCardPassesEveryPart(String part, String lines) throws IOException {
    assertTrue(check(part, EmulatedDevice::new), "see what it says");
    String written = Files.readString(out.resolve(part + ".jsonl"));
    for (String expected : lines.split(";")) {
      assertTrue(written.contains(expected), expected + " in\n" + written);
    }
    assertTrue(written.contains("\"sound\":true}"), written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernels", "bits"})
  void aCardThatLeavesOutProductsIsFound(String part) throws IOException {
    assertFalse(check(part, Forgetful::nowAndThen));
    assertTrue(Files.readString(out.resolve(part + ".jsonl")).contains("\"what\":\"wrong\""));
  }

  /** One that now and then does nothing; one that never adds to what is there. */
  @Test
  void aHeadThatLeavesOutProductsIsFound() throws IOException {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    assertEquals(List.of(), wrong(new EmulatedDevice()));
    assertSays(
        "gradients;gradients added to others;losses of both passes;losses alone",
        wrong(Forgetful.nowAndThen()));
    List<String> wrong = wrong(new Forgetful(new EmulatedDevice(), CardCheckTest::overwriting));
    assertSays("gradients;gradients added to others", wrong);
    assertEquals(2 * 2 * Precision.values().length, wrong.size(), "of either head");
  }

  private static Product overwriting(Product p) {
    return new Product(
        p.inputs(), p.m(), p.n(), p.k(), p.a(), p.b(), 0, p.c(), p.members(), p.parts());
  }

  private static void assertSays(String kinds, List<String> wrong) {
    for (String kind : kinds.split(";")) {
      assertTrue(
          wrong.stream().anyMatch(line -> line.contains(": " + kind + ": off by")),
          kind + " in " + wrong);
    }
  }

  /** What the check of heads finds wrong. */
  private List<String> wrong(CudaDevice device) throws IOException {
    Path file = out.resolve("heads.jsonl");
    try (device;
        CardLog log = new CardLog(System.out, Optional.of(file))) {
      new CardHeads(CardSizes.emulated(), device, log).check();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("{\"what\":\"wrong\""))
        .toList();
  }

  @Test
  void headsAreInSeveralChunks() {
    for (CardSizes sizes : List.of(CardSizes.card(), CardSizes.emulated())) {
      Kernel.Linear layer = CardHeads.layer(sizes.head().program());
      int rows = layer.y_RxO().rows();
      int rowsOfChunk = sizes.rowsOfChunk().applyAsInt(layer);
      assertTrue(rows > 2 * rowsOfChunk && rows % rowsOfChunk != 0, rows + " by " + rowsOfChunk);
      assertEquals(1, layer.y_RxO().last() % 2);
    }
  }

  private boolean check(String part, Supplier<CudaDevice> device) {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    try (CardLog log = new CardLog(System.out, Optional.of(out.resolve(part + ".jsonl")))) {
      CardProperties card = new CardProperties("an emulated card", 9, 0, 1, 1, 1);
      new CardCheck(CardSizes.emulated(), device, log)
          .run(part, HOME, Optional.of(out), Optional.of(card));
      return log.sound();
    }
  }

  /**
   * Gets products wrong.
   *
   * @param products what becomes of one; null for nothing
   */
  private record Forgetful(EmulatedDevice card, UnaryOperator<Product> products)
      implements CudaDevice {
    /** Leaves out a product now and then. */
    static Forgetful nowAndThen() {
      Random random = new Random(5);
      return new Forgetful(
          new EmulatedDevice(), product -> random.nextInt(10) == 0 ? null : product);
    }

    @Override
    public CardProperties properties() {
      return card.properties();
    }

    @Override
    public String numerics() {
      return card.numerics();
    }

    @Override
    public long allocate(long bytes) {
      return card.allocate(bytes);
    }

    @Override
    public void free(long address) {
      card.free(address);
    }

    @Override
    public CudaStream stream() {
      CudaStream stream = card.stream();
      return (CudaStream)
          Proxy.newProxyInstance(
              CudaStream.class.getClassLoader(),
              new Class<?>[] {CudaStream.class},
              (_, method, arguments) -> {
                if (!method.getName().equals("multiply")) {
                  return method.invoke(stream, arguments);
                }
                Product product = products.apply((Product) arguments[0]);
                return product == null ? null : method.invoke(stream, product);
              });
    }

    @Override
    public CudaStream copies() {
      return card.copies();
    }

    @Override
    public void close() {
      card.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "echo 50, true, '\"members\":2,\"kleiberByPyTorch\":4.0}'",
    "echo warning; true, false, PyTorch on S ended with status 0: warning",
    "echo out of memory; exit 1, false, PyTorch on S ended with status 1: out of memory",
    "true, false, PyTorch on S ended with status 0: nothing"
  })
  void aFailureOfPyTorchIsOne(String command, boolean sound, String line) throws IOException {
    Path python = out.resolve("python");
    Files.writeString(python, "#!/bin/sh\ncase $1 in -c) echo 2.6 ;; *) " + command + " ;; esac\n");
    assertTrue(python.toFile().setExecutable(true));
    Path speed = out.resolve("speed.jsonl");
    Path file = out.resolve("pytorch.jsonl");
    try (CardLog log = new CardLog(System.out, Optional.of(speed))) {
      for (CardSizes.Timed timed : CardSizes.emulated().timed()) { // 10 and 20 tokens a step
        CardSpeed.record(log, timed, Precision.FLOAT32, 0.2, 0.1);
        CardSpeed.record(log, timed, Precision.BF16, 0.1, 0.2);
      }
    }
    try (CardLog log = new CardLog(System.out, Optional.of(file))) {
      new CardPyTorch(CardSizes.emulated(), python.toString(), Path.of("gpt.py"), "cpu", speed, log)
          .measure();
      assertEquals(sound, log.sound());
    }
    String written = Files.readString(file);
    assertTrue(written.contains(line), written);
    assertEquals(sound ? 2 : 0, written.split("kleiberByPyTorch", -1).length - 1, written);
  }

  @Test
  void theScriptSurveys() throws IOException, InterruptedException {
    assertEquals(0, script("--out", out.toString(), "survey"), said());
    assertTrue(said().contains("driver: "), said());
    assertTrue(Files.readString(out.resolve("survey.jsonl")).contains("an emulated card"));
  }

  @Test
  void aPartIsStoppedAtItsLimit() throws IOException, InterruptedException {
    Files.writeString(out.resolve("python"), "#!/bin/sh\nexec sleep 60\n");
    assertTrue(out.resolve("python").toFile().setExecutable(true));
    assertEquals(1, script("--out", out.toString(), "--limit", "1", "pytorch"), said());
    String sentence = "pytorch was stopped after its limit of 1 s; what is above was done";
    assertTrue(said().contains("WRONG: " + sentence), said());
    assertTrue(Files.readString(out.resolve("pytorch.jsonl")).contains(sentence));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kernel | 'kernel' is no part; parts are: survey kernels bits steps speed pytorch; or"
            + " bundle, alone",
        "--limit ten survey | --limit 'ten' is not a whole number above 0",
        "--out /proc/nope survey | cannot be written: /proc/nope",
        "bundle --part-size 0 | --part-size '0' is not a whole number above 0",
        "bundle /nowhere/x.tar.gz | there is no folder '/nowhere' to write '/nowhere/x.tar.gz' into"
      })
  void theScriptSaysWhatIsWrong(String arguments, String sentence) throws Exception {
    assertEquals(2, script(arguments.split(" ")), said());
    assertEquals("gpu-check: " + sentence + "\n", said());
  }

  private int script(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", HOME + "/docker/gpu-check.sh"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(out.resolve("said").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CARD", "emulated");
    builder.environment().put("PYTHON", out.resolve("python").toString());
    return builder.start().waitFor();
  }

  private String said() throws IOException {
    return Files.readString(out.resolve("said"), StandardCharsets.UTF_8);
  }
}
