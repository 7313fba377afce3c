package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kleiber.experiment.Branches;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.experiment.Words;
import kleiber.models.ParameterCount;
import kleiber.observe.Quantity;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/** An experiment's runs as a table, with what they cost as arithmetic. */
final class Plan {
  private Plan() {}

  static String of(Experiment experiment, Path folder) throws IOException {
    TextTable table =
        new TextTable("run", "params", "tokens", "steps", "rate", "FLOPs", "side", "state");
    RunStore store = new RunStore(folder);
    Vocabularies vocabularies = new Vocabularies();
    Map<StoredRun.State, Integer> states = new EnumMap<>(StoredRun.State.class);
    double total = 0;
    List<Run> pending = new ArrayList<>();
    for (Run run : experiment.runs()) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      StoredRun.State state = store.load(run).state();
      states.merge(state, 1, Integer::sum);
      total += run.flops(vocabulary);
      if (state == StoredRun.State.MISSING || state == StoredRun.State.FAILED) {
        pending.add(run);
      }
      ParameterCount.Convention convention = experiment.fit().params();
      table.row(
          run.id(),
          Numbers.count(run.parameters(vocabulary).under(convention)),
          Numbers.count(run.trainedTokens()),
          String.valueOf(run.spec().steps()),
          String.format(Locale.ROOT, "%.2e", run.spec().optimizer().learningRate()),
          Quantity.count(run.flops(vocabulary)),
          experiment.fit().holdOut().holdsOut(experiment.fit().flops(run, vocabulary))
              ? "foretell"
              : "fit",
          Words.of(state));
    }
    Branches branches = Branches.of(pending);
    double missing = 0;
    double saved = 0;
    for (Run run : pending) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      missing += branches.flops(run, vocabulary);
      saved += run.flops(vocabulary) - branches.flops(run, vocabulary);
    }
    return String.join(
        System.lineSeparator(),
        experiment.name() + ": " + experiment.question(),
        "",
        table.toString(),
        "",
        String.format(
            Locale.ROOT,
            "%d runs, %s FLOPs in all, %s still to train%s; results in %s",
            experiment.runs().size(),
            Quantity.count(total),
            Quantity.count(missing),
            RunProgress.shared(saved),
            folder),
        Shapes.of(experiment.runs()),
        "params: "
            + Words.of(experiment.fit().params())
            + "; FLOPs: as the family counts them, attention and head included");
  }
}
