package kleiber.cli;

import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.data.Corpus;
import kleiber.data.Tokenizer;
import kleiber.experiment.Catalogue;
import kleiber.experiment.ExperimentSchema;
import kleiber.experiment.Rule;
import kleiber.experiment.StudyPlan;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;
import kleiber.fit.Objective;
import kleiber.laws.Law;
import kleiber.laws.TrajectoryLaw;
import kleiber.models.ModelFamily;
import kleiber.train.Evaluation;
import kleiber.train.Optimizer;
import kleiber.train.Schedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an experiment file can name, found where it lies: in the packages. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "List what an experiment file can name, with the settings of each; those with a question"
            + " mark may be left out. Of a law: its formula, its parameters and its source.")
final class ListCommand implements Runnable {
  private static final Map<String, Class<?>> KINDS = new LinkedHashMap<>();
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  static {
    KINDS.put("families", ModelFamily.class);
    KINDS.put("corpora", Corpus.class);
    KINDS.put("tokenizers", Tokenizer.class);
    KINDS.put("optimizers", Optimizer.class);
    KINDS.put("schedules", Schedule.class);
    KINDS.put("rules", Rule.class);
    KINDS.put("studies", StudyPlan.class);
    KINDS.put("evaluations", Evaluation.class);
    KINDS.put("laws", Law.class);
    KINDS.put("trajectories", TrajectoryLaw.class);
    KINDS.put("objectives", Objective.class);
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KIND",
      description =
          "One of families, corpora, tokenizers, optimizers, schedules, rules, studies,"
              + " evaluations, laws, trajectories (laws of the learning-rate history), objectives;"
              + " all of them when not given.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--schema",
      description =
          "Print the form of experiment files as a JSON schema instead: with it, editors complete"
              + " and check them.")
  private boolean schema;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (schema && kind.isPresent()) {
      throw new UserException("--schema takes no kind, but was given '" + kind.get() + "'");
    }
    if (schema) {
      spec.commandLine().getOut().println(ExperimentSchema.json());
      spec.commandLine().getOut().flush();
      return;
    }
    kind.filter(name -> !KINDS.containsKey(name))
        .ifPresent(
            name -> {
              throw new UserException(
                  "there is no kind '" + name + "'; known: " + String.join(", ", KINDS.keySet()));
            });
    PrintWriter out = spec.commandLine().getOut();
    KINDS.forEach(
        (name, type) -> {
          if (kind.isEmpty() || kind.get().equals(name)) {
            out.println(name);
            Catalogue.of(type)
                .values()
                .forEach(
                    found -> {
                      out.println("  " + describe(found));
                      LawText.lines(found).forEach(line -> out.println("      " + line));
                    });
          }
        });
    out.flush();
  }

  static String describe(Class<?> type) {
    String settings =
        type.isRecord()
            ? Arrays.stream(type.getRecordComponents())
                .map(ListCommand::setting)
                .collect(Collectors.joining(", "))
            : "";
    return type.getSimpleName() + (settings.isEmpty() ? "" : " {" + settings + "}");
  }

  private static String setting(RecordComponent component) {
    Class<?> type = component.getType();
    if (type.isEnum()) {
      List<String> words =
          Arrays.stream(type.getEnumConstants()).map(value -> Words.of((Enum<?>) value)).toList();
      return component.getName() + ": " + String.join("|", words);
    }
    if (type.isRecord()) {
      return describe(type).replaceFirst(type.getSimpleName(), component.getName() + ":");
    }
    return component.getName() + (OPTIONAL.contains(type) ? "?" : "");
  }
}
