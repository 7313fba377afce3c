package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import kleiber.experiment.Json;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Exclusion;
import kleiber.observe.FitFile;
import kleiber.observe.MadeRuns;
import kleiber.observe.ObservationTable;
import kleiber.observe.Quantity;
import kleiber.run.Code;
import kleiber.run.Machine;
import kleiber.run.Provenance;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportTest {
  private static final String QUESTION =
      "Does <script>alert(1)</script> & \"Chinchilla’s\" law foretell it?";

  private static Analysis whole;

  @TempDir Path folder;

  @BeforeAll
  static void analyse() {
    whole = analysis(MadeRuns.grid());
  }

  @Test
  void aPageTellsTheAnswerEveryRunAndEveryExclusion() throws Exception {
    List<StoredRun> runs =
        MadeRuns.ended(
            MadeRuns.grid(), List.of(3), StoredRun.State.DIVERGED, "loss NaN at <step 9>");
    runs = MadeRuns.ended(runs, List.of(5), StoredRun.State.MISSING, "");
    runs = MadeRuns.ended(runs, List.of(8), StoredRun.State.FAILED, "disk full");
    Analysis analysis = analysis(runs);
    Document page = parse(Report.write(folder, analysis));
    String text = page.getDocumentElement().getTextContent();

    Answer answer = Answer.of(analysis);
    assertTrue(text.contains(answer.headline()), text);
    Interval interval = analysis.extrapolation().orElseThrow().points().getFirst().interval();
    double halfWidth = (interval.high() - interval.low()) / 2;
    assertTrue(answer.headline().contains(Quantity.within(interval.low(), halfWidth)));
    for (String sentence : answer.sentences()) {
      assertTrue(text.contains(sentence), sentence);
    }
    for (StoredRun run : runs) {
      assertTrue(text.contains(run.run().id()), run.run().id());
    }
    for (Exclusion out : analysis.observations().exclusions()) {
      assertTrue(text.contains(out.reason()), out.reason());
    }
    assertTrue(text.contains("loss NaN at <step 9>"));
    assertTrue(text.contains("disk full"));
    assertTrue(text.contains(QUESTION));
    assertTrue(text.contains("L = E + A N−α + B D−β"));
    assertTrue(text.contains(MadeRuns.PLAN.objective().describe()));
  }

  @Test
  void aPageStandsAloneAndCanBeRead() throws Exception {
    Path file = Report.write(folder, whole);
    Document page = parse(file);
    String source = Files.readString(file);
    assertFalse(source.contains("<script>alert"), "the question is not escaped");
    assertFalse(source.matches("(?s).*(src|href)=\"(?!#).*"), "something is fetched");
    assertFalse(source.contains("@import") || source.contains("url("), "something is fetched");
    assertEquals(1, page.getElementsByTagName("h1").getLength());
    NodeList tables = page.getElementsByTagName("table");
    assertEquals(tables.getLength(), page.getElementsByTagName("caption").getLength());
    NodeList figures = page.getElementsByTagName("svg");
    assertEquals(Live.figures(Scene.of(whole), Layout.WIDE).size(), figures.getLength());
    for (int i = 0; i < figures.getLength(); i++) {
      NodeList parts = figures.item(i).getChildNodes();
      assertEquals(1, children(parts, "title"));
      assertEquals(1, children(parts, "desc"));
    }
  }

  @Test
  void figuresAreFilesOfTheirOwn() throws Exception {
    Report.write(folder, whole);
    try (Stream<Path> files = Files.list(folder.resolve("figures"))) {
      List<Path> figures = files.sorted().toList();
      assertEquals(
          Stream.of(
                  "influence",
                  "loss-compute",
                  "loss-curves",
                  "predicted-measured",
                  "profiles",
                  "schedules")
              .flatMap(id -> Stream.of(id + "-column.svg", id + ".svg"))
              .toList(),
          figures.stream().map(file -> file.getFileName().toString()).toList());
      for (Path figure : figures) {
        assertEquals("svg", parse(figure).getDocumentElement().getTagName());
        assertFalse(Files.readString(figure).contains("NaN"), figure.toString());
      }
    }
  }

  @Test
  void everyRunIsALine() throws Exception {
    Report.write(folder, whole);
    String curves = Files.readString(folder.resolve("figures/loss-curves.svg"));
    for (StoredRun run : whole.runs()) {
      assertTrue(curves.contains("run " + run.run().id()), run.run().id());
    }
  }

  @Test
  void thePageTellsWhereTheRunsWereMade() throws Exception {
    StoredRun run = whole.runs().getFirst();
    Path origin = new RunStore(folder).folder(run.run()).resolve("provenance.json");
    Files.createDirectories(origin.getParent());
    Files.writeString(
        origin,
        Json.line(
            new Provenance(
                new Code("1.0", Optional.of("0123456789abcdef"), Optional.of(true)),
                new Machine("Some JVM 25", "Linux amd64", "Some CPU", 2),
                "host-1",
                Map.of("training", "c0ffee"),
                "kleiber run made.yaml --devices cpu",
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:01:00Z",
                OptionalInt.empty())));
    String text = parse(Report.write(folder, whole)).getDocumentElement().getTextContent();
    for (String part :
        List.of(
            "0123456789ab, with changes",
            "Some JVM 25",
            "Some CPU, 2 cores",
            "host-1",
            "kleiber run made.yaml --devices cpu")) {
      assertTrue(text.contains(part), part);
    }
  }

  @Test
  void withoutRunsThereIsAPageThatSaysSo() throws Exception {
    Document page = parse(Report.write(folder, analysis(List.of())));
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("No law could be fitted."), text);
    assertTrue(text.contains("No run has measured a loss yet."), text);
    assertFalse(Files.exists(FitFile.path(folder, MadeRuns.PLAN.law())));
    assertTrue(Files.exists(folder.resolve(ObservationTable.FILE)));
  }

  @Test
  void withOneRunThereIsAPageThatSaysSo() throws Exception {
    Document page = parse(Report.write(folder, analysis(MadeRuns.grid().subList(0, 1))));
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("There are no error bars"), text);
    assertTrue(text.contains("There is nothing to foretell"), text);
  }

  @Test
  void whenAllDivergedThereIsAPageThatSaysSo() throws Exception {
    List<StoredRun> runs = MadeRuns.grid();
    List<Integer> all = IntStream.range(0, runs.size()).boxed().toList();
    runs = MadeRuns.ended(runs, all, StoredRun.State.DIVERGED, "loss is infinite");
    Document page = parse(Report.write(folder, analysis(runs)));
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("There is nothing to fit"), text);
    assertTrue(text.contains("the run diverged: loss is infinite"), text);
    assertEquals(
        List.of("loss-curves", "schedules"),
        Live.figures(Scene.of(analysis(runs)), Layout.WIDE).stream()
            .map(figure -> figure.svg().id())
            .toList());
    assertEquals(2, page.getElementsByTagName("svg").getLength());
  }

  @Test
  void aSceneMadeAgainIsThePublishedOne() {
    Scene published = Scene.of(whole);
    Scene again = Scene.refitted(published.data(), published.choice()).withIntervals(100);
    assertEquals(published.foretelling().fit(), withoutHistory(again.foretelling().fit(), whole));
    assertArrayEquals(
        whole.fitted().orElseThrow().theta(), again.foretelling().usable().orElseThrow().theta());
    assertEquals(
        whole.extrapolation().orElseThrow().points().getFirst().interval(),
        again.foretelling().extrapolation().orElseThrow().points().getFirst().interval());
    Scene read = Scene.published(published.data());
    for (Figure figure : Live.figures(published, Layout.NARROW)) {
      assertEquals(figure.html(), Live.html(figure.svg().id(), read, true), figure.svg().id());
    }
  }

  /** Rows of a page carry neither step nor learning rates: those of the log are put back. */
  private static List<Observation> withoutHistory(List<Observation> rows, Analysis analysis) {
    List<Observation> log = analysis.observations().fit();
    return IntStream.range(0, rows.size())
        .mapToObj(
            i -> {
              Observation row = rows.get(i);
              return new Observation(
                  row.run(),
                  row.cluster(),
                  row.heldOut(),
                  log.get(i).step(),
                  row.at(),
                  log.get(i).schedule(),
                  row.loss(),
                  row.standardError());
            })
        .toList();
  }

  @Test
  void figuresAreWrittenAsPixelsToo() throws IOException {
    Report.write(folder, whole);
    Report.writePictures(folder, whole);
    BufferedImage column = ImageIO.read(folder.resolve("figures/profiles-column.png").toFile());
    assertEquals(Math.round(89 / 25.4 * 300), column.getWidth());
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < column.getHeight(); y++) {
      for (int x = 0; x < column.getWidth(); x++) {
        colours.add(column.getRGB(x, y) & 0xffffff);
      }
    }
    assertTrue(colours.containsAll(Set.of(0xffffff, 0x0072b2, 0x1c1e21)), "paper, law and ink");
  }

  @Test
  void aReaderWhoDropsARunFitsWithoutIt() {
    Scene published = Scene.of(whole);
    Choice choice = published.choice();
    String id = whole.runs().getFirst().run().id();
    Scene rest =
        Scene.refitted(
            published.data(),
            new Choice(
                choice.law(), choice.params(), choice.flops(), choice.flopsAbove(), Set.of(id)));
    assertEquals(whole.observations().fit().size() - 1, rest.foretelling().fit().size());
    assertTrue(rest.foretelling().fit().stream().noneMatch(row -> row.run().equals(id)));
    assertTrue(Live.html("loss-compute", rest, false).contains("dropped by you"));
  }

  @Test
  void theNumbersAreTextToo() throws IOException {
    Report.write(folder, whole);
    String text = Files.readString(folder.resolve("report.md"));
    assertTrue(text.contains(Answer.of(whole).headline()), text);
    for (var parameter : whole.experiment().fit().law().parameters()) {
      assertTrue(text.contains("\n| " + parameter.name() + " | "), text);
    }
    String why = LawText.twoIntervals(Scene.of(whole)).orElseThrow();
    assertTrue(text.contains("\n\n" + why + "\n\n- E is "), text);
    assertTrue(Files.readString(folder.resolve("report.html")).contains(why), "the page");
  }

  private static Analysis analysis(List<StoredRun> runs) {
    return Analysis.of(MadeRuns.experiment(QUESTION, runs, MadeRuns.PLAN), runs);
  }

  private static int children(NodeList nodes, String name) {
    return (int)
        IntStream.range(0, nodes.getLength())
            .filter(i -> nodes.item(i).getNodeName().equals(name))
            .count();
  }

  /** Pages are well-formed XML, so that a strict parser can judge them. */
  private static Document parse(Path file) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
    try {
      return builder.parse(file.toFile());
    } catch (SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
