package kleiber.page;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.experiment.FitPlan;
import kleiber.fit.Bootstrap;
import kleiber.fit.Objective;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.models.ParameterCount;
import kleiber.report.Choice;
import kleiber.report.PageData;
import kleiber.report.PageRun;
import kleiber.report.PublishedFit;
import kleiber.report.ScheduleShape;
import kleiber.run.StoredRun;

/** A page's JSON block as the report's own records. */
final class PageReader {
  private PageReader() {}

  static PageData read(PageObject page) {
    return new PageData(
        page.getHeldOut(),
        page.getUnit(),
        page.getConfidence(),
        page.getDraws(),
        (Objective) Known.make(page.getObjective()),
        Arrays.stream(page.getLaws()).map(law -> (Law) Known.make(law)).toList(),
        choice(page.getPublished()),
        Arrays.stream(page.getRuns()).map(PageReader::run).toList(),
        Arrays.stream(page.getSchedules())
            .map(its -> new ScheduleShape(its.getName(), its.getRuns(), its.getRates()))
            .toList(),
        Optional.ofNullable(page.getFit()).map(PageReader::fit));
  }

  private static Choice choice(PageObject.ChoiceObject choice) {
    return new Choice(
        choice.getLaw(),
        ParameterCount.Convention.valueOf(choice.getParams()),
        FitPlan.Flops.valueOf(choice.getFlops()),
        choice.getFlopsAbove(),
        Set.of());
  }

  private static PageRun run(PageObject.RunObject run) {
    boolean[] used = new boolean[run.getUsed().length()];
    double[] errors = new double[used.length];
    double[] ofUsed = run.getErrors();
    for (int row = 0, next = 0; row < used.length; row++) {
      used[row] = run.getUsed().charAt(row) == 'u';
      errors[row] = used[row] ? ofUsed[next++] : Double.NaN;
    }
    return new PageRun(
        run.getId(),
        run.getCluster(),
        StoredRun.State.valueOf(run.getState()),
        run.getCell(),
        run.getLearningRate(),
        run.getBatch(),
        run.getParams(),
        run.getFlopsPerToken(),
        run.getUniqueTokens(),
        axes(run),
        Arrays.stream(run.getSteps()).map(step -> step * run.getBatch()).toArray(),
        run.getLosses(),
        errors,
        used);
  }

  private static Map<String, Double> axes(PageObject.RunObject run) {
    Map<String, Double> axes = new HashMap<>();
    String[] names = run.getAxes();
    for (int i = 0; i < names.length; i++) {
      axes.put(names[i], run.getPlaces()[i]);
    }
    return axes;
  }

  private static PublishedFit fit(PageObject.FitObject fit) {
    String resampling = fit.getResampling();
    return new PublishedFit(
        fit.getTheta(),
        fit.getCost(),
        fit.getObservations(),
        fit.getStarts(),
        fit.getAgreed(),
        Outcome.valueOf(fit.getOutcome()),
        fit.getSentence(),
        fit.getThetas(),
        fit.getNoise(),
        fit.getDegreesOfFreedom(),
        resampling == null ? null : Bootstrap.Resampling.valueOf(resampling));
  }
}
