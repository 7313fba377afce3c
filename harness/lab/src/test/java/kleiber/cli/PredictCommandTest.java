package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kleiber.laws.Chinchilla;
import kleiber.laws.DataConstrained;
import kleiber.laws.Law;
import kleiber.laws.MixtureOfExperts;
import kleiber.laws.ParallelScaling;
import kleiber.laws.Scale;
import kleiber.laws.Typical;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is foretold of runs near and far, and what is no question. */
class PredictCommandTest {
  private static final double[] TRUTH = {1.8, 400, 0.34, 2000, 0.37};

  @TempDir static Path folder;
  private static String plain;
  private static String streams;
  private static String repeated;
  private static String experts;
  private final Program kleiber = new Program();

  @BeforeAll
  static void fit() throws IOException {
    plain = fitted(new Chinchilla(), TRUTH, "note", 0);
    streams = fitted(new ParallelScaling(), "streams", 1, 2, 4);
    repeated = fitted(new DataConstrained(), Scale.UNIQUE_TOKENS, 1e9, 1e11);
    experts = fitted(new MixtureOfExperts(), "granularity", 1, 4, 8);
  }

  private static String fitted(Typical law, String axis, double... values) throws IOException {
    return fitted(law, law.typical(), axis, values);
  }

  /** Runs of 1e8 to 8e8 parameters on 10 to 40 tokens for each, at some values of an axis. */
  private static String fitted(Law law, double[] theta, String axis, double... values)
      throws IOException {
    String name = law.getClass().getSimpleName();
    StringBuilder table = new StringBuilder("N,D," + axis + ",L\n");
    for (double params : new double[] {1e8, 2e8, 4e8, 8e8}) {
      for (double ratio : new double[] {10, 20, 40}) {
        for (double value : values) {
          Map<String, Double> axes = new HashMap<>(Map.of(axis, value));
          Scale plain = Scale.of(params, ratio * params);
          Scale at = new Scale(plain.params(), plain.tokens(), plain.flops(), axes);
          double loss = law.loss(at, theta);
          table.append("%s,%s,%s,%s\n".formatted(params, plain.tokens(), value, loss));
        }
      }
    }
    Path csv = Files.writeString(folder.resolve(name + ".csv"), table);
    String json = folder.resolve(name + ".json").toString();
    Program program = new Program();
    String[] words = {"fit", csv.toString(), "--law", name, "--bootstrap=0", "--json", json};
    assertEquals(0, program.run(words), program.err());
    return json;
  }

  private void predict(String fit, String... words) {
    assertEquals(0, run(fit, words), kleiber.err());
  }

  private int run(String fit, String... words) {
    return kleiber.run(
        Stream.concat(Stream.of("predict", fit), Arrays.stream(words)).toArray(String[]::new));
  }

  private void assertRefused(String sentence, String fit, String... words) {
    assertEquals(Failures.WRONG_INPUT, run(fit, words), kleiber.out());
    assertTrue(kleiber.err().contains(sentence), kleiber.err());
    assertEquals("", kleiber.out());
  }

  @Test
  void whatLiesBeyondTheFittedRunsIsSaid() {
    predict(plain, "--params", "4e8", "--tokens", "8e9");
    assertFalse(kleiber.out().contains("any run that was fitted"), kleiber.out());
    predict(plain, "--params", "8e10", "--tokens", "3e9");
    assertTrue(
        kleiber
            .out()
            .contains(
                "That is 9.4 times the compute and 100 times the parameters of any run that was"
                    + " fitted (at most 1.54e20 FLOPs and 8e8 parameters)."),
        kleiber.out());
    predict(plain, "--params", "2e6", "--tokens", "3.2e12");
    assertTrue(kleiber.out().contains("That is 100 times the tokens of any run"), kleiber.out());
    assertTrue(
        kleiber.out().contains("That is fewer parameters than any run that was fitted had (at"),
        kleiber.out());
    predict(plain, "--flops", "1e24");
    assertTrue(
        kleiber.out().matches("(?s).*6500 times the compute, \\d+ times the parameters and .*"),
        kleiber.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--flops=1e300            | --flops is 1e300, which no training has; expected 1 to 1e30",
        "--flops=1                | 1 FLOPs do not train the smallest model",
        "--flops=1e20;--seal=     | --seal '' is a folder; expected a file",
        "--flops=0.5              | --flops is 0.5, which no training has",
        "--flops=Infinity         | --flops is Infinity but must be positive and finite",
        "--flops=1e400            | --flops is Infinity but must be positive and finite",
        "--flops=NaN              | --flops is NaN but must be positive and finite",
        "--flops=-3               | --flops is -3.0 but must be positive and finite",
        "--params=1e19;--tokens=1 | --params is 1e19, which no training has; expected 1 to 1e18",
        "--params=1;--tokens=0.1  | --tokens is 0.1, which no training has; expected 1 to 1e20",
        "--params=1e18;--tokens=1e20 | C is 6e38, which no training has; expected 1 to 1e30",
        "--target-loss=NaN        | --target-loss is NaN but must be positive and finite",
        "--tokens-served=Infinity;--target-loss=3 | --tokens-served is Infinity but must be",
        "--params=1e9;--tokens=1e9;--axis=foo   | --axis is 'foo'; expected NAME=VALUE, such as",
        "--params=1e9;--tokens=1e9;--axis=a=    | axes that can be given for this fit: unique",
        "--params=1e9;--tokens=1e9;--axis=a=NaN | --axis is 'a=NaN'; expected NAME=VALUE",
        "--params=1e9;--tokens=1e9;--axis=uniqueTokens=-4 | uniqueTokens is -4.0 but must be",
        "--params=1e9;--tokens=1e9;--axis=a=1;--axis=a=2  | --axis gives a twice",
      })
  void whatIsNoQuestionIsAnsweredWithASentence(String options, String sentence) {
    assertRefused(sentence, plain, options.strip().split(";"));
  }

