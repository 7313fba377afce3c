package kleiber.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.fit.FittedLaw;
import kleiber.fit.Outcome;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Exclusion;
import kleiber.observe.FitFile;
import kleiber.observe.Flag;
import kleiber.observe.FlagEffect;
import kleiber.observe.ObservationTable;
import kleiber.observe.QualityGates;
import kleiber.observe.Quantity;
import kleiber.run.Provenance;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.train.Facts;

/**
 * The report of an experiment: {@code report.html}, a page that carries everything it needs, its
 * figures as files of their own, the table of observations and the fit. It is written whatever
 * became of the runs, and says what is missing.
 */
public final class Report {
  private final Analysis analysis;
  private final Map<String, Provenance> origins;
  private final Optional<Figure> curves;
  private final Optional<Figure> parity;
  private final Optional<Figure> frontier;

  private Report(Analysis analysis, RunStore store) {
    this.analysis = analysis;
    this.origins = new TreeMap<>();
    for (StoredRun run : analysis.runs()) {
      store.provenance(run.run()).ifPresent(origin -> origins.put(run.run().id(), origin));
    }
    this.curves = LossCurves.of(analysis);
    this.parity = ParityPlot.of(analysis);
    this.frontier = FrontierPlot.of(analysis);
  }

  /**
   * Writes {@code report.html}, {@code figures/}, {@code observations.csv} and {@code fits/} into
   * an experiment's results, over what was there before.
   *
   * @return the page
   */
  public static Path write(Path folder, Analysis analysis) throws IOException {
    return write(folder, new RunStore(folder), analysis);
  }

  /** The same into another folder than that of the results. */
  public static Path write(Path folder, RunStore results, Analysis analysis) throws IOException {
    Files.createDirectories(folder);
    ObservationTable.write(folder.resolve(ObservationTable.FILE), analysis.observations());
    Path fit = FitFile.path(folder, analysis.experiment().fit().law());
    Optional<FitFile> fitted = FitFile.of(analysis);
    if (fitted.isPresent()) {
      fitted.get().write(fit);
    } else {
      Files.deleteIfExists(fit);
    }
    Report report = new Report(analysis, results);
    report.writeFigures(folder.resolve("figures"));
    Path page = folder.resolve("report.html");
    Files.writeString(page, report.html());
    return page;
  }

