package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Recipes;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.laws.Axis;
import kleiber.laws.Scale;
import kleiber.laws.Typical;
import kleiber.observe.FitFile;
import kleiber.plan.PlannedScales;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * The held-out runs of an experiment, left untrained until what the law says of them is sealed.
 *
 * @param whole the experiment
 * @param fitted the experiment without them
 * @param runs they
 */
record HeldBack(Experiment whole, Experiment fitted, List<Run> runs) {
  /** A prediction to seal: runs that differ in their seed have one each. */
  private record ToSeal(List<String> words, long seed) {}

  static HeldBack of(Experiment experiment) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    List<Run> now = new ArrayList<>();
    List<Run> later = new ArrayList<>();
    for (Run run : experiment.runs()) {
      boolean heldOut = experiment.fit().holdsOut(run, vocabularies.of(run.spec().corpus()));
      (heldOut ? later : now).add(run);
    }
    return new HeldBack(
        experiment,
        new Experiment(
            experiment.name(), experiment.question(), now, experiment.fit(), experiment.text()),
        later);
  }

  /** How to go on: a command for each prediction. */
  List<String> sentences(Path folder) throws IOException {
    List<Run> waiting = waiting(folder);
    if (waiting.isEmpty()) {
      return List.of("every held-out run is done: there is nothing left to seal");
    }
    PlannedScales scales = Scales.ofUnique(whole, folder);
    List<ToSeal> seals = new ArrayList<>();
    for (Run run : waiting) {
      Optional<Path> fit = fit(run, folder);
      if (fit.isPresent()) {
        seals.add(new ToSeal(words(run, scales.of(run), fit.get(), folder), run.spec().seed()));
      }
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "%d held-out %s not trained%s. Seal what the law says, give each block of the grid the seed that its seal says, and run the file without --hold-back:"
            .formatted(
                waiting.size(),
                waiting.size() == 1 ? "run is" : "runs are",
                seals.size() == waiting.size()
                    ? ""
                    : ", %d of them of a recipe that is fitted".formatted(seals.size())));
    seals.stream()
        .distinct()
        .forEach(seal -> sentences.add("  ./kleiber " + ShellWords.line(seal.words())));
    return sentences;
  }

  /** Those that can still be foretold before they are seen. */
  private List<Run> waiting(Path folder) throws IOException {
    Set<Run> done =
        new RunStore(folder)
            .load(whole).stream()
                .filter(run -> run.state() == StoredRun.State.DONE)
                .map(StoredRun::run)
                .collect(Collectors.toSet());
    return runs.stream().filter(run -> !done.contains(run)).toList();
  }

  /**
   * The fit that speaks of a run: the experiment's own, or that of one of the recipes that a study
   * sets side by side. None speaks of a run that is left out by name.
   */
  private Optional<Path> fit(Run run, Path folder) {
    FitPlan plan = whole.fit();
    if (plan.reasonToLeaveOut(run.id()).isPresent()) {
      return Optional.empty();
    }
    if (plan.recipe().matches(run)) {
      return Optional.of(FitFile.path(folder, plan.law()));
    }
    return whole.studies().stream()
        .filter(Recipes.class::isInstance)
        .map(Recipes.class::cast)
        .flatMap(
            study ->
                study.recipes().keySet().stream()
                    .filter(name -> study.filter(name).matches(run))
                    .map(name -> FitFile.path(folder, plan.law(), name)))
        .findFirst();
  }

  private List<String> words(Run run, Scale at, Path fit, Path folder) {
    Stream<String> axes =
        whole.fit().law() instanceof Typical law
            ? law.axes().stream()
                .filter(axis -> asks(axis, run, at))
                .flatMap(axis -> word(axis, at))
            : Stream.empty();
    return Stream.of(
            Stream.of(
                "predict",
                fit.toString(),
                "--params",
                number(at.params()),
                "--tokens",
                number(at.tokens()),
                "--flops",
                number(at.flops())),
            axes,
            Stream.of("--seal", folder.resolve(SealedSeeds.FILE).toString()))
        .flatMap(words -> words)
        .toList();
  }

  /** N, D and C are told anyhow; tokens that are seen once are understood. */
  private static boolean asks(Axis axis, Run run, Scale at) {
    return at.extra().containsKey(axis.name())
        && (run.spec().repeat() || !axis.name().equals(Scale.UNIQUE_TOKENS));
  }

  private static Stream<String> word(Axis axis, Scale at) {
    return Stream.of("--axis", axis.name() + "=" + number(axis.of(at)));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
