package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.estimate.Contest;
import kleiber.estimate.Contestant;
import kleiber.experiment.Catalogue;
import kleiber.experiment.Experiment;
import kleiber.experiment.ThreeParts;
import kleiber.experiment.UserException;
import kleiber.fit.LawFitter;
import kleiber.fit.Objective;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.observe.LossTable;
import kleiber.observe.Quantity;
import kleiber.observe.Typed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which law foretells best. */
@Command(
    name = "contest",
    mixinStandardHelpOptions = true,
    description =
        "Rank laws by how well they foretell: fitted to the smallest three fifths of the runs,"
            + " ordered by their error on the next fifth, and judged on the largest, which chose"
            + " nothing. A rank is given only where it holds in nine of ten paired draws of runs;"
            + " the plain power law always takes part.")
final class ContestCommand implements Callable<Integer> {
  private static final int DRAWS = 1000;
  private static final long SEED = 1;

  @Mixin private TableArguments table;

  @Option(
      names = "--law",
      paramLabel = "LAW",
      description =
          "A law that takes part, such as Farseer. May be repeated; every law without settings"
              + " whose axes the table has when not given.")
  private List<String> laws = new ArrayList<>();

  @Option(
      names = "--objective",
      paramLabel = "OBJECTIVE",
      defaultValue = "huber:1e-3",
      description = "What is minimised. Default: ${DEFAULT-VALUE}.")
  private String objective;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    LawFitter fitter = new LawFitter(Typed.parse(Objective.class, objective));
    Optional<Experiment> experiment =
        table.folder().map(folder -> new ResultsArguments(folder, List.of()).read());
    LossTable rows = table.read(new PowerLaw(), experiment);
    List<Contestant> contestants = contestants(rows, fitter);
    ThreeParts parts = ThreeParts.of(rows.observations());
    Contest.Result result;
    try {
      result =
          new Contest(Contestant.powerLaw(fitter), DRAWS, SEED)
              .run(contestants, parts.fit(), parts.choose(), parts.score());
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
    print(parts, rows, result);
    return 0;
  }

  private List<Contestant> contestants(LossTable rows, LawFitter fitter) {
    List<Contestant> contestants = new ArrayList<>();
    if (laws.isEmpty()) {
      for (Class<?> type : Catalogue.of(Law.class).values()) {
        RecordComponent[] settings = type.getRecordComponents();
        if (type != PowerLaw.class && settings != null && settings.length == 0) {
          Law law = Typed.parse(Law.class, type.getSimpleName());
          if (rows.missingFor(law).isEmpty()) {
            contestants.add(Contestant.of(law, fitter));
          }
        }
      }
    }
    for (String text : laws) {
      Law law = Typed.parse(Law.class, text);
      List<String> missing = rows.missingFor(law);
      if (!missing.isEmpty()) {
        throw new UserException(
            "%s reads %s, which no column is said to hold; say which with --map %s=COLUMN"
                .formatted(text, String.join(", ", missing), missing.getFirst()));
      }
      if (!law.equals(new PowerLaw())) {
        contestants.add(Contestant.of(text, of -> fitter.fit(law, of)::loss));
      }
    }
    contestants.add(Contestant.twoBudgets());
    return contestants;
  }

  private void print(ThreeParts parts, LossTable rows, Contest.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(result.sentence());
    out.println();
    TextTable table = new TextTable("rank", "law", "error where chosen", "ahead of the next", "");
    for (Contest.Standing standing : result.standings()) {
      boolean tied =
          result.standings().stream().filter(it -> it.rank() == standing.rank()).count() > 1;
      table.row(
          standing.rank() + (tied ? " tied" : ""),
          standing.name(),
          Quantity.percent(standing.chooseError()),
          Quantity.percent(standing.aheadOfNext()),
          standing.failure());
    }
    out.println(table);
    out.println();
    out.println(
        "  %s; %s; %s."
            .formatted(
                part("fitted to", parts.fit()),
                part("chosen by", parts.choose()),
                part("judged on", parts.score())));
    rows.notes().forEach(note -> out.println("  " + note));
    out.flush();
  }

  private static String part(String use, List<Observation> rows) {
    double most = rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    long clusters = rows.stream().map(Observation::cluster).distinct().count();
    return "%s %d runs of at most %s FLOPs".formatted(use, clusters, Quantity.count(most));
  }
}
