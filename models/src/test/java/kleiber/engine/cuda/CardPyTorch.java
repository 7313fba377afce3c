package kleiber.engine.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PyTorch's speed on the same models, and Kleiber's over it.
 *
 * @param python a Python with PyTorch
 * @param script {@code gpt.py}
 * @param device of PyTorch, {@code cuda} or {@code cpu}
 * @param speed lines that {@link CardSpeed} has written; if there are none there are no ratios
 */
record CardPyTorch(
    CardSizes sizes, String python, Path script, String device, Path speed, CardLog log) {
  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"what\":\"speed\",\"model\":\"(.*?)\",\"members\":(\\d+),\"precision\":\"BF16\""
              + ",\"tokensPerSecond\":([^,]*),.*");

  private record Speed(String model, int members, double tokensPerSecond) {}

  private record Answer(int status, String said) {
    String last() {
      List<String> lines = said.strip().lines().toList();
      return lines.isEmpty() ? "nothing" : lines.getLast();
    }
  }

  void measure() {
    String sees = device.equals("cuda") ? "torch.cuda.is_available()" : "True";
    Answer version = ask("-c", "import torch; assert " + sees + "; print(torch.__version__)");
    if (version.status != 0) {
      log.say("'%s' has no PyTorch that sees a card; set PYTHON to one that does", python);
      log.record("pytorch", "python", python, "found", false);
      return;
    }
    log.say("PyTorch %s, bfloat16 by autocast, torch.compile on a card", version.last());
    log.record("pytorch", "python", python, "found", true, "version", version.last());
    List<Speed> kleiber = kleiber();
    if (kleiber.isEmpty()) {
      log.say("no ratios: %s has no speeds; run the part speed first", speed);
    }
    sizes.timed().stream().map(CardSizes.Timed::name).distinct().forEach(m -> time(m, kleiber));
  }

  private void time(String model, List<Speed> kleiber) {
    Answer answer =
        ask(script.toString(), model, "--device", device, "--seconds", "" + sizes.seconds());
    double tokens = answer.status == 0 ? number(answer.last()) : Double.NaN;
    log.expect(
        tokens > 0,
        "PyTorch on %s ended with status %d: %s".formatted(model, answer.status, answer.last()));
    if (!(tokens > 0)) {
      return;
    }
    log.say("%-8s %12.0f tokens/s", model, tokens);
    log.record("pytorch", "model", model, "tokensPerSecond", tokens);
    for (Speed ours : kleiber) {
      if (ours.model.equals(model)) {
        double ratio = ours.tokensPerSecond / tokens;
        log.say(
            "    %.2f Kleiber ÷ PyTorch%s",
            ratio, ours.members == 1 ? "" : ", all " + ours.members + " members together");
        log.record("ratio", "model", model, "members", ours.members, "kleiberByPyTorch", ratio);
      }
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private List<Speed> kleiber() {
    if (!Files.exists(speed)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(speed)) {
      return lines
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(m -> new Speed(m.group(1), Integer.parseInt(m.group(2)), number(m.group(3))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs Python; what it says on either stream counts, its numbers being in the last line. */
  private Answer ask(String... arguments) {
    try {
      List<String> command = Stream.concat(Stream.of(python), Stream.of(arguments)).toList();
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] said = process.getInputStream().readAllBytes();
      return new Answer(process.waitFor(), new String(said, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Answer(127, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
