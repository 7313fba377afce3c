package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.EVALUATED;
import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.estimate.TrajectoryFitter;
import kleiber.fit.Huber;
import kleiber.fit.LawFitter;
import kleiber.laws.LearningRates;
import kleiber.laws.MultiPower;
import kleiber.laws.Observation;
import kleiber.laws.Trajectory;
import kleiber.observe.ForeignTable;

/**
 * Whole loss curves under nine learning-rate schedules: the multi-power law is fitted to three and
 * foretells the other six. Seven constants are not identified by three curves: a lower objective
 * may foretell a little worse, so the held-out error of our own fit is shown, not judged.
 */
public record LossCurvePrediction() implements Study {
  private static final List<String> FITTED = List.of("cosine_24000", "constant_24000", "wsdcon_9");
  private static final List<String> PREDICTED =
      List.of(
          "constant_72000",
          "cosine_72000",
          "wsd_20000_24000",
          "wsdcon_18",
          "wsdcon_3",
          "wsdld_20000_24000");

  /** Steps of linear warm-up, before the first row of every file. */
  private static final int WARMUP = 2160;

  private static final double PEAK = 3e-4;
  private static final MultiPower LAW = new MultiPower();

  @Override
  public String source() {
    return "Luo et al. 2025, arXiv:2503.12811";
  }

  @Override
  public Data data() {
    return new Data(
        "multi_power_law",
        Stream.of("csv_25/", "csv_100/")
            .flatMap(
                size ->
                    Stream.concat(FITTED.stream(), PREDICTED.stream())
                        .map(curve -> size + curve + ".csv"))
            .toList(),
        "https://github.com/thu-yao-01-luo/MultiPowerLaw, loss_curve_repo (MIT)");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        size(
            folder.resolve("csv_25"),
            "25M",
            new double[] {3.040, 0.525, 0.508, 363.788, 2.066, 0.583, 0.641},
            0.00110));
    findings.addAll(
        size(
            folder.resolve("csv_100"),
            "100M",
            new double[] {2.651, 0.601, 0.453, 437.946, 2.132, 0.598, 0.655},
            0.00142));
    return findings;
  }

  private static List<Finding> size(Path folder, String size, double[] printed, double published)
      throws IOException {
    List<Observation> fitted = new ArrayList<>();
    for (String name : FITTED) {
      fitted.addAll(curve(folder, name));
    }
    Huber huber = new Huber(1e-3);
    TrajectoryFitter.Fitted own = new TrajectoryFitter(new LawFitter(huber)).fit(LAW, fitted);
    double atPrinted =
        fitted.stream()
            .mapToDouble(row -> huber.cost(Math.log(loss(row, printed) / row.loss())))
            .sum();
    double error = error(folder, printed);
    double ownError = error(folder, own.fit().theta());
    return List.of(
        Finding.within(
            "mean relative error on six curves, printed constants, " + size,
            EVALUATED,
            published,
            error,
            1.5e-4,
            "constants are printed to three digits"),
        Finding.atMost(
            "objective on three curves against that of the printed constants, " + size,
            REFIT,
            atPrinted,
            own.fit().cost(),
            "own fit's mean relative error on the six: %.5f".formatted(ownError)));
  }

  private static double loss(Observation row, double[] theta) {
    return LAW.loss(row.schedule().history().orElseThrow(), theta);
  }

  /** Mean over the predicted curves of their mean relative errors. */
  private static double error(Path folder, double[] theta) throws IOException {
    double sum = 0;
    for (String name : PREDICTED) {
      sum += Points.meanRelativeError(curve(folder, name), row -> loss(row, theta));
    }
    return sum / PREDICTED.size();
  }

  private static List<Observation> curve(Path folder, String name) throws IOException {
    ForeignTable table = ForeignTable.read(folder.resolve(name + ".csv"));
    double[] step = table.numbers("step");
    double[] rate = table.numbers("lr");
    double[] loss = table.numbers("loss");
    LearningRates run = withWarmup(step, rate);
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      Trajectory schedule =
          new Trajectory(
              name, PEAK, Double.NaN, Double.NaN, rate[i] / PEAK, Optional.of(run.until(step[i])));
      rows.add(Points.at(Points.elsewhere("step", step[i]), schedule, (long) step[i], loss[i]));
    }
    return rows;
  }

  /** The logged learning rates after a warm-up that no file logs. */
  private static LearningRates withWarmup(double[] step, double[] rate) {
    int before = step[0] > WARMUP ? 1 : 0;
    double[] steps = new double[step.length + before];
    double[] rates = new double[step.length + before];
    steps[0] = WARMUP;
    rates[0] = PEAK;
    System.arraycopy(step, 0, steps, before, step.length);
    System.arraycopy(rate, 0, rates, before, rate.length);
    return LearningRates.through(steps, rates);
  }
}
