package kleiber.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import kleiber.experiment.FitPlan;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.live.Chromium;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.observe.Residual;
import kleiber.report.Choice;
import kleiber.report.PageData;
import kleiber.report.Report;
import kleiber.report.Scene;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report in a real browser, against the same analysis on the JVM. */
class ReportInBrowserTest {
  /** Relative, of what a page fits, to what the JVM fits to the same losses. */
  private static final double EQUAL = 1e-6;

  private static final List<String> FIGURES =
      List.of(
          "loss-curves",
          "isoflop",
          "loss-compute",
          "predicted-measured",
          "profiles",
          "influence",
          "hyperparameters",
          "seed-noise",
          "schedules");

  @TempDir static Path folder;
  private static Chromium browser;
  private static Analysis analysis;
  private static Path report;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        Chromium.installed().isPresent(), "no Chromium: install Debian's package chromium");
    analysis = MadeExperiment.of(4, 2, 8, 60);
    report = Report.write(folder.resolve("small"), analysis);
    browser = new Chromium(Files.createDirectory(folder.resolve("profile")));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    browser.look(1200, 900, false);
    browser.open(report);
  }

  @Test
  void everyPanelIsDrawnAndNothingComplains() throws Exception {
    for (String figure : FIGURES) {
      JsonNode box =
          browser.evaluate(
              "(({width, height}) => [width, height])(document.querySelector('[data-part=\"%s\"] svg').getBoundingClientRect())"
                  .formatted(figure));
      assertTrue(box.get(0).asDouble() > 500 && box.get(1).asDouble() > 100, figure + box);
      assertTrue(
          browser
                  .evaluate(
                      "document.querySelectorAll('[data-part=\"%s\"] svg :is(path, circle)').length"
                          .formatted(figure))
                  .asInt()
              > 5,
          figure);
    }
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void aRefitInThePageIsTheFitOfTheJvm() throws Exception {
    PageData data = PageData.of(analysis);
    Choice published = data.published();
    List<Choice> choices = new ArrayList<>();
    for (ParameterCount.Convention params : ParameterCount.Convention.values()) {
      for (FitPlan.Flops flops : FitPlan.Flops.values()) {
        choices.add(new Choice(published.law(), params, flops, published.flopsAbove(), Set.of()));
      }
    }
    for (Law law : data.laws()) {
      choices.add(
          new Choice(
              law.getClass().getSimpleName(),
              published.params(),
              published.flops(),
              published.flopsAbove() / 2,
              Set.of(data.runs().getFirst().id(), data.runs().getLast().id())));
    }
    browser.evaluate("kleiber.load(JSON.parse(document.getElementById('data').textContent))");
    for (Choice choice : choices) {
      Scene here = Scene.refitted(data, choice);
      double[] there =
          numbers(
              "kleiber.refit('%s', '%s', '%s', %s, %s)"
                  .formatted(
                      choice.law(),
                      choice.params(),
                      choice.flops(),
                      choice.flopsAbove(),
                      quoted(choice.dropped())));
      double[] foretold = numbers("kleiber.foretold()");
      List<Residual> expected = here.foretelling().heldOutResiduals();
      assertEquals(expected.size(), foretold.length, choice.toString());
      for (int i = 0; i < foretold.length; i++) {
        double predicted = expected.get(i).predicted();
        assertEquals(predicted, foretold[i], EQUAL * predicted, choice.toString());
      }
      if (here.foretelling().usable().orElseThrow().outcome() == Outcome.CONVERGED) {
        double[] theta = here.foretelling().usable().get().theta();
        for (int j = 0; j < theta.length; j++) {
          assertEquals(
              theta[j],
              there[j],
              EQUAL * Math.abs(theta[j]),
              choice + " " + Arrays.toString(theta) + " " + Arrays.toString(there));
        }
      }
    }
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void aDroppedRunIsSaidAndTakenBack() throws Exception {
    String answer = text(".answer");
    String id = PageData.of(analysis).runs().getFirst().id();
    browser.evaluate(
        "document.querySelector('[data-part=\"loss-compute\"] circle[data-run=\"%s\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
            .formatted(id));
    browser.await("document.body.dataset.done");
    assertTrue(text(".status").contains("Not the published analysis: without run " + id));
    assertFalse(text(".answer").equals(answer));
    assertTrue(text("[data-part=\"loss-compute\"]").contains("dropped by you"));
    browser.evaluate("document.querySelector('.status button').click()");
    assertEquals(answer, text(".answer"));
    assertTrue(browser.evaluate("document.querySelector('.status').hidden").asBoolean());
    assertEquals(List.of(), browser.errors());
  }

  /** However quick the machine, whatever else waits has its turn after each slice of resamples. */
  @Test
  void thePageAnswersWhileItResamples() throws Exception {
    String id = PageData.of(analysis).runs().getFirst().id();
    browser.evaluate(
        """
        (() => {
          const status = document.querySelector('.status');
          globalThis.told = new Set();
          globalThis.seen = new Set();
          new MutationObserver(() => told.add(status.textContent))
              .observe(status, {childList: true, characterData: true, subtree: true});
          const turns = new MessageChannel();
          turns.port1.onmessage = () => {
            seen.add(status.textContent);
            if (!document.body.dataset.done) turns.port2.postMessage(0);
          };
          turns.port2.postMessage(0);
          const box = document.querySelector('input[aria-label="use run %s"]');
          box.checked = false;
          box.onchange();
        })()\
        """
            .formatted(id));
    browser.await("document.body.dataset.done");
    String slices = "[...told].filter((said) => / [0-9]+ of 60 resamples/.test(said))";
    String first = browser.evaluate(slices + "[0]").asText();
    assertTrue(first.contains(" 5 of 60 resamples"), first);
    assertEquals(
        "", browser.evaluate(slices + ".filter((said) => !seen.has(said)).join(' ')").asText());
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void aKeyboardReachesARunAndDropsIt() throws Exception {
    browser.evaluate(
        "document.querySelector('[data-part=\"predicted-measured\"] .scroll').focus()");
    browser.key("ArrowRight");
    browser.key("ArrowRight");
    assertTrue(text(".tip").startsWith("run "), text(".tip"));
    browser.key("Enter");
    browser.await("document.body.dataset.done");
    assertTrue(text(".status").contains("without run"), text(".status"));
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void otherChoicesAreFittedAndDrawn() throws Exception {
    browser.evaluate(
        "(() => { const law = document.querySelector('.choices select'); law.value = 'Kaplan';"
            + " law.onchange(); })()");
    browser.await("document.body.dataset.done");
    assertTrue(text(".status").contains("Kaplan instead of Chinchilla"), text(".status"));
    assertTrue(text(".answer").startsWith("Kaplan’s law"), text(".answer"));
    browser.evaluate(
        "(() => { delete document.body.dataset.done; const side ="
            + " document.querySelector('input[type=range]'); side.value = 1; side.oninput();"
            + " side.onchange(); })()");
    browser.await("document.body.dataset.done");
    assertTrue(text(".status").contains("held out above"), text(".status"));
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void aTableIsSortedAndFiltered() throws Exception {
    String rows =
        "[...document.querySelector('#runs').closest('section').querySelectorAll('tbody')[0].rows]";
    browser.evaluate(
        "(() => { const input = document.querySelector('#runs ~ .filter input'); input.value = '"
            + PageData.of(analysis).runs().getFirst().id()
            + "'; input.oninput(); })()");
    assertEquals(1, browser.evaluate(rows + ".filter((row) => !row.hidden).length").asInt());
    browser.evaluate(
        "[...document.querySelectorAll('#runs ~ div th button')].find((b) => b.textContent ==="
            + " 'Loss').click()");
    double[] keys = numbers(rows + ".map((row) => +row.querySelectorAll('th, td')[7].dataset.key)");
    assertTrue(keys.length > 50);
    for (int i = 1; i < keys.length; i++) {
      assertTrue(keys[i - 1] <= keys[i], Arrays.toString(keys));
    }
  }

  @Test
  void aPhoneShowsOneColumn() throws Exception {
    browser.look(390, 844, true);
    browser.open(report);
    browser.await("document.body.dataset.done");
    assertTrue(
        browser.evaluate("document.documentElement.scrollWidth").asInt() <= 390,
        "the page is wider than the screen");
    assertEquals(
        "0 0 390",
        browser
            .evaluate("document.querySelector('svg.figure').getAttribute('viewBox')")
            .asText()
            .substring(0, 7));
    assertEquals(List.of(), browser.errors());
  }

  @Test
  @Tag("slow")
  void fiveHundredRunsAreThereSoon() throws Exception {
    Analysis many = MadeExperiment.of(12, 5, 100, 200);
    Path page = Report.write(folder.resolve("large"), many);
    long bytes = Files.size(page);
    double before = browser.processorSeconds();
    browser.open(page);
    double processor = browser.processorSeconds() - before;
    double load =
        browser.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd").asDouble();
    browser.evaluate("kleiber.load(JSON.parse(document.getElementById('data').textContent))");
    System.out.printf(
        "%d runs, %d checkpoints: %.2f MB, loaded in %.0f ms, of which %.0f ms of processor%n",
        many.runs().size(), many.observations().rows().size(), bytes / 1e6, load, 1000 * processor);
    assertTrue(many.runs().size() >= 500 && many.observations().rows().size() >= 50_000);
    assertTrue(bytes <= 3_000_000, bytes + " bytes");
    assertEquals(List.of(), browser.errors());
  }

  private static String text(String selector) throws Exception {
    return browser.evaluate("document.querySelector('" + selector + "').textContent").asText();
  }

  private static double[] numbers(String expression) throws Exception {
    JsonNode values = browser.evaluate("Array.from(" + expression + ")");
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).asDouble();
    }
    return numbers;
  }

  private static String quoted(Set<String> words) {
    return words.stream().map(word -> "'" + word + "'").toList().toString();
  }
}
