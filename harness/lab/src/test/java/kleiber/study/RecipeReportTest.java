package kleiber.study;

import static kleiber.study.MadeRecipes.ADAMW;
import static kleiber.study.MadeRecipes.COSINE;
import static kleiber.study.MadeRecipes.MUON;
import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.interval;
import static kleiber.study.MadeRecipes.losses;
import static kleiber.study.MadeRecipes.says;
import static kleiber.study.MadeRecipes.study;
import static kleiber.study.MadeRecipes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.models.Gpt;
import kleiber.observe.Analysis;
import org.junit.jupiter.api.Test;

/** What a reader asks who doubts a comparison of recipes. */
final class RecipeReportTest {
  private static final String LARGEST = "muon over adamw at the largest common size, measured";

  /** Two seeds of every size that is fitted, and one of the largest. */
  private static Experiment oneSeedOfTheLargest() {
    String text = text("16, 24, 32, 48", "1, 2", COSINE);
    int largest = text.lastIndexOf("seed: [1, 2]");
    return Experiments.parse(
        text.substring(0, largest) + text.substring(largest).replace("[1, 2]", "[1]"));
  }

  @Test
  void seedsArePooledOverTheSizes() {
    Experiment experiment = oneSeedOfTheLargest();
    StudyResult study = study(experiment, losses(_ -> Math.log(0.97), SEED));
    assertTrue(interval(study, LARGEST).holds(-0.03), study.numbers()::toString);
    double width = interval(study, LARGEST).high() - interval(study, LARGEST).low();
    assertTrue(width > 0 && width < 0.01, "noise is 0.2 %, and the interval " + width);
    assertTrue(says(study, " in 1 seed, each at the best of 3 rates, more than"), study::toString);
    assertTrue(
        study.notes().stream()
            .anyMatch(note -> note.contains("12 common sizes of several seeds, 12 degrees of")),
        study.notes()::toString);
    StudyTable measured = table(study, "as measured");
    Set<Long> widths =
        column(measured, "90 % interval").subList(0, 12).stream()
            .map(RecipeReportTest::width)
            .map(its -> Math.round(10 * its))
            .collect(Collectors.toSet());
    assertTrue(widths.size() <= 2, "alike but for rounding: " + widths);
  }

  private static double width(String ends) {
    String[] both = ends.replace('−', '-').replace(" %", "").split(", ");
    return Double.parseDouble(both[1]) - Double.parseDouble(both[0]);
  }

  @Test
  void theBestOfSeveralRatesIsSaidToBe() {
    Conclusions one =
        Conclusions.of(MadeLosses.analysis(oneSeedOfTheLargest(), losses(_ -> 0, SEED)));
    assertTrue(
        one.answer().headline().contains(", the best of 3 rates of one seed: error "),
        one.answer().headline());
    Conclusions three =
        Conclusions.of(MadeLosses.analysis(MadeRecipes.experiment(), losses(_ -> 0, SEED)));
    assertTrue(
        three.answer().headline().contains(", at the best of 3 rates by the mean of 3 runs: "),
        three.answer().headline());
  }

  /** A worse recipe named first is worse in the sentence, the table and the numbers alike. */
  @Test
  void sentencesAndTablesHaveOneDirection() {
    StudyResult study = study(MadeRecipes.experiment(), losses(_ -> 0.03, SEED));
    String first =
        study.sentences().stream().filter(its -> its.contains(" the laws give ")).findFirst().get();
    assertTrue(first.contains(" the laws give muon a higher loss than adamw: "), first);
    assertTrue(first.contains("it is higher with probability above 99.9 %"), first);
    String difference = column(table(study, "by their laws"), "Difference").getLast();
    assertTrue(first.contains(" per token, " + difference + " ["), difference + " in " + first);
    assertTrue(
        study.numbers().get("muon over adamw at the largest compute fitted, by law").value() > 0.02,
        study.numbers()::toString);
    assertTrue(
        study.notes().stream().anyMatch(note -> note.startsWith("Every difference of A over B")),
        study.notes()::toString);
  }

  /** Along D = 40 N the largest run would be larger than any fitted; along D = 70 N it is one. */
  @Test
  void whatWasMeasuredLeadsWhereTheLawsAreAskedBeyondTheirRuns() {
    String text = text("16, 24, 32, 48", "1, 2, 3", COSINE);
    StudyResult beyond = study(Experiments.parse(text), losses(_ -> 0.03, SEED));
    assertTrue(
        beyond.sentences().getFirst().startsWith("Measured with no law at the largest common"),
        beyond.sentences()::toString);
    assertEquals(
        1, beyond.sentences().stream().filter(its -> its.startsWith("Measured with no")).count());
    assertTrue(
        beyond
            .notes()
            .contains(
                "muon, adamw: what was measured comes first, as the laws are asked for a run larger"
                    + " than any fitted."),
        beyond.notes()::toString);
    StudyResult among =
        study(
            Experiments.parse(text.replace("Parameter: 40", "Parameter: 70")),
            losses(_ -> 0.03, SEED));
    assertTrue(
        among.sentences().getFirst().contains(" the laws give muon a higher loss"),
        among.sentences()::toString);
    assertTrue(
        among.notes().stream().noneMatch(note -> note.contains("comes first")),
        among.notes()::toString);
  }

