package kleiber.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kleiber.experiment.Catalogue;
import kleiber.experiment.StudyPlan;
import kleiber.laws.Law;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.FitFile;

/**
 * All that an experiment's results say: the answer by its law, and what its studies found.
 *
 * @param answer with the objections of the studies before its other sentences
 * @param studies in the order of the experiment file
 * @param fits laws that studies fitted to runs of one recipe, by its name
 */
public record Conclusions(
    Analysis analysis, Answer answer, List<StudyResult> studies, Map<String, FitFile> fits) {
  public Conclusions {
    studies = List.copyOf(studies);
    fits = Collections.unmodifiableMap(new LinkedHashMap<>(fits));
  }

  /** Concludes what there is to conclude; never throws for want of runs. */
  public static Conclusions of(Analysis analysis) {
    List<StudyResult> studies = new ArrayList<>();
    Map<String, FitFile> fits = new LinkedHashMap<>();
    for (StudyPlan plan : analysis.experiment().studies()) {
      StudyDraft draft = new StudyDraft();
      studies.add(result(study(plan), plan, analysis, draft));
      fits.putAll(draft.fits());
    }
    Answer answer = Answer.of(analysis);
    List<String> sentences =
        new ArrayList<>(
            studies.stream()
                .map(StudyResult::objection)
                .filter(objection -> !objection.isEmpty())
                .toList());
    sentences.addAll(answer.sentences());
    return new Conclusions(
        analysis, new Answer(answer.verdict(), answer.headline(), sentences), studies, fits);
  }

  /**
   * Writes each study's file and fits into an experiment's results, and removes those of other
   * studies.
   */
  public void write(Path results) throws IOException {
    Law law = analysis.experiment().fit().law();
    Path folder = results.resolve(StudyResult.FOLDER);
    clear(folder, "");
    clear(results.resolve(FitFile.FOLDER), FitFile.prefix(law));
    for (StudyResult study : studies) {
      study.write(StudyResult.path(results, study.study()));
    }
    for (Map.Entry<String, FitFile> fit : fits.entrySet()) {
      fit.getValue().write(FitFile.path(results, law, fit.getKey()));
    }
  }

  /** Removes the files of a beginning that an earlier report left. */
  private static void clear(Path folder, String prefix) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> old = Files.list(folder)) {
        for (Path file : old.toList()) {
          String name = file.getFileName().toString();
          if (name.startsWith(prefix) && name.endsWith(".json")) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static <P extends StudyPlan> StudyResult result(
      Study<P> study, StudyPlan plan, Analysis analysis, StudyDraft draft) {
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
