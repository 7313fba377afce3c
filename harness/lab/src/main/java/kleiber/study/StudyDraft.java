package kleiber.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.estimate.Estimate;
import kleiber.observe.FitFile;

/** What a study writes into. */
public final class StudyDraft {
  private final List<String> sentences = new ArrayList<>();
  private final Map<String, StudyResult.Number> numbers = new LinkedHashMap<>();
  private final List<StudyTable> tables = new ArrayList<>();
  private final List<StudyFigure> figures = new ArrayList<>();
  private final Map<String, FitFile> fits = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private String objection = "";

  /** A sentence; the first is the answer. */
  public StudyDraft sentence(String sentence) {
    sentences.add(sentence);
    return this;
  }

  /**
   * A number without an interval.
   *
   * @param name that no other number of the study has
   */
  public StudyDraft number(String name, double value, String unit) {
    return number(name, new StudyResult.Number(value, Double.NaN, Double.NaN, unit));
  }

  /**
   * A number with its interval.
   *
   * @param name that no other number of the study has
   */
  public StudyDraft number(String name, Estimate estimate, String unit) {
    return number(
        name,
        new StudyResult.Number(
            estimate.value(), estimate.interval().low(), estimate.interval().high(), unit));
  }

  private StudyDraft number(String name, StudyResult.Number number) {
    StudyResult.Number other = numbers.putIfAbsent(name, number);
    if (other != null) {
      throw new IllegalStateException(
          "the study has two numbers '%s', %s and %s".formatted(name, other, number));
    }
    return this;
  }

  public StudyDraft table(StudyTable table) {
    tables.add(table);
    return this;
  }

  public StudyDraft figure(StudyFigure figure) {
    figures.add(figure);
    return this;
  }

  /** What was left out, and why. */
  public StudyDraft note(String note) {
    notes.add(note);
    return this;
  }

  /**
   * A law of some of the runs, kept as a file beside that of the experiment.
   *
   * @param name of what those runs have in common
   */
  public StudyDraft fit(String name, FitFile fit) {
    fits.put(name, fit);
    return this;
  }

  Map<String, FitFile> fits() {
    return fits;
  }

  /**
   * Why the answer of the experiment itself does not stand, in a sentence that the answer takes.
   */
  public StudyDraft objection(String sentence) {
    objection = sentence;
    return this;
  }

  /** What was written; it has a sentence, whether or not the study had one to say. */
  StudyResult result(String study, String title) {
    if (sentences.isEmpty()) {
      sentences.add("It cannot be said from the runs that are done.");
    }
    return new StudyResult(study, title, sentences, numbers, tables, figures, notes, objection);
  }

  /** What was written before it could not go on: the reason comes after the answer, if there is. */
  StudyResult result(String study, String title, String reason) {
    sentences.add(
        Wording.because(
            sentences.isEmpty() ? "It cannot be said" : "The rest cannot be said", reason));
    return result(study, title);
  }
}