  /** A seed more of the baseline has no partner: the laws side by side are without it. */
  @Test
  void runsWithoutAPartnerAreSaidToBeLeftOut() {
    Experiment experiment = Experiments.parse(text("16, 24, 32, 48", "1, 2, 3", COSINE));
    List<Run> runs =
        experiment.runs().stream()
            .filter(run -> !MadeRecipes.muon(run) || run.spec().seed() < 3)
            .toList();
    StudyResult study =
        Conclusions.of(Analysis.of(experiment, MadeLosses.runs(runs, losses(_ -> 0, SEED))))
            .studies()
            .getFirst();
    assertTrue(
        study.notes().stream()
            .anyMatch(
                note ->
                    note.contains("; 0 of the 24 losses of muon and 12 of the 36 losses of adamw")),
        study.notes()::toString);
    assertTrue(
        study(experiment, losses(_ -> 0, SEED)).notes().stream()
            .noneMatch(note -> note.contains("have a partner")),
        "all have one");
  }

  /** What seeds make of a single pair stands beside what the laws tell of many. */
  @Test
  void aDifferenceWithinTheNoiseIsSaidToBe() {
    Experiment seeds = Experiments.parse(text("16, 24, 32, 48", "1, 2, 3, 4, 5, 6", COSINE));
    StudyResult study = study(seeds, losses(_ -> 0.001, SEED));
    assertTrue(says(study, "the laws give muon a higher loss"), study::toString);
    assertTrue(
        says(study, "That is less than seeds make: a pair of runs of one seed"), study::toString);
    assertTrue(
        !says(study(MadeRecipes.experiment(), losses(_ -> 0.03, SEED)), "less than seeds make"),
        "3 % is more than noise of 0.2 %");
  }

  @Test
  void whatIsOfOneRecipeIsSaidOnce() {
    String both = "optimizer: [" + ADAMW + ", " + MUON + "]";
    Experiment experiment =
        Experiments.parse(
            text("16, 24, 32, 48", "1, 2", COSINE)
                .replace("biases: true}", "}")
                .replace(both, both + "\n    model.biases: [true, false]")
                .replace(
                    "where: {optimizer.type: AdamW}",
                    "where: {optimizer.type: AdamW, model.biases: true}")
                .replace(
                    "adamw: {optimizer.type: AdamW}",
                    "adamw: {optimizer.type: AdamW, model.biases: true}, plain: {optimizer.type:"
                        + " AdamW, model.biases: false}")
                .replace(
                    "muon: {optimizer.type: Muon}",
                    "muon: {optimizer.type: Muon, model.biases: true}"));
    StudyResult study = study(experiment, losses(_ -> -0.03, SEED));
    for (String pair : List.of("plain over adamw", "muon over adamw")) {
      for (String name : List.of("P(gain of %s falls with compute)", "seeds of %s there")) {
        assertTrue(
            study.numbers().containsKey(name.formatted(pair)), study.numbers().keySet()::toString);
      }
    }
    assertEquals(2, study.tables().stream().filter(its -> its.caption().contains("laws")).count());
    List<String> tuned =
        study.notes().stream().filter(note -> note.contains(" tried several learning")).toList();
    assertEquals(
        List.of("adamw", "plain", "muon"),
        tuned.stream().map(note -> note.split(" ")[0]).toList(),
        study.notes()::toString);
    List<String> sizes =
        study.notes().stream().filter(note -> note.startsWith("A size is common")).toList();
    assertEquals(1, sizes.size(), study.notes()::toString);
    long with = params(experiment, true);
    long without = params(experiment, false);
    assertTrue(sizes.getFirst().contains("%d beside %d".formatted(without, with)), sizes::toString);
    assertTrue(says(study, "N %d against %d, D ".formatted(without, with)), study::toString);
  }

  /** N of the largest. */
  private static long params(Experiment experiment, boolean biases) {
    return experiment.runs().stream()
        .filter(run -> ((Gpt) run.spec().model()).biases() == biases)
        .mapToLong(run -> run.parameters(256).hidden() + run.parameters(256).output())
        .max()
        .orElseThrow();
  }

  private static StudyTable table(StudyResult study, String caption) {
    return study.tables().stream()
        .filter(its -> its.caption().contains(caption))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> column(StudyTable table, String name) {
    int column = table.columns().indexOf(name);
    return table.rows().stream().map(row -> row.get(column).shown()).toList();
  }
}
