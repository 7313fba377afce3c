package kleiber.study;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import kleiber.estimate.Estimate;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Names;
import kleiber.experiment.RateCheck;
import kleiber.fit.Interval;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;

/**
 * The vertex of the losses over ln(rate), about the rate of the rule, where probes tried others. A
 * rule whose error is the same at every size leaves exponents alone; one whose error grows with
 * size bends them (Porian et al. 2024, arXiv:2406.19146), so a vertex that moves between the
 * smallest and the largest cell by more than its interval voids the result.
 */
public final class RateCheckStudy implements Study<RateCheck> {
  private static final String NUMBER = "[-+.0-9eE]+";

  @Override
  public Class<RateCheck> plan() {
    return RateCheck.class;
  }

  @Override
  public String title() {
    return "The rate of the rule";
  }

  @Override
  public void write(RateCheck plan, Analysis analysis, StudyDraft draft) {
    List<FinalLoss> runs = FinalLoss.of(analysis);
    RunNoise noise = RunNoise.of(analysis, runs);
    double confidence = analysis.experiment().fit().confidence();
    List<RateBowl> bowls = RateBowl.all(analysis, runs, noise, confidence, draft);
    if (bowls.isEmpty()) {
      throw new IllegalArgumentException(
          "no cell of the grid has two probes done at other learning rates beside it");
    }
    draft.table(RateCheckPictures.table(bowls, confidence)).figure(RateCheckPictures.figure(bowls));
    RateBowl small = bowls.getFirst();
    RateBowl large = bowls.getLast();
    number(draft, "smallest cell", small, analysis.unit());
    number(draft, "largest cell", large, analysis.unit());
    if (bowls.size() == 1) {
      draft.sentence(
          "%s. One cell cannot tell whether the best rate moves with size."
              .formatted(small.vertex()));
    } else {
      verdict(small, large, draft);
      others(small.at(), large.at())
          .ifPresent(
              settings ->
                  draft.note(
                      "The smallest and the largest cell differ in %s beside their size: whether the best rate moves with size alone they do not tell."
                          .formatted(settings)));
    }
    bowls.stream().map(RateBowl::source).distinct().forEach(draft::sentence);
  }

  private static void verdict(RateBowl small, RateBowl large, StudyDraft draft) {
    String where =
        "%s at %s; %s at %s".formatted(small.vertex(), small.name(), large.vertex(), large.name());
    if (!small.minimum().isKnown() || !large.minimum().isKnown()) {
      boolean edge =
          !small.minimum().isKnown() && small.fallsToTheEdge()
              || !large.minimum().isKnown() && large.fallsToTheEdge();
      String verdict =
          edge
              ? "the lowest loss is at an edge of the rates tried, so the check does not pass"
              : "the noise hides the vertex, which decides nothing";
      draft.sentence("The rule’s rate is not checked: %s (%s).".formatted(verdict, where));
      if (edge) {
        draft.objection(
            "The rule’s learning rate is not shown to be near the best: where probes tried others, the lowest loss is at the edge of the rates tried (%s)."
                .formatted(where));
      }
      return;
    }
    Estimate moved = large.minimum().minus(small.minimum());
    boolean isVoid = !moved.interval().holds(0);
    draft.number("movement of the best rate over the rule's", moved.exp(), "factor");
    String movement =
        "from the smallest to the largest cell the best learning rate moves against the rule’s by a factor of %s"
            .formatted(Intervals.text(moved.exp()));
    Optional<String> side = isVoid ? Optional.empty() : side(small, large);
    side.ifPresent(draft::sentence);
    draft.sentence(
        isVoid
            ? "The rule does not hold: %s, more than its interval.".formatted(movement)
            : "No movement beyond the noise: %s, no more than its interval.".formatted(movement));
    if (side.isEmpty()) {
      draft.sentence(where + ".");
    }
    if (isVoid) {
      draft.objection(
          "The learning rates void the result: %s, more than its interval.".formatted(movement));
    }
  }

  /** That the rule errs to one side at both ends, and what that costs; empty where it may not. */
  private static Optional<String> side(RateBowl small, RateBowl large) {
    Interval one = small.minimum().exp().interval();
    Interval other = large.minimum().exp().interval();
    boolean low = one.low() > 1 && other.low() > 1;
    boolean high = one.high() < 1 && other.high() < 1;
    return low || high
        ? Optional.of(
            "The rule’s rate is too %s in the smallest cell and in the largest: %s, which costs %s of the loss, at %s; %s, which costs %s, at %s."
                .formatted(
                    low ? "low" : "high",
                    small.vertex(),
                    Quantity.percent(small.excess()),
                    small.name(),
                    large.vertex(),
                    Quantity.percent(large.excess()),
                    large.name()))
        : Optional.empty();
  }

  /**
   * What two cells differ in that is no matter of size: the further axes of their models, words,
   * and how they are optimized. Other numbers may follow from N and D by a rule.
   */
  private static Optional<String> others(FinalLoss small, FinalLoss large) {
    Map<String, String> ofSmall = FlatSettings.of(small.run());
    Map<String, String> ofLarge = FlatSettings.of(large.run());
    Set<String> paths = new TreeSet<>(ofSmall.keySet());
    paths.addAll(ofLarge.keySet());
    paths.removeAll(RateCheck.VARIES);
    paths.removeIf(path -> Objects.equals(ofSmall.get(path), ofLarge.get(path)));
    paths.removeIf(
        path ->
            !path.startsWith("optimizer.")
                && !small.axes().containsKey(path.substring(path.lastIndexOf('.') + 1))
                && Stream.of(ofSmall, ofLarge)
                    .map(its -> its.getOrDefault(path, "0"))
                    .allMatch(value -> value.matches(NUMBER)));
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Names.and(
                paths.stream()
                    .map(
                        path ->
                            "%s (%s | %s)"
                                .formatted(
                                    path,
                                    ofSmall.getOrDefault(path, "–"),
                                    ofLarge.getOrDefault(path, "–")))
                    .toList()));
  }

  private static void number(StudyDraft draft, String name, RateBowl bowl, String unit) {
    if (bowl.minimum().isKnown()) {
      draft.number("best rate over the rule's, " + name, bowl.minimum().exp(), "factor");
      draft.number("excess of the rule's rate, " + name, bowl.minimum().excess(0), unit);
    }
  }
}
