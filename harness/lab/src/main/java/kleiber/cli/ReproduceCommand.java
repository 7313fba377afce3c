package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;
import kleiber.reproduce.Finding;
import kleiber.reproduce.OwnResults;
import kleiber.reproduce.Reproduction;
import kleiber.reproduce.ReproductionFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Published numbers, derived again from their open data. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description = {
      "Derive the numbers of published studies again from their open data, and print theirs beside"
          + " ours. Only a refit counts as reproduced; evaluated: their constants on their data;"
          + " reread: their own output summarised.",
      "`reproduce own` derives the results that are kept in --results from the logs of their runs:"
          + " theirs is then the kept fit. It prints the sentences that the logs give, and finds"
          + " those that README.md and experiments/LOG.md quote as '> NAME: sentence', and the rows"
          + " of their tables that end in an experiment's command.",
      "Exits with 1 when a number does not agree. A study whose data are not there is listed with"
          + " where to get them."
    })
final class ReproduceCommand implements Callable<Integer> {
  private static final int DIGITS = 7;
  private static final String OWN = "own";

  @Parameters(
      index = "0..*",
      arity = "0..*",
      paramLabel = "STUDY",
      description =
          "Studies, such as ChinchillaReplication, or own; all of the studies when not given.")
  private List<String> studies = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description =
          "Folder of the data sets, one folder each, as the list says. Default: ${DEFAULT-VALUE}.")
  private Path data;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "results",
      description =
          "For own: folder of the kept results, a folder each. Default: ${DEFAULT-VALUE}.")
  private Path results;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write the table as reproduce.txt and reproduce.json there.")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    boolean own = studies.contains(OWN);
    if (own && studies.size() > 1) {
      throw new UserException("own stands alone: it is no study; leave the others out");
    }
    List<OwnResults> kept = own ? OwnResults.of(folder(), texts()) : List.of();
    List<Reproduction> done =
        own ? kept.stream().map(OwnResults::reproduction).toList() : Reproduction.of(studies, data);
    double seconds = 1e-9 * (System.nanoTime() - start);
    String text = text(done);
    PrintWriter printer = spec.commandLine().getOut();
    printer.println(text);
    for (OwnResults each : kept) {
      printer.println();
      each.sentences()
          .forEach(sentence -> printer.println(each.reproduction().name() + ": " + sentence));
    }
    printer.println(Quantity.significant(seconds, 2) + " s");
    printer.flush();
    if (out.isPresent()) {
      Files.createDirectories(out.get());
      Files.writeString(out.get().resolve("reproduce.txt"), text + System.lineSeparator());
      ReproductionFile.write(out.get().resolve("reproduce.json"), done);
    }
    return done.stream().allMatch(Reproduction::agrees) ? 0 : Failures.FAILED;
  }

  private Path folder() {
    if (!Files.isDirectory(results)) {
      throw new UserException(
          "there is no folder %s; --results is the folder that holds one folder for each experiment"
              .formatted(results));
    }
    return results.toAbsolutePath().normalize();
  }

  /** Where the project tells of its results. */
  private List<Path> texts() {
    Path home = folder().getParent();
    return List.of(home.resolve("README.md"), home.resolve("experiments").resolve("LOG.md"));
  }

  private static String text(List<Reproduction> done) {
    List<String> lines = new ArrayList<>();
    TextTable table =
        new TextTable("study", "quantity", "kind", "theirs", "ours", "difference", "verdict");
    for (Reproduction study : done) {
      for (Finding finding : study.findings()) {
        table.row(
            study.name(),
            finding.quantity(),
            Words.of(finding.kind()),
            Quantity.significant(finding.published(), DIGITS),
            Quantity.significant(finding.ours(), DIGITS),
            Quantity.significant(finding.ours() - finding.published(), 2),
            verdict(finding));
      }
    }
    lines.add(table.toString());
    for (Reproduction study : done) {
      List<String> notes =
          study.findings().stream()
              .filter(finding -> !finding.note().isEmpty())
              .map(finding -> "  " + finding.quantity() + ": " + finding.note())
              .toList();
      if (!notes.isEmpty()) {
        lines.add("");
        lines.add(study.name() + " (" + study.source() + ")");
        lines.addAll(notes);
      }
    }
    lines.add("");
    done.stream()
        .filter(study -> !study.absent().isEmpty())
        .forEach(
            study ->
                lines.add(
                    "%s: the data are not there: put %s, from %s, into %s"
                        .formatted(
                            study.name(),
                            study.absent().stream()
                                .map(file -> file.getFileName().toString())
                                .collect(Collectors.joining(", ")),
                            study.data().origin(),
                            study.absent().getFirst().getParent())));
    done.forEach(
        study ->
            study.failure().ifPresent(why -> lines.add("FAILED " + study.name() + ": " + why)));
    lines.add(summary(done));
    return String.join(System.lineSeparator(), lines);
  }

  private static String verdict(Finding finding) {
    if (!finding.agrees()) {
      return "MISS";
    }
    return finding.kind() == Finding.Kind.REFIT ? "reproduced" : "agrees";
  }

  private static String summary(List<Reproduction> done) {
    List<Finding> findings = done.stream().flatMap(study -> study.findings().stream()).toList();
    long reproduced =
        findings.stream()
            .filter(finding -> finding.agrees() && finding.kind() == Finding.Kind.REFIT)
            .count();
    long misses = findings.stream().filter(finding -> !finding.agrees()).count();
    return "%d numbers of %d studies: %d reproduced by a refit, %d agree otherwise, %d miss; the data of %d studies are not there"
        .formatted(
            findings.size(),
            done.stream().filter(study -> !study.findings().isEmpty()).count(),
            reproduced,
            findings.size() - reproduced - misses,
            misses,
            done.stream().filter(study -> !study.absent().isEmpty()).count());
  }
}
