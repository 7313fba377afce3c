package kleiber.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.observe.JsonRecords;

/**
 * What a study found, as the file {@code studies/<study>.json} keeps it. A number that is not
 * finite is null there.
 *
 * @param study its type in the experiment file
 * @param title for readers
 * @param sentences the answer with its interval first; or what is missing
 * @param numbers by name, in order
 * @param tables for readers
 * @param figures as data; reports draw them
 * @param notes what was left out and why
 * @param objection why the answer of the experiment itself does not stand; empty when it may
 */
public record StudyResult(
    String study,
    String title,
    List<String> sentences,
    Map<String, Number> numbers,
    List<StudyTable> tables,
    List<StudyFigure> figures,
    List<String> notes,
    String objection) {
  /** The folder of all studies within an experiment's results. */
  public static final String FOLDER = "studies";

  /**
   * A number with the ends of its interval, which are NaN where it has none or they are infinite.
   *
   * @param unit in words; empty for none
   */
  public record Number(double value, double low, double high, String unit) {
    public Number {
      value = finite(value);
      low = finite(low);
      high = finite(high);
    }

    private static double finite(double value) {
      return Double.isFinite(value) ? value : Double.NaN;
    }
  }

  public StudyResult {
    sentences = List.copyOf(sentences);
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    tables = List.copyOf(tables);
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /** Where a study's result lies within an experiment's results. */
  public static Path path(Path results, String study) {
    return results.resolve(FOLDER).resolve(study + ".json");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the file is not there, or is no such result
   */
  public static StudyResult read(Path file) throws IOException {
    return JsonRecords.read(file, StudyResult.class);
  }

  public void write(Path file) throws IOException {
    JsonRecords.write(file, this);
  }
}
