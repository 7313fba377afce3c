package kleiber.observe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kleiber.estimate.InferenceAware;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Axis;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * A fit that was written to a file, ready to foretell: that of an experiment, {@code
 * fits/<law>.json}, or of a table, {@code fit --json}.
 *
 * @param bootstrapped when it has resamples
 * @param rows that it was fitted to
 * @param confidence of intervals
 * @param params how N is counted, where that is known
 * @param heldOut name of the held-out set, where that is known
 * @param scope which runs it speaks of
 */
public record SavedFit(
    FittedLaw fitted,
    Optional<BootstrappedLaw> bootstrapped,
    List<Observation> rows,
    double confidence,
    Optional<String> params,
    Optional<String> heldOut,
    FitScope scope) {
  public SavedFit {
    rows = List.copyOf(rows);
    require(fitted.outcome() != Outcome.FAILED, "the fit failed: " + fitted.sentence());
    require(rows.size() > 0, "it holds no rows that were fitted");
    require(confidence > 0 && confidence < 1, "its confidence is " + confidence);
    require(
        Arrays.stream(fitted.theta()).allMatch(Double::isFinite),
        "a parameter of the law has no value");
    bootstrapped.ifPresent(
        boot -> {
          require(
              boot.noise() >= 0 && boot.degreesOfFreedom() > 0,
              "the noise of its resamples is not known");
          for (double[] theta : boot.thetas()) {
            require(
                theta.length == fitted.theta().length
                    && Arrays.stream(theta).allMatch(Double::isFinite),
                "a resample has no value for a parameter of the law");
          }
        });
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Reads a fit.
   *
   * @throws UserException when the file is not a fit; the message names the file
   * @throws IOException when the file cannot be read
   */
  public static SavedFit read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "there is no file %s; expected a fit, such as results/quickstart/fits/Chinchilla.json or what `fit --json` wrote"
              .formatted(file));
    }
    try {
      JsonNode tree = JsonRecords.MAPPER.readTree(Files.readString(file));
      if (!tree.isObject()) {
        throw notAFit(file, "it holds no JSON object", null);
      }
      return tree.has("experiment")
          ? JsonRecords.MAPPER.treeToValue(tree, FitFile.class).saved()
          : JsonRecords.MAPPER.treeToValue(tree, TableFitFile.class).saved();
    } catch (JacksonException e) {
      throw notAFit(file, JsonRecords.sentence(e), e);
    } catch (CharacterCodingException e) {
      throw notAFit(file, "it is not UTF-8 text", e);
    } catch (IllegalArgumentException e) {
      throw notAFit(file, e.getMessage(), e);
    }
  }

  /**
   * The fit of an experiment's results.
   *
   * @throws UserException when nothing could be fitted
   */
  static SavedFit of(Analysis analysis) {
    return FitFile.of(analysis)
        .filter(file -> file.outcome() != Outcome.FAILED)
        .map(FitFile::saved)
        .orElseThrow(
            () ->
                new UserException(
                    "%s has no fit. %s"
                        .formatted(analysis.experiment().name(), String.join(" ", analysis.gaps()))
                        .strip()));
  }

  private static UserException notAFit(Path file, String why, Exception cause) {
    return new UserException(
        "%s is not a fit, such as results/quickstart/fits/Chinchilla.json: %s".formatted(file, why),
        cause);
  }

  /** Values in the order of a law's parameters. */
  static double[] theta(Law law, Map<String, Double> byName) {
    for (Parameter parameter : law.parameters()) {
      if (byName.get(parameter.name()) == null) {
        throw new UserException(
            "the fit has no value for %s; theta holds %s"
                .formatted(parameter.name(), byName.keySet()));
      }
    }
    return law.parameters().stream().mapToDouble(its -> byName.get(its.name())).toArray();
  }

  static double[][] thetas(List<List<Double>> draws) {
    return draws.stream()
        .map(
            draw ->
                draw.stream().mapToDouble(value -> value == null ? Double.NaN : value).toArray())
        .toArray(double[][]::new);
  }

  /**
   * Predicts a run of N parameters on D tokens, both under the conventions of the fit, no token
   * seen twice. C is read off the fitted runs.
   *
   * @throws IllegalArgumentException when a number is not positive
   */
  public Prediction predict(double params, double tokens) {
    return predict(scale(params, tokens, Map.of()));
  }

  /**
   * The scale of N parameters and D tokens as the fitted runs count compute.
   *
   * @param extra further axes; no token is seen twice unless they say so
   */
  public Scale scale(double params, double tokens, Map<String, Double> extra) {
    requireAxes(extra);
    requirePositive("params", params);
    requirePositive("tokens", tokens);
    Map<String, Double> axes = new LinkedHashMap<>();
    axes.put(Scale.UNIQUE_TOKENS, tokens);
    axes.putAll(extra);
    return new Scale(params, tokens, tokens * FlopsPerToken.of(rows).at(params), axes);
  }

  /** Predicts a run at any scale, under the conventions of the fit. */
  public Prediction predict(Scale at) {
    List<String> notes = new ArrayList<>();
    double most = rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    double least = rows.stream().mapToDouble(row -> row.at().flops()).min().orElseThrow();
    if (at.flops() > most) {
      notes.add(
          "That is %s times the compute of any run that was fitted (%s FLOPs)."
              .formatted(Quantity.significant(at.flops() / most, 2), Quantity.count(most)));
    } else if (at.flops() < least) {
      notes.add(
          "That is less compute than any run that was fitted had (%s FLOPs)."
              .formatted(Quantity.count(least)));
    }
    if (fitted.outcome() != Outcome.CONVERGED) {
      notes.add(fitted.sentence());
    }
    return new Prediction(
        at, fitted.loss(at), bootstrapped.map(boot -> boot.prediction(at, confidence)), notes);
  }

  /** Whether the law reads C and neither N nor D: then any division of C has the same loss. */
  public boolean readsComputeAlone() {
    Law law = fitted.law();
    return LossTable.reads(law, Columns.C)
        && !LossTable.reads(law, Columns.N)
        && !LossTable.reads(law, Columns.D);
  }

  /**
   * Predicts a run of C FLOPs by a law that reads compute alone; N and D of the prediction are NaN.
   *
   * @param extra further axes
   * @throws UserException when an axis is missing or is not read
   */
  public Prediction predict(double flops, Map<String, Double> extra) {
    requireAxes(extra);
    requirePositive("flops", flops);
    return predict(new Scale(Double.NaN, Double.NaN, flops, extra));
  }

  /**
   * The division of C FLOPs into N and D that the law says is best.
   *
   * @throws UserException when the law does not read both, or falls to an end of the range
   */
  public Optimum optimum(double flops, Map<String, Double> extra) {
    requirePositive("flops", flops);
    requireAxes(extra);
    Law law = fitted.law();
    requireDivision("so there is no best division of compute");
    var path = new ComputeDivision(flops, FlopsPerToken.of(rows), extra);
    double params = path.bestParams(law, fitted.theta());
    Optional<Interval> ofParams =
        bootstrapped.map(boot -> boot.positive(theta -> path.bestParams(law, theta), confidence));
    Optional<Interval> ofTokens =
        bootstrapped.map(
            boot ->
                boot.positive(theta -> path.at(path.bestParams(law, theta)).tokens(), confidence));
    return new Optimum(predict(path.at(params)), ofParams, ofTokens, path.isInside(params));
  }

  /**
   * The best model when the tokens count too that it will serve.
   *
   * @param served tokens
   * @param loss to be reached at the least cost; empty for the lowest that {@code flops} pay for
   * @param flops for training and serving together, when no loss is given
   * @throws UserException when there is no such model by the fit, or the law does not read N and D
   */
  public Serving serving(
      double served, OptionalDouble loss, double flops, Map<String, Double> extra) {
    requireAxes(extra);
    requireDivision("so a small model trained for longer cannot be set against a large one");
    FlopsPerToken perToken = FlopsPerToken.of(rows);
    InferenceAware.Scales scales =
        (params, tokens) ->
            new ComputeDivision(tokens * perToken.at(params), perToken, extra).at(params);
    if (loss.isPresent()) {
      requireReachable(loss.getAsDouble(), new InferenceAware(fitted.law(), scales, served));
    }
    Serving.Plans plans =
        tokens -> {
          InferenceAware question = new InferenceAware(fitted.law(), scales, tokens);
          return theta ->
              loss.isPresent()
                  ? question.forLoss(theta, loss.getAsDouble())
                  : question.forFlops(theta, flops);
        };
    return Serving.of(this, served, plans);
  }

  private void requireReachable(double loss, InferenceAware question) {
    double floor = question.floor(fitted.theta());
    if (loss <= floor) {
      throw new UserException(
          "no model reaches %s nats per token by this fit: its floor, N and D without end, is %s"
              .formatted(Quantity.significant(loss, 4), Quantity.significant(floor, 4)));
    }
    double highest = rows.stream().mapToDouble(Observation::loss).max().orElse(loss);
    if (loss > highest) {
      throw new UserException(
          "%s nats per token is more than any run that was fitted had: the smallest of them reach it; expected a loss between %s and %s"
              .formatted(
                  Quantity.significant(loss, 4),
                  Quantity.significant(floor, 4),
                  Quantity.significant(highest, 4)));
    }
  }

  private void requireDivision(String otherwise) {
    Law law = fitted.law();
    if (!LossTable.reads(law, Columns.N) || !LossTable.reads(law, Columns.D)) {
      throw new UserException(
          "%s does not read both N and D, %s; give --params N and --tokens D for the loss of one run"
              .formatted(law.formula(), otherwise));
    }
  }

  /** Refuses axes that the law does not read. */
  private void requireAxes(Map<String, Double> extra) {
    Set<String> read = new TreeSet<>(Set.of(Scale.UNIQUE_TOKENS));
    if (fitted.law() instanceof Typical known) {
      known.axes().stream().map(Axis::name).forEach(read::add);
    }
    read.removeAll(LossTable.OWN_AXES);
    for (String axis : extra.keySet()) {
      if (!read.contains(axis)) {
        throw new UserException(
            "%s reads no axis '%s'; %s"
                .formatted(fitted.law().formula(), axis, Names.known(axis, read)));
      }
    }
    if (fitted.law() instanceof Typical known) {
      Set<String> missing = known.furtherAxes();
      missing.removeAll(extra.keySet());
      if (!missing.isEmpty()) {
        throw new UserException(
            "the law, %s, also reads %s: give %s"
                .formatted(
                    known.formula(),
                    String.join(" and ", missing),
                    missing.stream()
                        .map(axis -> "--axis " + axis + "=VALUE")
                        .collect(Collectors.joining(" "))));
      }
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + " but must be positive");
    }
  }

  /**
   * How to spend compute.
   *
   * @param prediction at the best N and D
   * @param params where the best N lies
   * @param tokens where the best D lies
   * @param inside whether it is a minimum, and no end of the range that was looked over
   */
  public record Optimum(
      Prediction prediction,
      Optional<Interval> params,
      Optional<Interval> tokens,
      boolean inside) {}
}