  @Test
  void furtherAxesAreAskedFor() {
    String[] size = {"--params", "4e8", "--tokens", "8e9"};
    assertRefused(
        "also reads streams: give --axis streams=VALUE; the fitted runs have streams = 1 to 4",
        streams,
        size);
    predict(streams, "--params=4e8", "--tokens=8e9", "--axis=streams=2");
    assertFalse(kleiber.out().contains("streams"), kleiber.out());
    predict(streams, "--params=4e8", "--tokens=8e9", "--axis=streams=64");
    assertTrue(
        kleiber.out().contains("streams = 64 lies outside of what the fitted runs had, 1 to 4."),
        kleiber.out());
    assertRefused(
        "has no loss at N = 4e8, D = 8e9, C = 1.92e19, streams = -4.0",
        streams,
        "--params=4e8",
        "--tokens=8e9",
        "--axis=streams=-4");
  }

  @Test
  void tokensThatAreTakenToBeNewAreSaidToBe() {
    predict(repeated, "--params", "4e8", "--tokens", "8e9");
    assertTrue(kleiber.out().contains("No token is taken to be seen twice; --axis unique"));
    predict(repeated, "--flops", "1e19");
    assertTrue(kleiber.out().contains("No token is taken to be seen twice; --axis unique"));
    predict(repeated, "--params=4e8", "--tokens=8e9", "--axis=uniqueTokens=1e9");
    assertFalse(kleiber.out().contains("seen twice"), kleiber.out());
    predict(plain, "--params", "4e8", "--tokens", "8e9");
    assertFalse(kleiber.out().contains("seen twice"), "the law does not read it");
  }

  /** A model that serves is one of the axes that were given. */
  @Test
  void axesAreThoseOfAModelThatServesToo() {
    predict(experts, "--tokens-served=1e12", "--flops=1e22", "--axis=granularity=4");
    assertTrue(kleiber.out().startsWith("best: "), kleiber.out());
  }

  @Test
  void whatCannotBeSealedIsNotForetoldEither() throws IOException {
    String seals = folder.resolve("seals.jsonl").toString();
    String[] words = {"--params", "4e9", "--tokens", "8e10", "--seal", seals};
    assertRefused("a prediction without an interval is not sealed", plain, words);
    Path json = folder.resolve("sealable.json");
    Path csv = folder.resolve("sealable.csv");
    StringBuilder rows = new StringBuilder();
    List<String> lines = Files.readAllLines(folder.resolve("Chinchilla.csv"));
    rows.append(lines.getFirst()).append('\n');
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      int comma = line.lastIndexOf(',') + 1;
      double loss = Double.parseDouble(line.substring(comma)) * (1 + 0.001 * (i % 3));
      rows.append(line, 0, comma).append(loss).append('\n');
    }
    Files.writeString(csv, rows);
    assertEquals(
        0,
        kleiber.run("fit", csv.toString(), "--bootstrap=20", "--json", json.toString()),
        kleiber.err());
    Files.writeString(Path.of(seals), "broken\n");
    assertRefused("nothing is added to a broken chain", json.toString(), words);
    Files.delete(Path.of(seals));
    predict(json.toString(), words);
    assertTrue(kleiber.out().contains("sealed as number 1"), kleiber.out());
  }

  /** Forms and sizes that the command line itself reads. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "verify;x;--measured;foo          | --measured is 'foo'; expected NUMBER=LOSS, such as 1=2",
        "fit;x;--bootstrap;99999999999    | '99999999999' is out of range; expected a whole number",
        "rehearse;x;--seed;99999999999999999999 | of at most 9223372036854775807",
        "fit;x;--bootstrap;1e3            | '1e3' is not a whole number, such as 8",
        "fit;x;--holdout-flops=1;--holdout-params=2 | kleiber: --holdout-flops=C, --holdout-params",
      })
  void aFormIsToldInTheWordsOfTheHelp(String words, String sentence) {
    assertEquals(Failures.WRONG_INPUT, kleiber.run(words.strip().split(";")));
    assertTrue(kleiber.err().contains(sentence), kleiber.err());
  }
}
