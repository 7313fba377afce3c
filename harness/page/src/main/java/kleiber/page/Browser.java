package kleiber.page;

import java.util.Optional;
import java.util.Set;
import kleiber.experiment.FitPlan;
import kleiber.fit.Resampler;
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
  private static Optional<Resampler> resampler = Optional.empty();

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
    resampler = scene.resampler(data.draws());
    return scene.foretelling().usable().map(fitted -> fitted.theta()).orElse(new double[0]);
  }

  /** What the law says of each row held out, in the order of the runs. */
  @JSExport
  public static double[] foretold() {
    return scene.foretelling().heldOutResiduals().stream()
        .mapToDouble(Residual::predicted)
        .toArray();
  }

  /**
   * Draws further resamples of the last fit: few at a time, so that the page answers in between.
   *
   * @return how many there are; 0 when the runs carry no intervals
   */
  @JSExport
  public static int resample(int draws) {
    return resampler.map(its -> its.more(draws)).orElse(0);
  }

  /** Adds intervals from the resamples so far. */
  @JSExport
  public static void intervals() {
    scene = scene.with(resampler);
  }

  /** A part of the page as HTML; empty when there is nothing for it. */
  @JSExport
  public static String part(String id, boolean narrow) {
    return Live.html(id, scene, narrow);
  }
}
