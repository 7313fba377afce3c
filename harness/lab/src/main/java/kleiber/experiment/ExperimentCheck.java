package kleiber.experiment;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * What an experiment file is refused for when each of its settings could be read: what they ask of
 * one another, before anything is trained.
 *
 * @param root the whole file
 */
record ExperimentCheck(Node.Mapping root, ExperimentReader.ExperimentFile sections) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** What those can do who have trained such a grid already. */
  private static final String DONE =
      "; runs that are done are read by ./kleiber report and the folder of their results";

  /** Refuses a file that begins with anything else than its name and its question. */
  static void order(Node.Mapping root) {
    List<String> keys = List.copyOf(root.entries().keySet());
    for (int i = 0; i < Math.min(2, keys.size()); i++) {
      String expected = i == 0 ? "name" : "question";
      if (!keys.get(i).equals(expected) && keys.contains(expected)) {
        Mark place = root.entries().get(keys.get(i)).key();
        throw place.error(
            "a file begins with name: and question:, but here stands " + keys.get(i) + ":");
      }
    }
  }

  /** Refuses a name that names no folder, and a question that asks nothing. */
  void names() {
    if (!NAME.matcher(sections.name()).matches()) {
      throw mark("name")
          .error(
              "name is '"
                  + sections.name()
                  + "' but it names a folder: use letters, digits, '-', '_' and '.'");
    }
    if (sections.question().isBlank()) {
      throw mark("question").error("question is empty: say what the experiment asks");
    }
  }

  /** A study's results are kept by its name. */
  void studies() {
    Set<String> names = new HashSet<>();
    for (StudyPlan study : sections.studies().orElse(List.of())) {
      if (!names.add(study.name())) {
        throw mark("studies").error("studies: " + study.name() + " is there twice");
      }
    }
  }

  /** Refuses runs that cannot answer what they are trained for. */
  void answers(List<Run> runs, Vocabularies vocabularies) {
    PlannedGrid grid = ExperimentReader.planned(runs, sections, vocabularies);
    LawAxes.missing(grid)
        .ifPresent(
            sentence -> {
              throw mark("fit.law").error("fit.law: " + sentence + chosen(sections.fit()) + DONE);
            });
    for (StudyPlan study : sections.studies().orElse(List.of())) {
      try {
        study.check(grid);
      } catch (IllegalArgumentException e) {
        throw mark("studies").error("studies: " + study.name() + ": " + e.getMessage() + DONE);
      }
    }
  }

  /** Refuses a fit that these runs cannot have. */
  void fit(List<Run> runs, Vocabularies vocabularies) {
    FitPlan fit = sections.fit();
    for (Run run : runs) {
      if (!run.spec().lossNames().contains(fit.heldOut())) {
        String sentence = "fit.heldOut: unknown held-out set '" + fit.heldOut() + "'; ";
        throw mark("fit.heldOut")
            .error(sentence + Names.known(fit.heldOut(), run.spec().lossNames()));
      }
    }
    Set<String> ids = runs.stream().map(Run::id).collect(Collectors.toSet());
    for (String named : fit.leaveOut().orElse(Map.of()).keySet()) {
      if (!ids.contains(named)) {
        throw mark("fit.leaveOut")
            .error(
                "fit.leaveOut: the grid has no run "
                    + named
                    + "; `./kleiber plan` and `./kleiber runs` print the ids of its "
                    + runs.size());
      }
    }
    List<Run> grid = recipe(fit, runs.stream().filter(run -> !run.probe()).toList());
    Set<String> predicted = new TreeSet<>();
    grid.forEach(run -> predicted.add(run.spec().model().predicted()));
    if (predicted.size() > 1) {
      throw mark("grid")
          .error(
              "grid: its models predict %s: such losses do not compare, and no law is fitted to both; give each an experiment of its own"
                  .formatted(String.join(", and ", predicted)));
    }
    double[] flops = new double[grid.size()];
    Set<String> unread = fit.law() instanceof Typical known ? known.furtherAxes() : new TreeSet<>();
    boolean experts = false;
    for (int i = 0; i < flops.length; i++) {
      try {
        Run run = grid.get(i);
        int vocabulary = vocabularies.of(run.spec().corpus());
        flops[i] = fit.flops(run, vocabulary);
        unread.removeAll(run.spec().model().axes().keySet());
        experts |= run.parameters(vocabulary).idle().isPresent();
      } catch (IOException e) {
        throw new UserException(mark("base.corpus") + ": " + e.getMessage(), e);
      }
    }
    if (experts) {
      unread.remove(Scale.SPARSITY);
    }
    if (!unread.isEmpty()) {
      throw mark("fit.law")
          .error(
              "fit.law: %s reads %s, which no run of this grid has%s"
                  .formatted(
                      fit.law().getClass().getSimpleName(),
                      String.join(" and ", unread),
                      chosen(fit)));
    }
    fit.holdOut()
        .emptySide(flops)
        .ifPresent(
            sentence -> {
              throw mark("fit.holdOut").error("fit.holdOut: " + sentence + chosen(fit));
            });
  }

  /** Of which runs a sentence is, where the fit is not of all of them. */
  private static String chosen(FitPlan fit) {
    return fit.recipe().settings().isEmpty()
        ? ""
        : "; of the runs that fit.where chooses, those with " + fit.recipe().words();
  }

  private List<Run> recipe(FitPlan fit, List<Run> grid) {
    try {
      return fit.recipe().of(grid);
    } catch (IllegalArgumentException e) {
      throw mark("fit.where").error("fit.where: " + e.getMessage());
    }
  }

  private Mark mark(String path) {
    return Trees.get(root, path).orElse(root).mark();
  }
}
