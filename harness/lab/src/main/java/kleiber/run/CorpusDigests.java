package kleiber.run;

import java.util.HashMap;
import java.util.Map;
import kleiber.data.Corpus;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.train.Facts;
import kleiber.train.HeldOut;

/** Sees to it that all runs of an experiment were trained and scored on the same text. */
final class CorpusDigests {
  private record Seen(String digest, Run by) {}

  private final Map<Corpus, Seen> seen = new HashMap<>();

  /**
   * Takes note of what a run's corpora were.
   *
   * @throws UserException when another run had other text under the same settings
   */
  synchronized void note(Run run, Facts facts) {
    note(run, run.spec().corpus(), facts.corpusDigest());
    facts
        .heldOut()
        .forEach(
            (name, set) -> {
              HeldOut asked = run.spec().heldOut().get(name);
              if (asked != null) {
                note(run, asked.corpus().orElse(run.spec().corpus()), set.digest());
              }
            });
  }

  private void note(Run run, Corpus corpus, String digest) {
    Seen before = seen.putIfAbsent(corpus, new Seen(digest, run));
    if (before != null && !before.digest().equals(digest)) {
      throw new UserException(
          ("the text of %s %s has changed: run %s saw %s, but now it is %s, and losses on different"
                  + " text cannot be compared; bring the text back, or give another folder with"
                  + " --out to train all runs again")
              .formatted(
                  corpus.getClass().getSimpleName(),
                  Json.canonical((Record) corpus),
                  before.by().id(),
                  brief(before.digest()),
                  brief(digest)));
    }
  }

  private static String brief(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) + "…" : digest;
  }
}
