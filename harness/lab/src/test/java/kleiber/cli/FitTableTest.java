package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Laws fitted to tables from elsewhere, good and bad, and what is foretold with them. */
class FitTableTest {
  private static final Path DATA =
      Path.of(System.getProperty("kleiber.home")).resolveSibling("shared").resolve("data");
  private static final double[] TRUTH = {1.8, 400, 0.34, 2000, 0.37};

  @TempDir Path folder;
  private final Program kleiber = new Program();
  private Path grid;

  @BeforeEach
  void writeGrid() throws IOException {
    grid = folder.resolve("grid.csv");
    Random random = new Random(3);
    try (BufferedWriter out = Files.newBufferedWriter(grid)) {
      out.write("Model Size,flop count,loss,set\n");
      for (double params = 1e7; params < 2e9; params *= 2.5) {
        for (double tokens = 1e9; tokens < 2e11; tokens *= 3) {
          double loss = loss(params, tokens) * Math.exp(0.003 * random.nextGaussian());
          out.write(line(params, 6 * params * tokens, loss, "c4"));
        }
      }
      out.write(line(1e8, 1e18, 99, "other"));
    }
  }

  private static double loss(double params, double tokens) {
    return TRUTH[0]
        + TRUTH[1] * Math.pow(params, -TRUTH[2])
        + TRUTH[3] * Math.pow(tokens, -TRUTH[4]);
  }

  private static String line(double params, double flops, double loss, String set) {
    return String.format(Locale.ROOT, "%.8g,%.8g,%.8g,%s%n", params, flops, loss, set);
  }

