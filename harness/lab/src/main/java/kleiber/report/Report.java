package kleiber.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kleiber.observe.Analysis;
import kleiber.observe.EvaluationTable;
import kleiber.observe.FitFile;
import kleiber.observe.ObservationTable;
import kleiber.observe.PositionTable;
import kleiber.run.Provenance;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.study.Conclusions;
import kleiber.study.StudyResult;

/**
 * The report of an experiment: {@code report.html}, a page that carries everything it needs, its
 * figures as files of their own, its numbers as {@code report.md}, the table of observations, the
 * fit and the studies. It is written whatever became of the runs, and says what is missing.
 */
public final class Report {
  private static final String FIGURES = "figures";

  private final Conclusions conclusions;
  private final Analysis analysis;
  private final Scene scene;
  private final Map<String, Provenance> origins;

  private Report(Conclusions conclusions, RunStore store) {
    this.conclusions = conclusions;
    this.analysis = conclusions.analysis();
    this.scene = Scene.of(analysis);
    this.origins = new TreeMap<>();
    for (StoredRun run : analysis.runs()) {
      store.provenance(run.run()).ifPresent(origin -> origins.put(run.run().id(), origin));
    }
  }

  /**
   * Writes {@code report.html}, {@code report.md}, {@code figures/}, {@code observations.csv},
   * {@code fits/} and {@code studies/} into an experiment's results, over what was there before.
   *
   * @return the page
   */
  public static Path write(Path folder, Analysis analysis) throws IOException {
    return write(folder, Conclusions.of(analysis));
  }

  /** The same of what was concluded already. */
  public static Path write(Path folder, Conclusions conclusions) throws IOException {
    return write(folder, new RunStore(folder), conclusions);
  }

  /** The same into another folder than that of the results. */
  public static Path write(Path folder, RunStore results, Conclusions conclusions)
      throws IOException {
    Analysis analysis = conclusions.analysis();
    Files.createDirectories(folder);
    ObservationTable.write(folder.resolve(ObservationTable.FILE), analysis.observations());
    EvaluationTable.of(analysis.runs(), analysis.experiment().fit())
        .write(folder.resolve(EvaluationTable.FILE));
    PositionTable.of(analysis.runs()).write(folder.resolve(PositionTable.FILE));
    Path fit = FitFile.path(folder, analysis.experiment().fit().law());
    Optional<FitFile> fitted = FitFile.of(analysis);
    if (fitted.isPresent()) {
      fitted.get().write(fit);
    } else {
      Files.deleteIfExists(fit);
    }
    conclusions.write(folder);
    Report report = new Report(conclusions, results);
    report.writeFigures(folder.resolve(FIGURES));
    Files.writeString(folder.resolve("report.md"), ReportText.of(conclusions, report.scene));
    Path page = folder.resolve("report.html");
    Files.writeString(page, report.html());
    return page;
  }

  /** Writes the figures as pixels too, beside their vectors. */
  public static void writePictures(Path folder, Analysis analysis) throws IOException {
    writePictures(folder, Conclusions.of(analysis));
  }

  /** The same of what was concluded already. */
  public static void writePictures(Path folder, Conclusions conclusions) throws IOException {
    Scene scene = Scene.of(conclusions.analysis());
    for (Layout layout : Layout.values()) {
      for (Figure figure : figures(conclusions, scene, layout)) {
        FigureFiles.writePixels(folder.resolve(FIGURES), figure.svg(), layout);
      }
    }
  }

  private void writeFigures(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.filter(path -> path.toString().matches(".*\\.(svg|png)")).toList()) {
        Files.delete(file);
      }
    }
    for (Layout layout : Layout.values()) {
      for (Figure figure : figures(conclusions, scene, layout)) {
        FigureFiles.writeVectors(folder, figure.svg(), layout);
      }
    }
  }

  private static List<Figure> figures(Conclusions conclusions, Scene scene, Layout layout) {
    List<Figure> figures = new ArrayList<>(Live.figures(scene, layout));
    for (StudyResult study : conclusions.studies()) {
      study.figures().forEach(figure -> figures.add(StudyPlot.of(figure, layout)));
    }
    return figures;
  }

  private String html() {
    Page page = new Page(analysis.experiment().name(), analysis.experiment().question());
    page.opening(Opening.of(scene, conclusions.answer(), Panels.bitsPerByte(analysis)));
    new Panels(page, conclusions, scene).write();
    repeat(page);
    return page.html(scene.data());
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
    List<String> beside = new ArrayList<>(List.of("observations.csv (every loss measured)"));
    if (!Tables.evaluations(analysis).isEmpty()) {
      beside.add(EvaluationTable.FILE + " (what was asked of the models beside their losses)");
    }
    if (!PositionTable.of(analysis.runs()).rows().isEmpty()) {
      beside.add(PositionTable.FILE + " (losses at each position of the window)");
    }
    analysis
        .fitted()
        .ifPresent(
            fitted ->
                beside.add(
                    "fits/%s.json (the fit with its resamples%s)"
                        .formatted(
                            fitted.law().getClass().getSimpleName(),
                            conclusions.fits().isEmpty() ? "" : ", and one of each recipe")));
    if (!conclusions.studies().isEmpty()) {
      beside.add("studies/ (what the studies found, as JSON)");
    }
    beside.add("figures/ (for one column and for two; `./kleiber report` adds PNG files)");
    beside.add("report.md (the numbers of this page as text)");
    beside.add("runs/<id>/ (spec, log, times and provenance of each run)");
    page.paragraph("Beside this page: " + String.join(", ", beside) + ".");
    Panels.corpora(analysis).forEach(page::paragraph);
  }
}
