package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * Curves of another program as a table of losses that {@code fit} reads: run, step, N, D, L.
 *
 * @param runs a row for each run of the export, with its settings
 * @param name column of it that holds what the curves call the run
 * @param params column of it that holds N
 */
public record ImportedLosses(ForeignTable runs, String name, String params) {
  private static final List<String> NAMES = List.of("Name", "Run", "run", "Run ID", "name");

  /**
   * Settings in a file.
   *
   * @param name column with the runs' names; one of the usual when empty
   */
  public static ImportedLosses with(Path file, Optional<String> name, String params)
      throws IOException {
    ForeignTable runs = ForeignTable.read(file);
    String found =
        name.or(() -> NAMES.stream().filter(runs.columns()::contains).findFirst())
            .orElseThrow(
                () ->
                    new UserException(
                        "%s: which column holds the names of the runs? say it with --map run=COLUMN; known: %s"
                            .formatted(file, String.join(", ", runs.columns()))));
    runs.text(found); // is it there?
    runs.numbers(params);
    return new ImportedLosses(runs, found, params);
  }

  /**
   * Writes the table.
   *
   * @param tokensPerStep a number, or a column of the runs
   * @param tokens whether the curves' axis counts tokens, and not steps
   * @return rows written
   * @throws UserException when a run of the curves is not among the runs
   */
  public int write(Path out, ImportedCurves curves, Optional<String> tokensPerStep, boolean tokens)
      throws IOException {
    Map<String, Integer> places = new HashMap<>();
    String[] names = runs.text(name);
    for (int row = 0; row < names.length; row++) {
      if (places.put(names[row], row) != null) {
        throw new UserException(
            "two runs are called '%s'; give them different names, or say with --map run=COLUMN which column tells them apart"
                .formatted(names[row]));
      }
    }
    double[] counts = runs.numbers(params);
    double[] each = tokens ? null : tokensPerStep(tokensPerStep.orElseThrow(), names.length);
    List<String> lines = new ArrayList<>();
    lines.add(Csv.line(List.of("run", "step", "N", "D", "L")));
    for (ImportedCurves.Point point : curves.points()) {
      Integer row = places.get(point.run());
      if (row == null) {
        throw new UserException(
            "the curves have a run '%s', which is not among the runs; %s"
                .formatted(point.run(), Names.known(point.run(), new TreeSet<>(places.keySet()))));
      }
      if (!(counts[row] > 0) || !tokens && !(each[row] > 0)) {
        throw new UserException(
            "the table of runs says of '%s' that %s is no positive number; every run of the curves needs one"
                .formatted(point.run(), counts[row] > 0 ? "its tokens per step" : params));
      }
      double seen = tokens ? point.step() : point.step() * each[row];
      if (seen > 0) {
        lines.add(
            Csv.line(
                List.of(
                    point.run(),
                    Double.toString(point.step()),
                    Double.toString(counts[row]),
                    Double.toString(seen),
                    Double.toString(point.value()))));
      }
    }
    Files.writeString(out, String.join("\r\n", lines) + "\r\n");
    return lines.size() - 1;
  }

  private double[] tokensPerStep(String given, int rows) {
    OptionalDouble number = number(given);
    double[] each = number.isPresent() ? new double[rows] : runs.numbers(given);
    if (number.isPresent()) {
      Arrays.fill(each, number.getAsDouble());
    }
    return each;
  }

  private static OptionalDouble number(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
