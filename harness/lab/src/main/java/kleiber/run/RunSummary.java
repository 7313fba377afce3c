package kleiber.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import kleiber.experiment.Run;

/**
 * A run at a glance, from the ends of its files alone, so that thousands are listed in a moment;
 * {@link RunStore#load} reads all and checks it.
 *
 * @param reason why it is not DONE
 * @param running whether a process holds it that may be alive
 * @param begun whether it is running, or kept as far as it was trained before
 * @param tokens seen at the last row of its log
 * @param loss on the held-out set that was asked for, at that row; NaN when there is none
 * @param seconds of training so far; NaN when it is not known
 * @param tokensPerSecond before the last row; NaN when it is not known
 * @param changed when it ended, or last logged a row; empty when nothing of it is there
 */
public record RunSummary(
    Run run,
    StoredRun.State state,
    boolean running,
    boolean begun,
    Optional<String> reason,
    long tokens,
    double loss,
    double seconds,
    double tokensPerSecond,
    Optional<Instant> changed) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int USUAL_ROW = 1 << 16;
  private static final int LONGEST_ROW = 1 << 28;

  /** How a run looks now. */
  static RunSummary of(RunStore store, Run run, String heldOut) {
    Path own = store.folder(run);
    Optional<Path> draft = store.draft(run);
    try {
      if (Files.isDirectory(own)) {
        JsonNode outcome = MAPPER.readTree(own.resolve(RunStore.OUTCOME).toFile());
        StoredRun.State state = state(outcome.path("state").asText());
        if (state.isFinal() || draft.isEmpty()) {
          String reason = outcome.path("reason").asText("");
          return of(run, state, false, false, Optional.of(reason), own, heldOut);
        }
      }
      boolean running = draft.isPresent() && Claims.mayBeAlive(draft.get());
      return of(
          run,
          StoredRun.State.MISSING,
          running,
          draft.isPresent(),
          Optional.empty(),
          draft.orElse(own),
          heldOut);
    } catch (IOException | IllegalArgumentException e) {
      Optional<String> reason = Optional.of("what is stored cannot be read");
      return missing(run, reason);
    }
  }

  /** One of which nothing can be told. */
  static RunSummary missing(Run run, Optional<String> reason) {
    return new RunSummary(
        run,
        StoredRun.State.MISSING,
        false,
        false,
        reason,
        0,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Optional.empty());
  }

  /** Whether something is stored that says nothing. */
  boolean unreadable() {
    return state == StoredRun.State.MISSING && reason.isPresent();
  }

  private static StoredRun.State state(String word) {
    return StoredRun.State.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static RunSummary of(
      Run run,
      StoredRun.State state,
      boolean running,
      boolean begun,
      Optional<String> reason,
      Path folder,
      String heldOut)
      throws IOException {
    JsonNode row = last(folder.resolve(RunStore.CHECKPOINTS));
    JsonNode time = last(folder.resolve(RunStore.TIMING));
    boolean ended = state != StoredRun.State.MISSING;
    Path told = folder.resolve(ended ? RunStore.OUTCOME : RunStore.CHECKPOINTS);
    return new RunSummary(
        run,
        state,
        running,
        begun,
        reason.filter(text -> !text.isEmpty()),
        row.path("tokens").asLong(0),
        row.path("heldOut").path(heldOut).path("loss").asDouble(Double.NaN),
        time.path("seconds").asDouble(Double.NaN),
        time.path("tokensPerSecond").asDouble(Double.NaN),
        Files.exists(told)
            ? Optional.of(Files.getLastModifiedTime(told).toInstant())
            : Optional.empty());
  }

  /** The last whole row of a log; an empty one when there is none. */
  private static JsonNode last(Path log) throws IOException {
    if (!Files.exists(log)) {
      return MAPPER.createObjectNode();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      String text;
      int stop;
      long tail = USUAL_ROW;
      do {
        long from = Math.max(0, file.length() - tail);
        byte[] end = new byte[(int) (file.length() - from)];
        file.seek(from);
        file.readFully(end);
        text = new String(end, StandardCharsets.UTF_8);
        stop = text.lastIndexOf('\n');
        if (stop > 0 && (from == 0 || text.lastIndexOf('\n', stop - 1) >= 0)) {
          return MAPPER.readTree(text.substring(text.lastIndexOf('\n', stop - 1) + 1, stop));
        }
        tail *= 2; // a row with a loss for each position is long
      } while (tail < 2 * file.length() && tail <= LONGEST_ROW);
      return MAPPER.createObjectNode();
    }
  }
}
