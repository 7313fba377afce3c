package kleiber.observe;

import java.util.Map;
import java.util.Optional;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;
import kleiber.train.Facts;

/** Made runs of which one fact is another. */
public final class MadeFacts {
  private MadeFacts() {}

  /** The run as if its model had these parameters. */
  public static StoredRun withParameters(StoredRun run, ParameterCount parameters) {
    Facts facts = run.facts().orElseThrow();
    return with(run, parameters, facts.heldOut());
  }

  /** The run as if its held-out text had been this. */
  public static StoredRun withText(StoredRun run, Facts.HeldOutFacts text) {
    return with(run, run.facts().orElseThrow().parameters(), Map.of("text", text));
  }

  private static StoredRun with(
      StoredRun run, ParameterCount parameters, Map<String, Facts.HeldOutFacts> heldOut) {
    Facts facts = run.facts().orElseThrow();
    return new StoredRun(
        run.run(),
        run.state(),
        run.reason(),
        Optional.of(
            new Facts(
                facts.corpusDigest(),
                facts.vocabulary(),
                facts.uniqueTokens(),
                parameters,
                facts.trainingFlopsPerToken(),
                heldOut)),
        run.checkpoints(),
        run.seconds());
  }
}
