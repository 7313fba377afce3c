package kleiber.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import kleiber.fit.Identifiability;
import kleiber.fit.Influence;
import kleiber.fit.LawFitter;
import kleiber.observe.Answer;

/**
 * The parts of a page that depend on the analysis. The report writes the published ones; a browser
 * writes them again when its reader chooses otherwise.
 */
public final class Live {
  /** Figures by the id of their panel, in the order of the page. */
  private static final Map<String, BiFunction<Scene, Layout, Optional<Figure>>> FIGURES =
      new LinkedHashMap<>();

  static {
    FIGURES.put("loss-curves", LossCurves::of);
    FIGURES.put("isoflop", IsoFlopPlot::of);
    FIGURES.put("loss-compute", FrontierPlot::of);
    FIGURES.put("predicted-measured", ParityPlot::of);
    FIGURES.put("profiles", ProfilePlot::of);
    FIGURES.put("influence", InfluencePlot::of);
    FIGURES.put("hyperparameters", BowlPlot::of);
    FIGURES.put("seed-noise", SeedNoisePlot::of);
    FIGURES.put("schedules", SchedulePlot::of);
  }

  private Live() {}

  /**
   * The HTML of one part; empty when the analysis has nothing for it.
   *
   * @param id the part's, such as {@code loss-curves}
   * @param narrow for a screen that shows no more than one column
   * @throws IllegalArgumentException when there is no such part
   */
  public static String html(String id, Scene scene, boolean narrow) {
    return switch (id) {
      case "opening" ->
          Opening.of(scene, Answer.of(scene.foretelling(), scene.data().unit()), Optional.empty());
      case "foretold" ->
          scene
              .foretelling()
              .extrapolation()
              .map(its -> Tables.foretold(its, scene.data().unit()))
              .map(Table::html)
              .orElse("");
      case "law" -> LawText.of(scene);
      case "identifiability" -> identifiability(scene);
      case "influence-sentences" -> influence(scene);
      default -> figure(id, scene, narrow ? Layout.NARROW : Layout.WIDE);
    };
  }

  /** Every figure that the analysis has data for. */
  static List<Figure> figures(Scene scene, Layout layout) {
    return FIGURES.values().stream()
        .flatMap(drawing -> drawing.apply(scene, layout).stream())
        .toList();
  }

  private static String figure(String id, Scene scene, Layout layout) {
    if (!FIGURES.containsKey(id)) {
      throw new IllegalArgumentException("the page has no part '" + id + "'");
    }
    return FIGURES.get(id).apply(scene, layout).map(Figure::html).orElse("");
  }

  private static String identifiability(Scene scene) {
    StringBuilder html = new StringBuilder();
    scene
        .identifiability()
        .ifPresent(
            known -> {
              LawText.twoIntervals(scene)
                  .ifPresent(why -> html.append("<p>" + Markup.escape(why) + "</p>\n"));
              html.append("<ul class=\"notes\">\n");
              for (Identifiability.Verdict verdict : known.verdicts()) {
                html.append("<li>").append(Markup.escape(Formula.letters(verdict.sentence())));
                html.append(".</li>\n");
              }
              if (!known.tradeOff().isEmpty()) {
                html.append("<li>").append(Markup.escape(Formula.letters(known.tradeOff())));
                html.append(".</li>\n");
              }
              html.append("</ul>\n");
            });
    return html.toString();
  }

  /** What runs far off the law do to its parameters. */
  private static String influence(Scene scene) {
    if (scene.foretelling().clusters() < 2 || scene.identifiability().isEmpty()) {
      return "";
    }
    Influence influence =
        Influence.of(
            new LawFitter(scene.data().objective()),
            scene.foretelling().usable().orElseThrow(),
            scene.foretelling().fit(),
            scene.refits().orElseThrow().jackknife());
    StringBuilder html = new StringBuilder();
    for (String sentence : influence.sentences()) {
      html.append("<p>").append(Markup.escape(Formula.letters(sentence))).append("</p>\n");
    }
    return html.toString();
  }
}
