package kleiber.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.UserException;
import kleiber.fit.Objective;
import kleiber.laws.Axis;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * Losses out of tables of any origin, as a law reads them. Of N, D and C the one that is missing is
 * taken from C = 6ND, and one that the law does not read may be missing altogether. A row that is
 * selected and cannot be fitted is an error that names its line; nothing is dropped.
 *
 * @param observations at most as many as were asked for, whole clusters only
 * @param read rows read
 * @param selected rows that met the conditions
 * @param unknown the names among N, D and C of which nothing is known: they stand at one
 * @param notes what a reader must know, in sentences
 */
public record LossTable(
    List<Observation> observations,
    long read,
    long selected,
    Set<String> unknown,
    List<String> notes) {
  /** Axes that every scale has. */
  public static final Set<String> OWN_AXES = Set.of("params", "tokens", "flops");

  /** Broken rows that a message names. */
  private static final int NAMED = 5;

  public LossTable {
    observations = List.copyOf(observations);
    unknown = Set.copyOf(unknown);
    notes = List.copyOf(notes);
  }

  /**
   * Reads losses.
   *
   * @param tables each opened by {@link TableReader#open}; closed by the caller
   * @param conditions as {@link Selection#parse} reads them; where none speaks of it, the column
   *     {@code use} of an experiment's table counts too
   * @param mostRows of which to keep a sample, when more are selected
   * @throws UserException when a column is missing, or a selected row cannot be fitted
   */
  public static LossTable read(
      List<TableReader> tables, Columns columns, List<String> conditions, Law law, int mostRows)
      throws IOException {
    Selection selection = Selection.parse(conditions);
    Reading reading = new Reading(columns, law, mostRows, tables, new UseColumn(selection));
    for (TableReader table : tables) {
      reading.read(table, selection.over(table));
    }
    return reading.table();
  }

  /** The work of reading several tables. */
  private static final class Reading {
    private final Columns columns;
    private final Law law;
    private final boolean several;
    private final String files;
    private final ClusterSample sample;
    private final UseColumn uses;
    private final Set<String> notes = new LinkedHashSet<>();
    private final Set<String> unknown = new LinkedHashSet<>();
    private final List<String> broken = new ArrayList<>();
    private long brokenRows;
    private String wrong = "";
    private long read;
    private long selected;

    Reading(Columns columns, Law law, int mostRows, List<TableReader> tables, UseColumn uses) {
      this.columns = columns;
      this.law = law;
      this.several = tables.size() > 1;
      this.files =
          tables.stream().map(table -> table.file().toString()).collect(Collectors.joining(", "));
      this.sample = new ClusterSample(mostRows);
      this.uses = uses;
    }

    void read(TableReader table, Selection.Rows selection) throws IOException {
      Places at = new Places(table);
      OptionalInt use = uses.in(table);
      while (table.next()) {
        read++;
        if (selection.holds() && (use.isEmpty() || uses.takes(table.text(use.getAsInt())))) {
          selected++;
          Observation row = at.row();
          String fault = fault(row);
          if (fault.isEmpty()) {
            sample.add(row);
          } else if (++brokenRows <= NAMED) {
            broken.add(table.place() + ": " + fault);
            wrong = brokenRows == 1 ? at.column(row) : wrong;
          }
        }
      }
      if (brokenRows > 0) {
        String more = brokenRows > NAMED ? "; and " + (brokenRows - NAMED) + " more" : "";
        throw new UserException(
            "%s: %d %s cannot be fitted: %s%s. Mend them, or leave them out by a condition%s"
                .formatted(
                    table.file(),
                    brokenRows,
                    brokenRows == 1 ? "row" : "rows",
                    String.join("; ", broken),
                    more,
                    wrong.isEmpty() ? "" : " such as --where '" + wrong + " > 0'"));
      }
    }

    private String fault(Observation row) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("the loss", row.loss());
      values.put("N", row.at().params());
      values.put("D", row.at().tokens());
      values.put("C", row.at().flops());
      for (Map.Entry<String, Double> entry : values.entrySet()) {
        double value = entry.getValue();
        if (!(value > 0) || Double.isInfinite(value)) {
          return entry.getKey()
              + (Double.isNaN(value) ? " is missing or not a number" : " is " + value)
              + (Double.isInfinite(value) ? " but must be finite" : " but must be positive");
        }
      }
      for (Map.Entry<String, Double> axis : row.at().extra().entrySet()) {
        if (!Double.isFinite(axis.getValue())) {
          return axis.getKey() + " is missing or not a number";
        }
      }
      return "";
    }

    LossTable table() {
      if (read == 0) {
        throw new UserException(files + ": there are no rows; expected one loss in each");
      }
      if (selected == 0 && uses.passedOver() > 0) {
        throw new UserException(files + ": there is nothing to fit. " + uses.notes().getFirst());
      }
      if (selected == 0) {
        throw new UserException("none of the " + read + " rows meets the conditions of --where");
      }
      List<String> all = new ArrayList<>(notes);
      all.addAll(uses.notes());
      if (sample.rows().size() < selected) {
        all.add(
            "%d rows were selected; the law is fitted to a random sample of %d of them, by whole runs. --max-rows takes more."
                .formatted(selected, sample.rows().size()));
      }
      return new LossTable(sample.rows(), read, selected, unknown, all);
    }

    /** Where one table holds what. */
    private final class Places {
      private final TableReader table;
      private final int loss;
      private final Optional<Integer> params;
      private final Optional<Integer> tokens;
      private final Optional<Integer> flops;
      private final Optional<Integer> run;
      private final Optional<Integer> cluster;
      private final Optional<Integer> standardError;
      private final Map<String, Integer> axes = new LinkedHashMap<>();
      private final String prefix;

      Places(TableReader table) {
        this.table = table;
        loss = columns.find(table, Columns.LOSS).orElseThrow(() -> missing(Columns.LOSS, "loss"));
        params = columns.find(table, Columns.N);
        tokens = columns.find(table, Columns.D);
        flops = columns.find(table, Columns.C);
        run = columns.find(table, Columns.RUN);
        cluster = columns.find(table, Columns.CLUSTER);
        standardError = columns.find(table, Columns.STANDARD_ERROR);
        prefix = several ? table.file().getFileName() + " " : "";
        columns.axes().forEach(axis -> axes.put(axis, columns.find(table, axis).orElseThrow()));
        if (law instanceof Typical known) {
          known.axes().forEach(this::axis);
        }
        derived(Columns.N, "C / (6 D)", params, tokens, flops);
        derived(Columns.D, "C / (6 N)", tokens, params, flops);
        derived(Columns.C, "6 N D", flops, params, tokens);
      }

      private void axis(Axis axis) {
        if (!OWN_AXES.contains(axis.name()) && !axes.containsKey(axis.name())) {
          axes.put(
              axis.name(),
              columns
                  .find(table, axis.name())
                  .orElseThrow(() -> missing(axis.name(), axis.unit())));
        }
      }

      private void derived(
          String name,
          String formula,
          Optional<Integer> own,
          Optional<Integer> one,
          Optional<Integer> other) {
        if (own.isEmpty() && one.isPresent() && other.isPresent()) {
          notes.add(name + " is in no column: it is taken as " + formula + ".");
        } else if (own.isEmpty()) {
          if (reads(law, name)) {
            throw missing(
                name,
                switch (name) {
                  case Columns.N -> "parameters";
                  case Columns.D -> "training tokens";
                  default -> "training FLOPs";
                });
          }
          unknown.add(name);
        }
      }

      private UserException missing(String role, String meaning) {
        return new UserException(
            "%s: which column holds %s (%s)? Say it with --map %s=COLUMN; %s"
                .formatted(
                    table.file(), role, meaning, role, Columns.known(role, table.columns())));
      }

      /** The first column of a broken row that is to blame. */
      String column(Observation row) {
        boolean sound = row.loss() > 0 && Double.isFinite(row.loss());
        Optional<Integer> to =
            sound
                ? Stream.of(params, tokens, flops)
                    .flatMap(Optional::stream)
                    .filter(at -> !(table.number(at) > 0))
                    .findFirst()
                : Optional.of(loss);
        return to.map(table.columns()::get).orElse("");
      }

      Observation row() {
        double n = number(params);
        double d = number(tokens);
        double c = number(flops);
        Map<String, Double> extra = new LinkedHashMap<>();
        axes.forEach((name, column) -> extra.put(name, table.number(column)));
        Scale at =
            new Scale(
                params.isPresent() || unknown.contains(Columns.N) ? n : c / (6 * d),
                tokens.isPresent() || unknown.contains(Columns.D) ? d : c / (6 * n),
                flops.isPresent() || unknown.contains(Columns.C) ? c : 6 * n * d,
                extra);
        String name = run.map(table::text).orElseGet(() -> prefix + table.place());
        return new Observation(
            name,
            cluster.map(table::text).orElse(name),
            null,
            0,
            at,
            null,
            table.number(loss),
            standardError.map(table::number).orElse(Double.NaN));
      }

      private double number(Optional<Integer> column) {
        return column.map(table::number).orElse(1.0);
      }
    }
  }

  /**
   * Refuses an objective that asks for more than these rows have.
   *
   * @throws UserException when a standard error is asked for that a row has not
   */
  public void requireFor(Objective objective) {
    if (objective.residual() == kleiber.fit.Residual.STANDARD_ERRORS) {
      for (Observation row : observations) {
        if (!(row.standardError() > 0) || Double.isInfinite(row.standardError())) {
          throw new UserException(
              "%s needs a standard error of every loss, but that of %s is %s; say which column holds it with --map standardError=COLUMN"
                  .formatted(
                      objective.getClass().getSimpleName(),
                      row.run(),
                      Double.isNaN(row.standardError()) ? "not known" : row.standardError()));
        }
      }
    }
  }

  /** What a law reads that is not known of every row. */
  public List<String> missingFor(Law law) {
    List<String> missing = new ArrayList<>();
    for (String name : List.of(Columns.N, Columns.D, Columns.C)) {
      if (unknown.contains(name) && reads(law, name)) {
        missing.add(name);
      }
    }
    if (law instanceof Typical known) {
      known.axes().stream()
          .map(Axis::name)
          .filter(axis -> !OWN_AXES.contains(axis))
          .filter(
              axis -> !observations.stream().allMatch(row -> row.at().extra().containsKey(axis)))
          .forEach(missing::add);
    }
    return missing;
  }

  /** Whether a law reads N, D or C: whether its loss is lost where that is not a number. */
  static boolean reads(Law law, String name) {
    if (law instanceof Typical known) {
      String axis =
          switch (name) {
            case Columns.N -> "params";
            case Columns.D -> "tokens";
            default -> "flops";
          };
      return known.axes().stream().anyMatch(its -> its.name().equals(axis));
    }
    double[] theta =
        law.parameters().stream()
            .mapToDouble(parameter -> Math.max(parameter.low(), Math.min(1, parameter.high())))
            .toArray();
    Scale without =
        new Scale(
            name.equals(Columns.N) ? Double.NaN : 1e9,
            name.equals(Columns.D) ? Double.NaN : 1e10,
            name.equals(Columns.C) ? Double.NaN : 6e19,
            Map.of());
    return Double.isNaN(law.loss(without, theta));
  }
}
