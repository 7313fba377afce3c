package kleiber.page;

import java.util.Set;
import kleiber.experiment.FitPlan;
import kleiber.models.ParameterCount;
import kleiber.observe.Residual;
import kleiber.report.Choice;
import kleiber.report.Live;
import kleiber.report.PageData;
import kleiber.report.Scene;
import org.teavm.jso.JSExport;

/** What the script of a page calls: the analysis that it shows, and how to make another. */
public final class Browser {
  private static PageData data;
  private static Scene scene;

  private Browser() {}

  /** Reads the page's JSON block; shows the published analysis. */
  @JSExport
  public static void load(PageObject page) {
    data = PageReader.read(page);
    scene = Scene.published(data);
  }

  /** Goes back to the published analysis. */
  @JSExport
  public static void publish() {
    scene = Scene.published(data);
  }

  /**
   * Fits again, without intervals yet.
   *
   * @return the law's parameters; empty when there was nothing to fit
   */
  @JSExport
  public static double[] refit(
      String law, String params, String flops, double flopsAbove, String[] dropped) {
    scene =
        Scene.refitted(
            data,
            new Choice(
                law,
                ParameterCount.Convention.valueOf(params),
                FitPlan.Flops.valueOf(flops),
                flopsAbove,
                Set.of(dropped)));
    return scene.foretelling().usable().map(fitted -> fitted.theta()).orElse(new double[0]);
  }

  /** What the law says of each row held out, in the order of the runs. */
  @JSExport
  public static double[] foretold() {
    return scene.foretelling().heldOutResiduals().stream()
        .mapToDouble(Residual::predicted)
        .toArray();
  }

  /** Adds intervals from so many resamples. */
  @JSExport
  public static void resample(int draws) {
    scene = scene.withIntervals(draws);
  }

  /** A part of the page as HTML; empty when there is nothing for it. */
  @JSExport
  public static String part(String id, boolean narrow) {
    return Live.html(id, scene, narrow);
  }
}
