package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import kleiber.experiment.Json;
import kleiber.fit.Interval;
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
    assertEquals(3, figures.getLength());
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
          List.of("loss-compute.svg", "loss-curves.svg", "predicted-measured.svg"),
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
    assertEquals(1, page.getElementsByTagName("svg").getLength());
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