  private void writeFigures(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.filter(path -> path.toString().endsWith(".svg")).toList()) {
        Files.delete(file);
      }
    }
    for (Figure figure : Stream.of(curves, parity, frontier).flatMap(Optional::stream).toList()) {
      Files.writeString(folder.resolve(figure.svg().id() + ".svg"), figure.svg().standalone());
    }
  }

  private String html() {
    Page page = new Page(analysis.experiment().name() + ": " + analysis.experiment().question());
    page.opening(Opening.of(analysis));
    page.section("curves", "Loss curves");
    curves.ifPresentOrElse(page::figure, () -> page.paragraph("No run has measured a loss yet."));
    check(page);
    law(page);
    conventions(page);
    page.section("runs", "Runs");
    if (analysis.runs().isEmpty()) {
      page.paragraph("The experiment has no runs.");
    } else {
      page.table(Tables.runs(analysis));
      leftOut(page);
      flagged(page);
    }
    repeat(page);
    return page.html();
  }

  private void check(Page page) {
    page.section("check", "Predicted and measured");
    parity.ifPresentOrElse(
        page::figure,
        () -> page.paragraph("There is no law to compare with: " + Answer.of(analysis).headline()));
    analysis.extrapolation().ifPresent(extrapolation -> page.table(Tables.foretold(extrapolation)));
    frontier.ifPresent(figure -> page.section("compute", "Loss and compute").figure(figure));
  }

  private void law(Page page) {
    FitPlan plan = analysis.experiment().fit();
    page.section("law", "The law");
    if (analysis.fitted().isEmpty()) {
      page.formula(name() + " was to be fitted:", plan.law().formula());
      return;
    }
    FittedLaw fitted = analysis.fitted().get();
    page.formula("%s (%s):".formatted(name(), plan.law().source()), plan.law().formula());
    if (fitted.outcome() != Outcome.FAILED) {
      page.table(Tables.parameters(analysis, fitted));
    }
    page.paragraph(
        "Fitted to %d losses on “%s” (%s of each run) by minimising the sum of %s: cost %s, %d of %d starts agreed, outcome %s. %s Mean absolute error of the rows fitted: %s."
            .formatted(
                fitted.observations(),
                plan.heldOut(),
                switch (plan.checkpoints()) {
                  case LAST -> "the last checkpoint";
                  case ANNEALED -> "the annealed checkpoints";
                  case ALL_AFTER_WARMUP -> "all checkpoints after the warm-up";
                },
                fitted.objective().describe(),
                Quantity.significant(fitted.cost(), 7),
                fitted.agreed(),
                fitted.starts(),
                Words.of(fitted.outcome()),
                fitted.sentence(),
                Quantity.percent(analysis.trainingError())));
    page.paragraph(
        "N counts %s; C is %s. Runs of more than %s FLOPs are held out with all their checkpoints."
            .formatted(
                Tables.meaning(plan.params()),
                switch (plan.flops()) {
                  case EXACT -> "counted exactly, attention and head included";
                  case SIX_ND -> "6ND";
                },
                Quantity.count(plan.holdOut().flopsAbove())));
    analysis
        .bootstrapped()
        .ifPresent(
            boot ->
                page.paragraph(
                    "Intervals: %d bootstrap resamples, in which %s. The interval of a parameter is that of the resamples; the interval of a predicted loss adds the scatter of single runs about the law (%s of the loss)."
                        .formatted(
                            boot.thetas().length,
                            switch (boot.resampling()) {
                              case RESIDUALS ->
                                  "every run keeps its scale and is dealt the residuals of two"
                                      + " random runs added up, with random signs, inflated for"
                                      + " what the parameters took from them";
                              case CLUSTERS -> "whole runs are drawn with replacement";
                              case CELLS ->
                                  "runs are drawn with replacement from those of the same scales";
                              case PARAMETRIC ->
                                  "losses are drawn about the law with normal noise of ln L";
                              case ROWS -> "single rows are drawn with replacement";
                            },
                            Quantity.percent(boot.noise()))));
  }

  private void conventions(Page page) {
    if (!analysis.conventions().isEmpty()) {
      page.section("conventions", "What N means")
          .paragraph(
              "Exponents move with the meaning of N. The runs fitted and the runs foretold are the"
                  + " same in every line; what lies between lines is uncertainty that no interval"
                  + " above contains.")
          .table(Tables.conventions(analysis));
    }
  }

  private void leftOut(Page page) {
    page.section("left-out", "Left out");
    List<Exclusion> runs =
        analysis.observations().exclusions().stream().filter(Exclusion::wholeRun).toList();
    List<Exclusion> losses =
        analysis.observations().exclusions().stream().filter(out -> !out.wholeRun()).toList();
    page.paragraph(
        runs.isEmpty()
            ? "Every run of the experiment is used."
            : "These runs are neither fitted nor foretold.");
    if (!runs.isEmpty()) {
      page.table(Tables.runsLeftOut(runs));
    }
    if (!losses.isEmpty()) {
      page.table(Tables.lossesLeftOut(losses));
    }
  }

  private void flagged(Page page) {
    List<Flag> flags = QualityGates.of(analysis.runs(), analysis.experiment().fit());
    if (!flags.isEmpty()) {
      page.section("flagged", "Flagged")
          .paragraph(
              "These runs may say something else than what was asked. A flag leaves nothing out. "
                  + FlagEffect.sentence(analysis, flags))
          .table(Tables.flagged(flags));
    }
  }

  private void repeat(Page page) {
    String file = "experiments/%s.yaml".formatted(analysis.experiment().name());
    TreeSet<String> commands = new TreeSet<>();
    origins.values().forEach(origin -> commands.add(origin.command()));
    page.section("repeat", "How to repeat it")
        .paragraph("With the file below as %s:".formatted(file))
        .code("./kleiber run " + file)
        .folded("The experiment file", analysis.experiment().text());
    if (!origins.isEmpty()) {
      page.folded("The commands that made the runs", String.join("\n", commands))
          .table(Tables.origins(origins.values()));
    }
    page.paragraph(
        "Beside this page: observations.csv (every loss measured), %sfigures/ (SVG), runs/<id>/ (spec, log, times and provenance of each run)."
            .formatted(
                analysis.fitted().isPresent()
                    ? "fits/" + name() + ".json (the fit with its resamples), "
                    : ""));
    Set<String> corpora = new TreeSet<>();
    for (StoredRun run : analysis.runs()) {
      run.facts().ifPresent(facts -> corpora.add(corpus(facts)));
    }
    corpora.forEach(page::paragraph);
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
    return text.toString();
  }

  private String name() {
    return analysis.experiment().fit().law().getClass().getSimpleName();
  }
}
