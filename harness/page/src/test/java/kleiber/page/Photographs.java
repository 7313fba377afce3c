package kleiber.page;

import java.nio.file.Files;
import java.nio.file.Path;
import kleiber.live.Chromium;

/**
 * Pictures of a report for a pair of eyes: both themes, a phone, paper, and the page altered. No
 * test; run it as {@code Photographs REPORT.html FOLDER}.
 */
final class Photographs {
  private Photographs() {}

  public static void main(String[] args) throws Exception {
    Path report = Path.of(args[0]).toAbsolutePath();
    Path folder = Files.createDirectories(Path.of(args[1]));
    try (Chromium browser = new Chromium(Files.createTempDirectory("chromium"))) {
      for (boolean dark : new boolean[] {false, true}) {
        String name = dark ? "dark" : "light";
        browser.look(1200, 900, dark);
        browser.open(report);
        browser.photograph(folder.resolve(name + "-first.png"), false);
        browser.photograph(folder.resolve(name + ".png"), true);
        browser.look(390, 844, dark);
        browser.open(report);
        browser.await("document.body.dataset.done");
        browser.photograph(folder.resolve(name + "-phone.png"), true);
      }
      browser.look(794, 1123, false);
      browser.open(report);
      browser.asOnPaper();
      browser.photograph(folder.resolve("paper.png"), true);
      browser.look(1200, 900, false);
      browser.open(report);
      browser.evaluate("document.querySelector('.otherwise').open = true");
      browser.evaluate("document.querySelectorAll('#runs ~ div input[type=checkbox]')[1].click()");
      browser.await("document.body.dataset.done");
      browser.evaluate("scrollTo(0, 0)");
      browser.photograph(folder.resolve("altered.png"), true);
      System.out.println(
          "refit in ms: " + browser.evaluate("document.body.dataset.milliseconds").asText());
      System.out.println(browser.evaluate("document.querySelector('.status').textContent"));
      System.out.println("errors: " + browser.errors());
    }
  }
}
