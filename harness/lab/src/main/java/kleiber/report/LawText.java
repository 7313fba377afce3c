package kleiber.report;

import java.util.Optional;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.observe.Foretelling;
import kleiber.observe.Quantity;

/** The law, its parameters, and how it was fitted: HTML. */
final class LawText {
  private LawText() {}

  static String of(Scene scene) {
    Foretelling foretelling = scene.foretelling();
    Law law = scene.data().law(scene.choice().law());
    String name = law.getClass().getSimpleName();
    if (foretelling.fitted().isEmpty()) {
      return formula(name + " was to be fitted:", law);
    }
    FittedLaw fitted = foretelling.fitted().get();
    StringBuilder html = new StringBuilder();
    html.append(formula("%s (%s):".formatted(name, law.source()), law));
    if (fitted.outcome() != Outcome.FAILED) {
      html.append(Tables.parameters(foretelling, fitted).html());
    }
    html.append(
        paragraph(
            "Fitted to %d losses on “%s” by minimising the sum of %s: cost %s, %d of %d starts agreed, outcome %s. %s Mean absolute error of the rows fitted: %s."
                .formatted(
                    fitted.observations(),
                    scene.data().heldOut(),
                    fitted.objective().describe(),
                    Quantity.significant(fitted.cost(), 7),
                    fitted.agreed(),
                    fitted.starts(),
                    Words.of(fitted.outcome()),
                    fitted.sentence(),
                    Quantity.percent(foretelling.trainingError()))));
    html.append(
        paragraph(
            "N counts %s; C is %s. Runs of more than %s FLOPs are held out with all their checkpoints."
                .formatted(
                    Tables.meaning(scene.choice().params()),
                    meaning(scene.choice().flops()),
                    Quantity.count(scene.choice().flopsAbove()))));
    foretelling.bootstrapped().ifPresent(boot -> html.append(paragraph(intervals(boot))));
    return html.toString();
  }

  /** Why the intervals of a parameter are two; empty where one of them is not there. */
  static Optional<String> twoIntervals(Scene scene) {
    return scene.identifiability().isEmpty() || scene.foretelling().bootstrapped().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Of the two intervals of a parameter, that in the table is of laws fitted again to"
                + " resampled runs, with the noise that these show; the values said to fit are"
                + " those of the objective’s profile, all other parameters fitted again, with the"
                + " noise that the objective supposes.");
  }

  static String meaning(FitPlan.Flops flops) {
    return switch (flops) {
      case EXACT -> "counted exactly, attention and head included";
      case SIX_ND -> "6ND";
    };
  }

  private static String intervals(BootstrappedLaw boot) {
    return "Intervals: %d bootstrap resamples, in which %s. The interval of a parameter is that of the resamples; the interval of a predicted loss adds the scatter of single runs about the law (%s of the loss)."
        .formatted(
            boot.thetas().length,
            switch (boot.resampling()) {
              case RESIDUALS ->
                  "every run keeps its scale and is dealt the residuals of two"
                      + " random runs added up, with random signs, inflated for"
                      + " what the parameters took from them";
              case CLUSTERS -> "whole runs are drawn with replacement";
              case CELLS -> "runs are drawn with replacement from those of the same scales";
              case PARAMETRIC -> "losses are drawn about the law with normal noise of ln L";
              case ROWS -> "single rows are drawn with replacement";
            },
            Quantity.percent(boot.noise()));
  }

  private static String formula(String text, Law law) {
    return "<p>"
        + Markup.escape(text)
        + " <span class=\"formula\">"
        + Formula.html(law.formula())
        + "</span></p>\n";
  }

  private static String paragraph(String text) {
    return "<p>" + Markup.escape(text) + "</p>\n";
  }
}
