package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kleiber.estimate.Contest;
import kleiber.estimate.Contestant;
import kleiber.experiment.Laws;
import kleiber.experiment.ThreeParts;
import kleiber.experiment.UserException;
import kleiber.fit.LawFitter;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.observe.Typed;
import kleiber.study.StudyTable.Cell;

/**
 * A contest of laws over the experiment's runs, fitted and held out alike: whoever wins was chosen
 * by some of them and is quoted with its error on others.
 */
public final class LawsStudy implements Study<Laws> {
  private static final int DRAWS = 1000;
  private static final long SEED = 1;

  @Override
  public Class<Laws> plan() {
    return Laws.class;
  }

  @Override
  public String title() {
    return "Which law foretells best";
  }

  @Override
  public void write(Laws plan, Analysis analysis, StudyDraft draft) {
    LawFitter fitter = new LawFitter(analysis.experiment().fit().objective());
    List<Contestant> contestants = new ArrayList<>();
    for (Law law : plan.laws()) {
      if (!(law instanceof PowerLaw)) {
        contestants.add(Contestant.of(Typed.text(law), rows -> fitter.fit(law, rows)::loss));
      }
    }
    contestants.add(Contestant.twoBudgets());
    ThreeParts parts = parts(analysis);
    Contest.Result result =
        new Contest(Contestant.powerLaw(fitter), DRAWS, SEED)
            .run(contestants, parts.fit(), parts.choose(), parts.score());
    draft.sentence(result.sentence());
    draft.sentence(
        "%s; %s; %s."
            .formatted(
                part("Fitted to", parts.fit()),
                part("ordered by", parts.choose()),
                part("judged on", parts.score())));
    draft.number("error of the first where nothing was chosen", result.winnerError(), "share");
    draft.number("error of the plain power law there", result.baselineError(), "share");
    draft.table(table(result, draft));
  }

  private static ThreeParts parts(Analysis analysis) {
    try {
      return ThreeParts.of(
          Stream.concat(
                  analysis.observations().fit().stream(),
                  analysis.observations().heldOut().stream())
              .toList());
    } catch (UserException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static StudyTable table(Contest.Result result, StudyDraft draft) {
    StudyTable table =
        StudyTable.of(
            "Laws by their error where they were ordered",
            "Rank",
            "Law",
            "Error",
            "Ahead of the next");
    for (Contest.Standing standing : result.standings()) {
      long equals =
          result.standings().stream().filter(other -> other.rank() == standing.rank()).count();
      table =
          table.row(
              Cell.of(standing.rank() + (equals > 1 ? " tied" : "")),
              Cell.of(standing.name()),
              Cell.of(Quantity.percent(standing.chooseError()), standing.chooseError()),
              Cell.of(Quantity.percent(standing.aheadOfNext()), standing.aheadOfNext()));
      draft.number("error of " + standing.name(), standing.chooseError(), "share");
      if (!standing.failure().isEmpty()) {
        draft.note("%s could not be fitted: %s".formatted(standing.name(), standing.failure()));
      }
    }
    return table;
  }

  private static String part(String use, List<Observation> rows) {
    double most = rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    long clusters = rows.stream().map(Observation::cluster).distinct().count();
    return "%s %d runs of at most %s FLOPs".formatted(use, clusters, Quantity.count(most));
  }
}
