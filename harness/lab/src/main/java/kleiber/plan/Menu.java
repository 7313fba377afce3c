package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.OpenGrid;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.laws.Scale;
import kleiber.observe.Quantity;

/**
 * Runs that a grid can be designed of: an experiment's base with every model of a rule, on token
 * counts that double.
 *
 * @param items every one, of whatever price
 * @param fixed further axes of the file's grid, one value for all runs, as YAML writes it
 * @param refused models of the rule that the file's own rules refuse, each with the reason
 */
record Menu(List<Item> items, Map<String, String> fixed, List<String> refused) {
  /** Fewer steps make no run of a law. */
  private static final long LEAST_STEPS = 512;

  private static final int DOUBLINGS = 16;

  /**
   * A run.
   *
   * @param model settings, as the grid of a file has them
   * @param at where it ends
   * @param flops under the plan's convention
   * @param seconds of a lane, beside other lanes
   * @param source how the seconds are known
   */
  record Item(
      Map<String, Integer> model,
      Run run,
      Scale at,
      double flops,
      double seconds,
      TimeSource source) {}

  /**
   * @param experiment as the file and its changes say
   * @param corpora where tokenized text is kept
   */
  static Menu of(
      Path file,
      List<String> changes,
      Experiment experiment,
      SizeRule sizes,
      Workplace place,
      StepTimes times,
      Path corpora)
      throws IOException {
    OpenGrid open = OpenGrid.read(file, changes);
    List<Map<String, Integer>> models = models(sizes, open.ruledSettings());
    long least =
        experiment.runs().stream().mapToLong(run -> run.spec().tokensPerStep()).max().orElseThrow();
    List<Long> tokens =
        LongStream.iterate(LEAST_STEPS * least, count -> 2 * count)
            .limit(DOUBLINGS)
            .boxed()
            .toList();
    Map<String, String> fixed = fixed(open.firstCell(), models);
    List<Map<String, Integer>> taken = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Map<String, Integer> model : models) {
      try {
        runs.addAll(open.runs("[" + block(yaml(model), tokens, fixed) + "]"));
        taken.add(model);
      } catch (UserException e) {
        refused.add(yaml(model) + ": " + e.getMessage());
      }
    }
    if (runs.isEmpty()) {
      throw new UserException(
          "no grid can be designed: the file refuses every size, the first one "
              + refused.getFirst());
    }
    FitPlan plan = experiment.fit();
    PlannedScales scales = PlannedScales.opened(plan, List.of(runs.getFirst()), corpora);
    long unique = scales.uniqueTokens(runs.getFirst());
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      boolean repeats = run.trainedTokens() > unique;
      if (!repeats || run.spec().repeat() && plan.law().modelsRepetition()) {
        int vocabulary = scales.vocabularies().of(run.spec().corpus());
        Pace pace = times.of(place.devices().getFirst(), Shape.of(run, vocabulary), 1);
        items.add(
            new Item(
                taken.get(i / tokens.size()),
                run,
                scales.of(run),
                plan.flops(run, vocabulary),
                run.spec().steps() * pace.beside().step()
                    + StepTimes.scoredTokens(run) * pace.beside().heldOutToken(),
                pace.source()));
      }
    }
    if (items.isEmpty()) {
      throw new UserException(
          "no grid can be designed: the shortest run would have %s tokens and the corpus has %s unique ones%s; give more text, or a smaller batch or context"
              .formatted(
                  Quantity.count(runs.getFirst().trainedTokens()),
                  Quantity.count(unique),
                  runs.getFirst().spec().repeat()
                      ? ", and %s has no term for repetition"
                          .formatted(plan.law().getClass().getSimpleName())
                      : ""));
    }
    return new Menu(items, fixed, refused);
  }

  /** The models without the settings that follow from the file's own rules. */
  private static List<Map<String, Integer>> models(SizeRule sizes, Set<String> ruled) {
    List<Map<String, Integer>> models = new ArrayList<>();
    for (Map<String, Integer> model : sizes.models()) {
      Map<String, Integer> free = new LinkedHashMap<>(model);
      free.keySet().removeIf(setting -> ruled.contains("model." + setting));
      models.add(free);
    }
    return models.stream().distinct().toList();
  }

  private static String yaml(Map<String, Integer> model) {
    return model.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** What the grid of a file varies beside models and lengths; the rules keep what they say. */
  private static Map<String, String> fixed(
      Map<String, String> cell, List<Map<String, Integer>> models) {
    Map<String, String> fixed = new LinkedHashMap<>(cell);
    fixed
        .keySet()
        .removeIf(
            axis ->
                Set.of("model", "tokens").contains(axis)
                    || axis.startsWith("rules.")
                    || models.stream().anyMatch(of -> of.containsKey(axis.replace("model.", ""))));
    return fixed;
  }

  private static String block(String model, List<Long> tokens, Map<String, String> fixed) {
    return "{model: [%s], tokens: %s%s}"
        .formatted(
            model,
            tokens,
            fixed.entrySet().stream()
                .map(axis -> ", " + axis.getKey() + ": [" + axis.getValue() + "]")
                .collect(Collectors.joining()));
  }

  /** Blocks of a grid that has just some of these runs, one for each model. */
  List<String> blocks(List<Item> some) {
    Map<String, List<Long>> tokens =
        some.stream()
            .collect(
                Collectors.groupingBy(
                    item -> yaml(item.model),
                    LinkedHashMap::new,
                    Collectors.mapping(item -> item.run.spec().tokens(), Collectors.toList())));
    return tokens.entrySet().stream()
        .map(each -> block(each.getKey(), each.getValue().stream().sorted().toList(), fixed))
        .toList();
  }
}
