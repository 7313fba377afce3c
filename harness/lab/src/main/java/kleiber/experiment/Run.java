package kleiber.experiment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import kleiber.models.ParameterCount;
import kleiber.train.TrainingSpec;

/**
 * One cell of the grid, or one probe beside it.
 *
 * @param id the first 16 hex digits of the SHA-256 of the canonical spec; names the run's folder
 * @param probe whether the law of the experiment is kept from it, neither fitted to it nor checked
 *     by it; no part of the id
 */
public record Run(String id, TrainingSpec spec, boolean probe) {
  private static final int ID_DIGITS = 16;

  /** The run of a spec, named by its canonical form. */
  public static Run of(TrainingSpec spec) {
    return new Run(hash(spec), spec, false);
  }

  /** The same run as a probe. */
  public Run asProbe() {
    return new Run(id, spec, true);
  }

  /**
   * The run of a canonical spec.
   *
   * @param source what errors call it
   * @throws UserException when it is not one
   */
  public static Run parse(String json, String source) {
    return of(Binder.settings().bind(Yaml.parse(json, source), TrainingSpec.class));
  }

  /** Equal ids are equal specs; a spec is large, and runs are keys of many maps. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Run run && run.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** The spec in canonical form, of which the id is the hash. */
  public String canonical() {
    return Json.canonical(spec);
  }

  /** Parameters of the model with a vocabulary of V. */
  public ParameterCount parameters(int vocabulary) {
    return spec.model().count(vocabulary, spec.context());
  }

  /** FLOPs of the whole training with a vocabulary of V, exact for the family. */
  public double flops(int vocabulary) {
    return spec.model().trainingFlopsPerToken(vocabulary, spec.context()) * trainedTokens();
  }

  /** D: the tokens of the spec rounded up to whole steps. */
  public long trainedTokens() {
    return spec.steps() * spec.tokensPerStep();
  }

  /**
   * What this run shares its noise with: the trunk that it is a branch of, named by the hash of
   * what decides the trunk, or the run alone. Runs that are one training but for rounding are
   * repetitions of one number, and share it too.
   */
  public String cluster() {
    TrainingSpec exact = spec.upToRounding();
    return exact.trunk().map(Run::hash).orElseGet(() -> exact == spec ? id : Run.of(exact).id());
  }

  private static String hash(Record settings) {
    byte[] canonical = Json.canonical(settings).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
      return HexFormat.of().formatHex(hash).substring(0, ID_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