  private int fitGrid(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("fit", grid.toString(), "--map", "N=Model Size,C=flop count,L=loss"));
    words.addAll(List.of("--where", "set == c4 and loss < 90"));
    words.addAll(Arrays.asList(more));
    return kleiber.run(words.toArray(String[]::new));
  }

  @Test
  void aTableBecomesAFitThatForetells() throws IOException {
    Path json = folder.resolve("deep/fit.json");
    int code = fitGrid("--holdout-flops", "2e20", "--bootstrap", "60", "--json", json.toString());
    assertEquals(0, code, kleiber.err());
    assertTrue(kleiber.out().startsWith("Chinchilla fitted to 30 of 31 rows"), kleiber.out());
    assertTrue(kleiber.out().contains("D is in no column"), kleiber.out());

    JsonNode fit = new ObjectMapper().readTree(json.toFile());
    assertEquals("Chinchilla", fit.path("law").asText());
    assertEquals("Huber:delta=0.001", fit.path("objective").asText());
    assertEquals("CONVERGED", fit.path("outcome").asText());
    assertEquals(30, fit.path("n").asInt());
    assertTrue(fit.path("agreed").asInt() >= 1 && fit.path("seconds").asDouble() > 0);
    assertEquals(TRUTH[0], fit.at("/theta/E").asDouble(), 0.1);
    assertTrue(fit.at("/intervals/beta/low").asDouble() < fit.at("/theta/beta").asDouble());
    JsonNode heldOut = fit.path("heldOut");
    int foretold = heldOut.path("points").size();
    assertTrue(foretold > 0);
    assertEquals(30 - foretold, heldOut.path("n").asInt());
    assertEquals(5, heldOut.path("theta").size());
    double sum = 0;
    for (JsonNode point : heldOut.path("points")) {
      assertTrue(point.path("flops").asDouble() > 2e20);
      sum += Math.abs(point.path("relativeError").asDouble());
    }
    assertEquals(sum / foretold, heldOut.path("meanAbsoluteRelativeError").asDouble(), 1e-12);
    assertTrue(heldOut.path("meanAbsoluteRelativeError").asDouble() < 0.02);

    assertEquals(0, kleiber.run("predict", json.toString(), "--params", "1e9", "--tokens", "2e10"));
    double told = Double.parseDouble(kleiber.out().split(" ")[0]);
    assertEquals(loss(1e9, 2e10), told, 0.02);
    assertEquals(0, kleiber.run("predict", json.toString(), "--flops", "1e21"), kleiber.err());
    assertTrue(kleiber.out().startsWith("best at 1e21 FLOPs: N = "), kleiber.out());
    assertTrue(kleiber.out().contains("] (90 %), D = "), kleiber.out());
  }

  @Test
  void theHoldOutCannotBeSkipped() {
    assertEquals(0, fitGrid("--bootstrap", "0"));
    assertTrue(kleiber.out().contains("Fitted without what reaches beyond C"), kleiber.out());
    assertEquals(0, fitGrid("--bootstrap", "0", "--holdout-params", "3e8"));
    assertTrue(kleiber.out().contains("beyond N = 3e8"), kleiber.out());
    assertEquals(0, fitGrid("--bootstrap", "0", "--holdout-tokens", "3e10"));
    assertTrue(kleiber.out().contains("beyond D = 3e10"), kleiber.out());
  }

  @Test
  void theFormatsGiveTheSameFit() throws IOException {
    assertEquals(0, fitGrid("--bootstrap", "0"));
    String parameters = kleiber.out().lines().skip(2).limit(7).toList().toString();
    Path tsv = folder.resolve("grid.tsv");
    Files.writeString(tsv, Files.readString(grid).replace(',', '\t'));
    grid = tsv;
    assertEquals(0, fitGrid("--bootstrap", "0"));
    assertEquals(parameters, kleiber.out().lines().skip(2).limit(7).toList().toString());
  }

  @Test
  void whatCannotBeKnownHasNoValue() throws IOException {
    StringBuilder rows = new StringBuilder("N,D,L\n");
    for (double tokens = 1e9; tokens < 1e12; tokens *= 2) {
      rows.append("1e9,").append(tokens).append(',').append(loss(1e9, tokens)).append('\n');
    }
    Path oneSize = Files.writeString(folder.resolve("one.csv"), rows);
    assertEquals(0, kleiber.run("fit", oneSize.toString(), "--bootstrap", "60"), kleiber.err());
    String first = kleiber.out().lines().findFirst().orElseThrow();
    assertTrue(first.startsWith("Not identified: All observations have the same N"), first);
    Path json = folder.resolve("one.json");
    kleiber.run("fit", oneSize.toString(), "--bootstrap", "60", "--json", json.toString());
    JsonNode verdicts = new ObjectMapper().readTree(json.toFile()).path("verdicts");
    for (int i = 0; i < 3; i++) {
      assertTrue(verdicts.get(i).asText().contains("is not identified"), verdicts.toString());
    }
    for (String parameter : List.of("E ", "A ", "alpha ")) {
      assertTrue(row(parameter).matches(parameter + " *–  .*not .*"), row(parameter));
    }
    assertTrue(row("beta ").matches("beta +0\\.\\d+ .*"), row("beta "));

    Path few =
        Files.writeString(folder.resolve("few.csv"), rows.substring(0, rows.indexOf("8.0E9")));
    assertEquals(2, kleiber.run("fit", few.toString()), "half a row was read");
    Files.writeString(few, "N,D,L\n1e8,1e10,3\n1e9,1e10,2.5\n1e9,2e10,2.4\n");
    assertEquals(0, kleiber.run("fit", few.toString()), kleiber.err());
    assertTrue(kleiber.out().startsWith("Not identified: 3 observations"), kleiber.out());
    assertTrue(row("beta ").matches("beta +– .*"), row("beta "));
  }

  private String row(String parameter) {
    return kleiber
        .out()
        .lines()
        .filter(line -> line.startsWith(parameter))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aParameterOnItsBoundIsSaidFirst() throws IOException {
    StringBuilder rows = new StringBuilder("N,D,L\n");
    for (double params = 1e7; params < 1e10; params *= 3) {
      for (double tokens = 1e9; tokens < 1e11; tokens *= 3) {
        double loss = 20 + 400 * Math.pow(params, -0.34) + 2000 * Math.pow(tokens, -0.37);
        rows.append(params).append(',').append(tokens).append(',').append(loss).append('\n');
      }
    }
    Path table = Files.writeString(folder.resolve("high.csv"), rows);
    assertEquals(0, kleiber.run("fit", table.toString(), "--bootstrap", "0"), kleiber.err());
    assertTrue(kleiber.out().startsWith("On a bound: E = 14"), kleiber.out());
  }

  @Test
  void anUnwritableFileDoesNotHideTheFit() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("file"), "");
    assertEquals(1, fitGrid("--bootstrap", "0", "--json", inTheWay + "/fit.json"));
    assertTrue(kleiber.out().startsWith("Chinchilla fitted to"), kleiber.out());
    assertTrue(kleiber.err().contains("cannot write --json"), kleiber.err());
    assertFalse(kleiber.err().contains("\tat "), kleiber.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`N,D,loss\n1,2,3\n`           | ``                  | no-law:x is no law",
        "`N,D,loss\n1,2,3\n`           | --law;Chinchila     | did you mean 'Chinchilla'?",
        "`N,D,loss\n1,2,3\n`           | --objective;huber   | Huber:delta=",
        "`N,D,loss\n1,2,3\n`           | --objective;huber:-1 | must be positive",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "`           | --map;L=lost        | no column 'lost'; known: N, D, loss; did you"
            + " mean 'loss'?",
        "`N,D,loss\n1,2,3\n`           | --map;nonsense      | expected NAME=COLUMN",
        "`N,D,los\n1,2,3\n`            | ``                  | which column holds L (loss)?",
        "`N,loss\n"
            + "1,3\n"
            + "`               | ``                  | which column holds D (training tokens)?",
        "`N,D,loss\n1,2,3\n`           | --law;DataConstrained | which column holds uniqueTokens",
        "`N,D,loss\n1,2,3\n`           | --where;los < 3     | no column 'los'",
        "`N,D,loss\n1,2,3\n`           | --where;loss < 3    | none of the 1 rows meets",
        "`N,D,loss\n1,2,3\n`           | --where;loss        | is no condition",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "1,x,3\n"
            + "`    | ``                  | line 3: 'x' in column 'D' is not a number",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "1,2,nan\n"
            + "`  | ``                  | line 3: the loss is missing or not a number",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "0,2,3\n"
            + "`    | ``                  | line 3: N is 0.0 but must be positive",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "1,2,-3\n"
            + "`   | ``                  | line 3: the loss is -3.0 but must be positive",
        "`N,D,loss\n1,2,3\n1,2,inf\n`  | ``                  | line 3: the loss is Infinity",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --holdout-flops;1e9 | leaves no run to predict",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --holdout-flops;1   | leaves no run to fit",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --holdout-flops;-1  | must be positive",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --holdout-flops;NaN | --holdout-flops is NaN but must be",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --holdout-params;Infinity | must be positive and finite",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --bootstrap;5       | at least 20 resamples",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --bootstrap;2000000000 | must be at most 100000",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --map;N=            | expected NAME=COLUMN",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --confidence;2      | between 0 and 1",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --set;fit.params=total | --set is for a folder",
        "`N,D,loss\n1,2,3\n1,2,4\n`    | --max-rows;1        | must be at least 10",
        "`N,D,loss\n`                  | ``                  | there are no rows",
        "`N,D,loss\n1,2,3\n`           | --map;width=N       | which Chinchilla does not read",
        "`N,D,loss,L\n1,2,3,4\n`       | ``                  | 'loss', 'L' may all hold L",
        "`N,D,loss,loss\n1,2,3,4\n`    | --map;L=loss        | 2 columns of the name 'loss'",
        "`N,D,val_loss\n1,2,3\n`       | ``                  | did you mean 'val_loss'?",
        "`N;D;loss\n1;2;3\n`           | ``                  | separated by semicolons",
        "`N,D,loss\n0,2,3\n`           | ``                  | such as --where 'N > 0'",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "1,2,4\n"
            + "`    | --objective;weighted-least-squares | --map standardError=COLUMN",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "`           | --law;BrokenPowerLaw:breaks=0,x=flops | BrokenPowerLaw: 0 breaks;"
            + " give 1 to 3",
        "`N,D,loss\n1,2,3\n`           | --law;BrokenPowerLaw:breaks=1.5,x=flops | whole number",
        "`N,D,loss\n"
            + "1,2,3\n"
            + "`           | --law;BrokenPowerLaw:breaks=1,x=flop | x is 'flop'; known:",
        "``                            | ``                  | is empty",
      })
  void aMistakeIsAnsweredWithASentence(String table, String options, String expected)
      throws IOException {
    Path file = Files.writeString(folder.resolve("bad.csv"), table.replace("\\n", "\n"));
    List<String> words = new ArrayList<>(List.of("fit", file.toString()));
    if (!options.isEmpty()) {
      words.addAll(List.of(options.split(";")));
    } else if (expected.startsWith("no-law")) {
      words.addAll(List.of("--law", "no-law:x"));
      expected = "'no-law' is no law";
    }
    assertEquals(2, kleiber.run(words.toArray(String[]::new)), kleiber.out());
    assertTrue(kleiber.err().contains(expected), kleiber.err());
    assertFalse(kleiber.err().contains("\tat "), kleiber.err());
  }

  /** A fit that was cut off, changed by hand or written by another version is told so. */
  @Test
  void aBrokenFitIsAnsweredWithASentence() throws IOException {
    Path json = folder.resolve("fit.json");
    assertEquals(0, fitGrid("--bootstrap", "20", "--json", json.toString()), kleiber.err());
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Consumer<ObjectNode>> mistakes = new LinkedHashMap<>();
    mistakes.put("has no 'rows'", fit -> fit.remove("rows"));
    mistakes.put("'newer' is not known", fit -> fit.put("newer", 1));
    mistakes.put("no value for beta", fit -> ((ObjectNode) fit.get("theta")).remove("beta"));
    mistakes.put("has no value", fit -> ((ObjectNode) fit.get("theta")).putNull("beta"));
    mistakes.put("theta is not", fit -> ((ObjectNode) fit.get("theta")).put("beta", "x"));
    mistakes.put("differ in length", fit -> ((ArrayNode) fit.at("/rows/loss")).remove(0));
    mistakes.put("a resample", fit -> ((ArrayNode) fit.at("/bootstrap/thetas/0")).remove(0));
    mistakes.put("noise", fit -> ((ObjectNode) fit.get("bootstrap")).putNull("degreesOfFreedom"));
    mistakes.put("confidence is 7", fit -> fit.put("confidence", 7));
    mistakes.put("outcome is 'odd'", fit -> fit.put("outcome", "ODD"));
    mistakes.put("'Nolaw' is no law", fit -> fit.put("law", "Nolaw"));
    Path broken = folder.resolve("broken.json");
    for (Map.Entry<String, Consumer<ObjectNode>> mistake : mistakes.entrySet()) {
      ObjectNode fit = (ObjectNode) mapper.readTree(json.toFile());
      mistake.getValue().accept(fit);
      mapper.writeValue(broken.toFile(), fit);
      assertEquals(2, kleiber.run("predict", broken.toString(), "--flops", "1e21"));
      assertTrue(kleiber.err().contains(mistake.getKey()), kleiber.err());
      assertFalse(kleiber.err().contains("\tat "), kleiber.err());
    }
    Files.writeString(broken, Files.readString(json).substring(0, 300));
    assertEquals(2, kleiber.run("predict", broken.toString(), "--flops", "1e21"));
    assertTrue(kleiber.err().contains("it is cut off"), kleiber.err());
    assertEquals(2, kleiber.run("predict", json.toString(), "--flops", "1e21", "--axis", "x=1"));
    assertTrue(kleiber.err().contains("reads no axis 'x'"), kleiber.err());
    assertEquals(0, kleiber.run("predict", json.toString(), "--flops", "1e15"), kleiber.err());
    assertTrue(
        kleiber.out().contains("less compute, fewer parameters and fewer tokens"), kleiber.out());
  }

  @Test
  void aBrokenParquetFileAndAFolderWithoutRunsAreNamed() throws IOException {
    Path parquet = Files.writeString(folder.resolve("cut.parquet"), "PAR1 and then nothing");
    assertEquals(2, kleiber.run("fit", parquet.toString()));
    assertTrue(kleiber.err().contains("cannot be read as Parquet"), kleiber.err());
    assertEquals(2, kleiber.run("fit", folder.toString()));
    assertTrue(kleiber.err().contains("holds no results"), kleiber.err());
    assertEquals(2, kleiber.run("fit", folder.resolve("none.csv").toString()));
    assertTrue(kleiber.err().contains("there is no file"), kleiber.err());
  }

  /** Losses that fall and rise again are not told as a power law with a straight face. */
  @Test
  void aLawThatOnlyFallsIsRefusedWhereLossesRise() throws IOException {
    Random random = new Random(8);
    StringBuilder rows = new StringBuilder("N,L\n");
    StringBuilder fallingRows = new StringBuilder("N,L\n");
    for (double params = 1e6; params < 1e10; params *= 1.7) {
      double x = Math.log(params / 1e8);
      double noise = Math.exp(0.004 * random.nextGaussian());
      rows.append(params).append(',').append((2.5 + 0.02 * x * x) * noise).append('\n');
      fallingRows.append(params).append(',').append(loss(params, 1e10) * noise).append('\n');
    }
    Path table = Files.writeString(folder.resolve("u.csv"), rows);
    String[] words = {"fit", table.toString(), "--law", "SaturatingPowerLaw:x=params"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(kleiber.out().startsWith("Refused: along N the losses rise again"), kleiber.out());
    words[3] = "BrokenPowerLaw:breaks=1,x=params";
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertFalse(kleiber.out().contains("Refused"), kleiber.out());
    words[3] = "SaturatingPowerLaw:x=params";
    Files.writeString(table, fallingRows);
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertFalse(kleiber.out().contains("Refused"), kleiber.out());
  }

  @Test
  void theReplicationOfChinchillaIsReached() {
    Path file = DATA.resolve("chinchilla_epoch/svg_extracted_data.csv");
    assumeTrue(Files.exists(file), file + " is not there");
    int code =
        kleiber.run(
            "fit",
            file.toString(),
            "--map",
            "N=Model Size,C=Training FLOP,L=loss",
            "--where",
            "loss < 3.44",
            "--bootstrap",
            "0",
            "--holdout-flops",
            "1e21");
    assertEquals(0, code, kleiber.err());
    assertTrue(kleiber.out().startsWith("Chinchilla fitted to 240 of 245 rows"), kleiber.out());
    assertTrue(kleiber.out().contains("= 0.001018274;"), kleiber.out());
  }

  /** Ten million rows, of which no more than a sample is ever in memory. */
  @Test
  @Tag("slow")
  void tenMillionRowsAreRead() throws IOException {
    Path big = folder.resolve("big.csv");
    Random random = new Random(1);
    try (BufferedWriter out = Files.newBufferedWriter(big)) {
      out.write("N,D,L\n");
      for (int row = 0; row < 10_000_000; row++) {
        double params = Math.pow(10, 7 + 3 * random.nextDouble());
        double tokens = Math.pow(10, 9 + 3 * random.nextDouble());
        double loss = loss(params, tokens) * (1 + 0.005 * random.nextGaussian());
        out.write((float) params + "," + (float) tokens + "," + (float) loss + "\n");
      }
    }
    int code = kleiber.run("fit", big.toString(), "--max-rows", "20000", "--bootstrap", "20");
    assertEquals(0, code, kleiber.err());
    assertTrue(kleiber.out().contains("10000000 rows were selected"), kleiber.out());
    double beta = Double.parseDouble(row("beta ").split(" +")[1]);
    assertEquals(TRUTH[4], beta, 0.01);
  }
}
