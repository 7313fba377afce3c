package kleiber.observe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.estimate.TwoBudgetLine;
import kleiber.experiment.Json;
import kleiber.experiment.UserException;
import kleiber.fit.Frontier;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;

/**
 * Sealed predictions, one a line, only ever added to. A line is {@code {"hash": …, "seal": …}}: the
 * hash is that of the seal's own text, in which stands the hash of the line before, so that no line
 * can be changed, put in or taken out without one after it saying so.
 */
public record SealFile(Path file) {
  private static final Pattern LINE =
      Pattern.compile("\\{\"hash\":\"([0-9a-f]{64})\",\"seal\":(\\{.*\\})\\}");
  private static final String SCOPE = "scope";
  private static final String NOTHING = "0".repeat(64);

  /**
   * The seals of a file, and what is wrong with it.
   *
   * @param seals that could be read
   * @param faults empty when the chain is whole; each names a line
   */
  public record Chain(List<Sealed> seals, List<String> faults) {
    public Chain {
      seals = List.copyOf(seals);
      faults = List.copyOf(faults);
    }
  }

  /**
   * Reads all seals and checks the chain.
   *
   * @throws UserException when there is no such file
   */
  public Chain read() throws IOException {
    if (Files.isDirectory(file)) {
      throw new UserException(
          "%s is a folder; expected the file that `kleiber predict --seal` wrote, such as %s"
              .formatted(file, file.resolve("sealed.jsonl")));
    }
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "there is no file %s; expected one that `kleiber predict --seal` wrote".formatted(file));
    }
    List<Sealed> seals = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    String previous = NOTHING;
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String place = file + ", line " + (i + 1) + ": ";
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        faults.add(place + "it is no seal");
        continue;
      }
      String hash = Hash.of(line.group(2));
      if (!hash.equals(line.group(1))) {
        faults.add(place + "it was changed after it was sealed");
      }
      try {
        Seal seal = seal(line.group(2));
        seals.add(new Sealed(seal, hash));
        if (!seal.previous().equals(previous)) {
          faults.add(
              place
                  + (i == 0
                      ? "it is not the first seal; lines before it were taken out"
                      : "it does not follow from the line before, which was changed, put in or"
                          + " taken out"));
        }
      } catch (JacksonException e) {
        faults.add(place + "it cannot be read: " + JsonRecords.sentence(e));
      }
      previous = line.group(1);
    }
    return new Chain(seals, faults);
  }

  /** A seal as it was written; one of before a fit's scope was told speaks of every run. */
  private static Seal seal(String text) throws JacksonException {
    JsonNode tree = JsonRecords.MAPPER.readTree(text);
    if (tree instanceof ObjectNode fields && !fields.has(SCOPE)) {
      fields.set(SCOPE, JsonRecords.MAPPER.valueToTree(FitScope.ALL));
    }
    return JsonRecords.MAPPER.treeToValue(tree, Seal.class);
  }

  /**
   * Adds a prediction.
   *
   * @param fitFile that the fit was read from
   * @throws UserException when the prediction is of no one run or has no interval, when the
   *     baselines that it is to be judged by cannot be had, or when the file's chain is broken
   */
  public Sealed add(Path fitFile, SavedFit fit, Prediction prediction) throws IOException {
    if (!prediction.isOfOneRun()) {
      throw new UserException(
          "a prediction for FLOPs alone is of no one run, and a seal is scored by one: give"
              + " --params and --tokens instead of --flops");
    }
    Interval interval =
        prediction
            .interval()
            .orElseThrow(
                () ->
                    new UserException(
                        "a prediction without an interval is not sealed: fit again with"
                            + " --bootstrap"));
    Scale at = prediction.at();
    double powerLaw;
    double twoBudgets;
    try {
      powerLaw =
          new LawFitter(fit.fitted().objective())
              .fit(new PowerLaw(), Frontier.of(fit.rows()))
              .loss(at);
      twoBudgets = TwoBudgetLine.through(fit.rows()).loss(at);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "a prediction is sealed beside two baselines, which these rows do not give: "
              + e.getMessage(),
          e);
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      channel.lock(); // released with the channel
      Chain chain = read();
      if (!chain.faults().isEmpty()) {
        throw new UserException("nothing is added to a broken chain: " + chain.faults().getFirst());
      }
      Seal seal =
          new Seal(
              chain.seals().size() + 1,
              Instant.now().toString(),
              fitFile.toString(),
              Hash.of(Files.readAllBytes(fitFile)),
              Seal.hash(fit.rows()),
              Typed.text(fit.fitted().law()),
              Typed.text(fit.fitted().objective()),
              at.params(),
              fit.params().orElse(""),
              at.tokens(),
              at.flops(),
              at.extra(),
              fit.heldOut().orElse(""),
              fit.scope(),
              interval.confidence(),
              prediction.loss(),
              interval.low(),
              interval.high(),
              powerLaw,
              twoBudgets,
              chain.seals().isEmpty() ? NOTHING : chain.seals().getLast().hash());
      String text = Json.line(seal);
      Sealed sealed = new Sealed(seal, Hash.of(text));
      String line = "{\"hash\":\"" + sealed.hash() + "\",\"seal\":" + text + "}\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      return sealed;
    }
  }
}
