package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;
import kleiber.observe.Positive;
import kleiber.observe.Quantity;
import kleiber.observe.SavedFit;
import kleiber.observe.Seal;
import kleiber.observe.SealFile;
import kleiber.observe.SealScore;
import kleiber.observe.Sealed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What became of sealed predictions. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "List every sealed prediction, check that none was changed, and score those whose run is"
          + " done: by Winkler's interval score and the absolute error, beside the plain power law"
          + " and the line through the two largest budgets. A prediction that does not beat both"
          + " has failed, whether its interval held the loss or not.",
      "Only a run with the seed of the seal, of its scale, begun after it, counts. Exits with 1"
          + " when a chain is broken or a prediction has failed."
          + " It also says whether the fit is still of the rows that were fitted then. Seals that"
          + " were taken off the end of a file are not missed: keep the last hash where others see"
          + " it."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final Path DEFAULT = Path.of("results");

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "SEALS",
      description = "Files that `predict --seal` wrote.")
  private List<Path> files;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description =
          "Where the runs lie: a folder of results, or one that holds several. May be repeated."
              + " Default: results.")
  private List<Path> results = List.of(DEFAULT);

  @Option(
      names = "--measured",
      paramLabel = "NUMBER=LOSS",
      description =
          "Score a seal by a loss that was measured elsewhere; no one vouches for it. May be"
              + " repeated.")
  private Map<Integer, Double> measured = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!measured.isEmpty() && files.size() > 1) {
      throw new UserException("--measured counts the seals of one file, but several are given");
    }
    for (Path folder : results) {
      if (!Files.isDirectory(folder) && !folder.equals(DEFAULT)) {
        throw new UserException("--results " + folder + " is no folder; expected one of results");
      }
    }
    measured.forEach((number, loss) -> Positive.require("--measured " + number, loss));
    List<SealScore.Candidate> candidates = SealScore.candidates(results);
    PrintWriter out = spec.commandLine().getOut();
    boolean sound = true;
    for (Path file : files) {
      SealFile.Chain chain = new SealFile(file).read();
      for (int number : measured.keySet()) {
        if (chain.seals().stream().noneMatch(line -> line.seal().number() == number)) {
          throw new UserException(
              "--measured %d: %s holds no seal of that number; it has %d"
                  .formatted(number, file, chain.seals().size()));
        }
      }
      List<SealScore> scores = chain.seals().stream().map(line -> score(line, candidates)).toList();
      print(file, scores, out);
      chain.faults().forEach(fault -> out.println("BROKEN " + fault));
      boolean empty = chain.seals().isEmpty() && chain.faults().isEmpty();
      if (empty) {
        out.println("BROKEN " + file + ": it holds no seal any more");
      }
      sound &=
          !empty
              && chain.faults().isEmpty()
              && scores.stream().noneMatch(it -> it.verdict() == SealScore.Verdict.FAILED);
    }
    out.flush();
    return sound ? 0 : Failures.FAILED;
  }

  private SealScore score(Sealed sealed, List<SealScore.Candidate> candidates) {
    Double given = measured.get(sealed.seal().number());
    return given == null
        ? SealScore.of(sealed, candidates)
        : new SealScore(sealed, Optional.of(given), "given by hand: no one vouches for it");
  }

  private static void print(Path file, List<SealScore> scores, PrintWriter out) throws IOException {
    out.println(file + ": " + scores.size() + " sealed");
    TextTable table =
        new TextTable(
            "seal",
            "sealed",
            "law",
            "C",
            "foretold",
            "low",
            "high",
            "measured",
            "held",
            "error",
            "Winkler",
            "power law",
            "two budgets",
            "verdict");
    for (SealScore score : scores) {
      Seal seal = score.sealed().seal();
      table.row(
          String.valueOf(seal.number()),
          seal.time().substring(0, Math.min(16, seal.time().length())),
          seal.law(),
          Quantity.count(seal.flops()),
          loss(seal.predicted()),
          loss(seal.low()),
          loss(seal.high()),
          loss(score.measured().orElse(Double.NaN)),
          score.measured().map(any -> score.covered() ? "yes" : "no").orElse("–"),
          Quantity.significant(score.error(seal.predicted()), 2),
          Quantity.significant(score.score(), 2),
          both(score, seal.powerLaw()),
          both(score, seal.twoBudgets()),
          Words.of(score.verdict()));
    }
    out.println(table);
    scores.forEach(
        score -> out.println("  seal " + score.sealed().seal().number() + ": " + score.source()));
    Map<String, List<Seal>> ofFits =
        scores.stream()
            .map(score -> score.sealed().seal())
            .collect(Collectors.groupingBy(Seal::fit, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Seal>> fit : ofFits.entrySet()) {
      printRows(Path.of(fit.getKey()), fit.getValue(), out);
    }
  }

  /** Whether what was fitted then is what the same file fits now; more runs may have come since. */
  private static void printRows(Path file, List<Seal> seals, PrintWriter out) throws IOException {
    if (!Files.exists(file)) {
      out.println("  fit " + file + ": it is not here, so its rows cannot be compared");
      return;
    }
    SavedFit fit = SavedFit.read(file);
    String others =
        seals.stream()
            .filter(seal -> !seal.fittedLike(fit))
            .map(seal -> String.valueOf(seal.number()))
            .collect(Collectors.joining(", "));
    out.println(
        "  fit "
            + file
            + (others.isEmpty()
                ? ": it is of the very rows that were fitted when this was sealed"
                : ": it is of other rows than were fitted for seal "
                    + others
                    + "; runs were added, left out or trained again since"));
  }

  private static String loss(double value) {
    return Quantity.significant(value, 5);
  }

  /** Error and score of a baseline. */
  private static String both(SealScore score, double predicted) {
    return score.measured().isEmpty()
        ? "–"
        : Quantity.significant(score.error(predicted), 2)
            + " / "
            + Quantity.significant(score.score(predicted), 2);
  }
}
