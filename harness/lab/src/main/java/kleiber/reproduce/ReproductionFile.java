package kleiber.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Json;

/** Reproductions as a file for other programs: one study a line, as JSON. */
public record ReproductionFile(String study, String source, String origin, List<Line> findings) {
  /**
   * One number.
   *
   * @param low lowest value of ours that agrees; null where there is none
   * @param high highest value of ours that agrees; null where there is none
   */
  public record Line(
      String quantity,
      Finding.Kind kind,
      double published,
      double ours,
      double low,
      double high,
      boolean agrees,
      String note) {}

  public ReproductionFile {
    findings = List.copyOf(findings);
  }

  /** Writes the studies whose data were there, as an array with one study a line. */
  public static void write(Path file, List<Reproduction> done) throws IOException {
    List<String> lines =
        done.stream()
            .filter(study -> !study.findings().isEmpty())
            .map(study -> Json.line(of(study)))
            .toList();
    Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
  }

  private static ReproductionFile of(Reproduction study) {
    return new ReproductionFile(
        study.name(),
        study.source(),
        study.data().origin(),
        study.findings().stream()
            .map(
                finding ->
                    new Line(
                        finding.quantity(),
                        finding.kind(),
                        finding.published(),
                        finding.ours(),
                        finding.low(),
                        finding.high(),
                        finding.agrees(),
                        finding.note()))
            .toList());
  }
}
