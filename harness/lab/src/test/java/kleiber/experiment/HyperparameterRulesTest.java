package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import kleiber.models.ParameterCount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Learning rate and batch as powers of scale. */
final class HyperparameterRulesTest {
  private static final String BY_SIZE =
      "- {type: LearningRateBySize, params: 1e4, rate: 3e-3, exponent: -0.3}";

  private static List<Run> runs(String rules) {
    String text = Ladder.text(BY_SIZE, rules);
    return Ladder.parse(rules.contains("BatchByTokens") ? text.replace("  batch: 4\n", "") : text)
        .runs();
  }

  @Test
  void theRateFollowsSizeAndData() throws IOException {
    String rule =
        "- {type: LearningRateByScale, params: 1e4, tokens: 2e5, batch: 8, rate: 3e-3,"
            + " paramsExponent: -0.4, tokensExponent: 0.25, batchExponent: 0.5}";
    for (Run run : runs(rule)) {
      double n = run.parameters(256).under(ParameterCount.Convention.NON_EMBEDDING);
      double expected =
          3e-3
              * Math.pow(n / 1e4, -0.4)
              * Math.pow(run.spec().tokens() / 2e5, 0.25)
              * Math.pow(run.spec().batch() / 8.0, 0.5);
      assertEquals(expected, run.spec().optimizer().learningRate(), 1e-12 * expected, run.id());
    }
  }

  @Test
  void theRateFollowsTheBatchThatAnotherRuleGives() {
    String batch =
        "- {type: BatchByTokens, tokens: 1e5, sequences: 4, exponent: 0.6, powerOfTwo: true}";
    String rate =
        "- {type: LearningRateByScale, params: 1e4, tokens: 1, batch: 4, rate: 3e-3,"
            + " paramsExponent: 0, tokensExponent: 0, batchExponent: 1}";
    List<Double> rates =
        runs(rate + "\n  " + batch).stream()
            .map(run -> run.spec().optimizer().learningRate())
            .distinct()
            .toList();
    assertEquals(List.of(3e-3, 6e-3, 1.2e-2), rates, "batches of 4, 8 and 16");
  }

  @Test
  void withoutDataItIsTheRuleOfSize() {
    String rule =
        "- {type: LearningRateByScale, params: 1e4, tokens: 1, batch: 1, rate: 3e-3,"
            + " paramsExponent: -0.3, tokensExponent: 0, batchExponent: 0}";
    assertEquals(Ladder.read().runs(), runs(rule));
  }

  @Test
  void theBatchFollowsDataInWholeSequences() {
    String rule =
        "- {type: BatchByTokens, tokens: 1e5, sequences: 4, exponent: 0.6, powerOfTwo: %s}";
    List<Integer> exact =
        runs(BY_SIZE + "\n  " + rule.formatted("false")).stream()
            .map(run -> run.spec().batch())
            .distinct()
            .toList();
    assertEquals(List.of(4, 6, 16), exact, "4 · 1, 4 · 1.516 = 6.06, 4 · 3.98 = 15.9");
    List<Integer> powers =
        runs(BY_SIZE + "\n  " + rule.formatted("true")).stream()
            .map(run -> run.spec().batch())
            .distinct()
            .toList();
    assertEquals(List.of(4, 8, 16), powers, "6.06 is more than 4 · √2");
    List<Integer> few =
        runs(BY_SIZE + "\n  " + rule.replace("sequences: 4", "sequences: 0.01").formatted("true"))
            .stream()
            .map(run -> run.spec().batch())
            .distinct()
            .toList();
    assertEquals(List.of(1), few);
  }

  /** Which the rule does not know of. */
  @Test
  void aBatchThatMicroBatchesDoNotDivideIsRefused() {
    String rule =
        "- {type: BatchByTokens, tokens: 1e5, sequences: 4, exponent: 0.6, powerOfTwo: false}";
    String text =
        Ladder.text(BY_SIZE, BY_SIZE + "\n  " + rule).replace("  batch: 4\n", "  microBatch: 4\n");
    String message =
        assertThrows(UserException.class, () -> Ladder.parse(text).runs()).getMessage();
    assertTrue(
        message.contains(
            "microBatch is 4 but must divide batch, which is 6; the nearest to it: 3, 6"),
        message);
    assertTrue(message.contains("tokens=2e5"), message);
  }

  @Test
  void nonsenseIsRefused() {
    refuses("params is 0.0", () -> new LearningRateByScale(0, 1, 1, 1, 0, 0, 0));
    refuses("tokens is NaN", () -> new LearningRateByScale(1, Double.NaN, 1, 1, 0, 0, 0));
    refuses("rate is Infinity", () -> new LearningRateByScale(1, 1, 1, 1 / 0.0, 0, 0, 0));
    refuses("paramsExponent is 4.0", () -> new LearningRateByScale(1, 1, 1, 1, 4, 0, 0));
    refuses("batch is 0.5", () -> new LearningRateByScale(1, 1, 0.5, 1, 0, 0, 0));
    refuses("batchExponent is 4.0", () -> new LearningRateByScale(1, 1, 1, 1, 0, 0, 4));
    refuses("tokensExponent is -4.0", () -> new LearningRateByScale(1, 1, 1, 1, 0, -4, 0));
    refuses("tokens is 0.0", () -> new BatchByTokens(0, 1, 0, true));
    refuses("sequences is 0.0", () -> new BatchByTokens(1, 0, 0, true));
    refuses("exponent is NaN", () -> new BatchByTokens(1, 1, Double.NaN, true));
  }

  private static void refuses(String beginning, Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
