package kleiber.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.design.UsualConstants;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.laws.Law;
import kleiber.laws.Scale;
import kleiber.observe.FitFile;
import kleiber.observe.Quantity;
import kleiber.observe.SavedFit;

/**
 * A law that is supposed to hold where nothing was measured yet.
 *
 * @param theta its constants
 * @param noise standard deviation of ln L from run to run
 * @param source where both are from, in words
 */
public record Prior(Law law, double[] theta, double noise, String source) {
  /** Of ln L; larger models scatter less. */
  private static final double USUAL_NOISE = 0.005;

  public Prior {
    if (!(noise > 0 && noise < 0.5)) {
      throw new IllegalArgumentException(
          "noise is "
              + noise
              + " but must be a standard deviation of ln L from run to run, such as 0.005");
    }
  }

  /**
   * The law of a fit that was asked for; else that of the folder's own fit, if there is one; else
   * the usual constants, moved to the sizes at hand.
   *
   * @param scales of its runs
   * @param folder of the experiment's results
   * @param from a fit
   * @param other another law than the experiment's, with its usual constants
   * @param noise that was given
   */
  public static Prior of(
      Experiment experiment,
      PlannedScales scales,
      Path folder,
      Optional<Path> from,
      Optional<Law> other,
      OptionalDouble noise)
      throws IOException {
    Law law = other.orElse(experiment.fit().law());
    try {
      if (from.isPresent()) {
        return fitted(from.get(), noise);
      }
      Path own = FitFile.path(folder, law);
      if (other.isEmpty() && Files.isRegularFile(own)) {
        return fitted(own, noise);
      }
      return usual(law, noise, scales.of(experiment.grid()));
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  /** The experiment's law with its usual constants. */
  public static Prior usual(Experiment experiment, PlannedScales scales, OptionalDouble noise)
      throws IOException {
    try {
      return usual(experiment.fit().law(), noise, scales.of(experiment.grid()));
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  static Prior usual(Law law, OptionalDouble noise, List<Scale> scales) {
    double supposed = noise.orElse(USUAL_NOISE);
    return new Prior(
        law,
        UsualConstants.of(law, scales),
        supposed,
        "with usual constants and %s%% noise".formatted(percent(supposed)));
  }

  private static Prior fitted(Path file, OptionalDouble noise) throws IOException {
    SavedFit fit = SavedFit.read(file);
    double measured =
        fit.bootstrapped().map(boot -> boot.noise()).filter(its -> its > 0).orElse(USUAL_NOISE);
    double supposed = noise.orElse(measured);
    return new Prior(
        fit.fitted().law(),
        fit.fitted().theta(),
        supposed,
        "as fitted in %s, with %s%% noise".formatted(file, percent(supposed)));
  }

  private static String percent(double share) {
    return Quantity.percent(share).replace("%", "");
  }

  /** The law in words, such as {@code Chinchilla’s law with usual constants and 0.5 % noise}. */
  public String words() {
    return law.getClass().getSimpleName() + "’s law " + source;
  }
}
