package kleiber.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kleiber.run.Finding;
import kleiber.run.Finding.Check;
import kleiber.run.Finding.Verdict;

/** What an audit found, for a person: counts, then what needs a look. */
final class AuditText {
  private AuditText() {}

  static void print(List<Finding> findings, PrintWriter out) {
    TextTable table = new TextTable("what", "agree", "differ", "not checked");
    for (Check check : Check.values()) {
      List<Finding> of = findings.stream().filter(finding -> finding.check() == check).toList();
      if (!of.isEmpty()) {
        table.row(
            name(check),
            count(of, Verdict.AGREES),
            count(of, Verdict.DIFFERS),
            count(of, Verdict.NOT_CHECKED));
      }
    }
    out.println(table);
    List<Finding> differ = of(findings, Verdict.DIFFERS);
    differ.forEach(finding -> out.println("DIFFERS  " + finding.of() + ": " + finding.detail()));
    Map<String, List<Finding>> unchecked =
        of(findings, Verdict.NOT_CHECKED).stream()
            .collect(
                Collectors.groupingBy(Finding::detail, LinkedHashMap::new, Collectors.toList()));
    unchecked.forEach(
        (why, of) ->
            out.println(
                "not checked  "
                    + of.getFirst().of()
                    + (of.size() > 1 ? " and " + (of.size() - 1) + " more" : "")
                    + ": "
                    + why));
    findings.stream()
        .filter(it -> it.check() == Check.RERUN && it.verdict() == Verdict.AGREES)
        .forEach(finding -> out.println("agrees  " + finding.of() + ": " + finding.detail()));
    out.println(
        differ.isEmpty()
            ? "all that was checked agrees"
            : differ.size() + (differ.size() == 1 ? " thing differs" : " things differ"));
  }

  private static List<Finding> of(List<Finding> findings, Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
  }

  private static String count(List<Finding> findings, Verdict verdict) {
    return String.valueOf(of(findings, verdict).size());
  }

  private static String name(Check check) {
    return switch (check) {
      case CELL -> "runs of the experiment";
      case FILE -> "files";
      case PROVENANCE -> "provenances";
      case TABLE -> "table of observations";
      case RERUN -> "runs trained again";
    };
  }
}
