package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import kleiber.experiment.FitPlan;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Flag;
import kleiber.observe.FlagEffect;
import kleiber.observe.QualityGates;
import kleiber.observe.Quantity;
import kleiber.run.StoredRun;
import kleiber.study.Conclusions;
import kleiber.train.Facts;

/** The sections of a page, in order. One that an experiment has nothing for is left out. */
final class Panels {
  private final Page page;
  private final Conclusions conclusions;
  private final Analysis analysis;
  private final Scene scene;

  Panels(Page page, Conclusions conclusions, Scene scene) {
    this.page = page;
    this.conclusions = conclusions;
    this.analysis = conclusions.analysis();
    this.scene = scene;
  }

  void write() {
    conclusions.studies().forEach(study -> StudySection.write(page, study));
    live("curves", "Loss curves", "loss-curves");
    live("isoflop", "Loss over model size at each budget", "isoflop");
    live("compute", "Loss and compute", "loss-compute");
    live("check", "Predicted and measured", "predicted-measured", "foretold");
    live("law", "The law", "law");
    live("identifiability", "What the runs determine", "identifiability", "profiles");
    live("influence", "Influence of single runs", "influence", "influence-sentences");
    live("hyperparameters", "Learning rate and batch", "hyperparameters");
    live("seeds", "Noise between seeds", "seed-noise");
    live("schedules", "Learning-rate schedules", "schedules");
    conventions();
    runs();
  }

  /** A section of parts that a browser can write again. */
  private void live(String id, String heading, String... parts) {
    List<String[]> written =
        List.of(parts).stream()
            .map(part -> new String[] {part, Live.html(part, scene, false)})
            .toList();
    if (written.stream().anyMatch(part -> !part[1].isEmpty())) {
      page.section(id, heading);
      written.forEach(part -> page.live(part[0], part[1]));
    }
  }

  private void conventions() {
    if (!analysis.conventions().isEmpty()) {
      page.section("conventions", "What N means")
          .paragraph(
              "Exponents move with the meaning of N. The runs fitted and the runs foretold are the"
                  + " same in every line; what lies between lines is uncertainty that no interval"
                  + " above contains.")
          .table(Tables.conventions(analysis));
    }
  }

  private void runs() {
    page.section("runs", "Runs");
    if (scene.data().runs().isEmpty()) {
      page.paragraph("No run has measured a loss yet.");
    }
    if (analysis.runs().isEmpty()) {
      page.paragraph("The experiment has no runs.");
      return;
    }
    FitPlan plan = analysis.experiment().fit();
    page.paragraph(
        "%s of each run on “%s” %s."
            .formatted(
                switch (plan.checkpoints()) {
                  case LAST -> "The last checkpoint";
                  case ANNEALED -> "The annealed checkpoints";
                  case ALL_AFTER_WARMUP -> "All checkpoints after the warm-up";
                },
                plan.heldOut(),
                plan.checkpoints() == FitPlan.Selection.LAST ? "counts" : "count"));
    page.table(Tables.runs(analysis));
    evaluations();
    leftOut();
    flagged();
  }

  private void evaluations() {
    Optional<Table> table = Tables.evaluations(analysis);
    if (table.isPresent()) {
      page.section("evaluations", "Evaluations")
          .paragraph(
              "What was asked of the models beside their losses, at the last checkpoint; no law"
                  + " reads it. evaluations.csv has every checkpoint.")
          .table(table.get());
    }
  }

  private void leftOut() {
    LeftOut out = LeftOut.of(analysis.observations().exclusions());
    page.section("left-out", "Left out").paragraph(out.opening());
    out.runs()
        .forEach(
            (reason, runs) ->
                page.folded(LeftOut.heading(reason, runs), Tables.runsLeftOut(reason, runs)));
    if (!out.losses().isEmpty()) {
      page.table(Tables.lossesLeftOut(out.losses()));
    }
  }

  private void flagged() {
    List<Flag> flags = QualityGates.of(analysis.runs(), analysis.experiment().fit());
    if (!flags.isEmpty()) {
      page.section("flagged", "Flagged")
          .paragraph(
              "These runs may say something else than what was asked. A flag leaves nothing out. "
                  + FlagEffect.sentence(analysis, flags))
          .table(Tables.flagged(flags));
    }
  }

  /** A line for each corpus of the runs. */
  static TreeSet<String> corpora(Analysis analysis) {
    TreeSet<String> corpora = new TreeSet<>();
    for (StoredRun run : analysis.runs()) {
      run.facts().map(Panels::corpus).ifPresent(corpora::add);
    }
    return corpora;
  }

  private static String corpus(Facts facts) {
    StringBuilder text =
        new StringBuilder(
            "Corpus %s: vocabulary %d, %s unique training tokens."
                .formatted(
                    facts.corpusDigest(),
                    facts.vocabulary(),
                    Quantity.count(facts.uniqueTokens())));
    facts
        .heldOut()
        .forEach(
            (name, set) ->
                text.append(
                    " Held-out set “%s” %s: %d tokens of %d documents."
                        .formatted(name, set.digest(), set.tokens(), set.documents())));
    facts
        .masked()
        .ifPresent(
            share ->
                text.append(
                    " Losses are nats per masked token, %s of each window, given the rest of it: they do not compare with those of next tokens."
                        .formatted(Quantity.percent(share))));
    return text.toString();
  }

  /** Bits per byte of the largest run that was foretold, where its bytes are known. */
  static Optional<String> bitsPerByte(Analysis analysis) {
    return analysis
        .extrapolation()
        .map(Answer::largest)
        .flatMap(
            point ->
                analysis.observations().rows().stream()
                    .filter(
                        row ->
                            row.run().equals(point.measured().run())
                                && row.step() == point.measured().step()
                                && row.heldOut().equals(point.measured().heldOut())
                                && row.bitsPerByte().isPresent())
                    .map(row -> Quantity.significant(row.bitsPerByte().getAsDouble(), 4))
                    .findFirst());
  }
}
