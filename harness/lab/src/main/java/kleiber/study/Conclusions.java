package kleiber.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kleiber.experiment.Catalogue;
import kleiber.experiment.StudyPlan;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;

/**
 * All that an experiment's results say: the answer by its law, and what its studies found.
 *
 * @param answer with the objections of the studies before its other sentences
 * @param studies in the order of the experiment file, and then what no file asks for: {@link
 *     ByAxis}
 */
public record Conclusions(Analysis analysis, Answer answer, List<StudyResult> studies) {
  public Conclusions {
    studies = List.copyOf(studies);
  }

  /** Concludes what there is to conclude; never throws for want of runs. */
  public static Conclusions of(Analysis analysis) {
    List<StudyResult> studies =
        Stream.concat(
                analysis.experiment().studies().stream()
                    .map(plan -> result(study(plan), plan, analysis)),
                ByAxis.of(analysis).stream())
            .toList();
    Answer answer = Answer.of(analysis);
    List<String> sentences =
        new ArrayList<>(
            studies.stream()
                .map(StudyResult::objection)
                .filter(objection -> !objection.isEmpty())
                .toList());
    sentences.addAll(answer.sentences());
    return new Conclusions(
        analysis, new Answer(answer.verdict(), answer.headline(), sentences), studies);
  }

  /** Writes each study's file into an experiment's results, and removes those of other studies. */
  public void write(Path results) throws IOException {
    Path folder = results.resolve(StudyResult.FOLDER);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> old = Files.list(folder)) {
        for (Path file : old.filter(path -> path.toString().endsWith(".json")).toList()) {
          Files.delete(file);
        }
      }
    }
    for (StudyResult study : studies) {
      study.write(StudyResult.path(results, study.study()));
    }
  }

  private static <P extends StudyPlan> StudyResult result(
      Study<P> study, StudyPlan plan, Analysis analysis) {
    StudyDraft draft = new StudyDraft();
    try {
      study.write(study.plan().cast(plan), analysis, draft);
      return draft.result(plan.name(), study.title());
    } catch (RuntimeException e) { // whatever it is, the report is worth more than one study
      String reason = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
      return draft.result(plan.name(), study.title(), reason);
    }
  }

  private static Study<?> study(StudyPlan plan) {
    for (Class<?> type : Catalogue.of(Study.class).values()) {
      Study<?> study = instance(type);
      if (study.plan() == plan.getClass()) {
        return study;
      }
    }
    throw new IllegalStateException("no study takes " + plan);
  }

  private static Study<?> instance(Class<?> type) {
    try {
      return (Study<?>) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a study has a constructor that takes nothing: " + type, e);
    }
  }
}
