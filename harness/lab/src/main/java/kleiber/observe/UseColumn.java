package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Words;

/**
 * The column {@code use} of tables that an experiment wrote. Rows that the experiment neither
 * fitted nor held out are not taken, unless a condition speaks of the column itself.
 */
final class UseColumn {
  private static final String NAME = "use";

  /** Columns that such a table has too: in one of another origin the name may mean anything. */
  private static final Set<String> BESIDE = Set.of("run", "state", NAME, "reason");

  private static final Set<String> TAKEN =
      Stream.of(Row.Use.FIT, Row.Use.HELD_OUT).map(Words::of).collect(Collectors.toSet());

  private final boolean asked;
  private long passedOver;
  private long heldOut;

  UseColumn(Selection selection) {
    asked = selection.comparisons().stream().anyMatch(each -> each.column().equals(NAME));
  }

  /** Its place in a table, where it decides which rows are taken. */
  OptionalInt in(TableReader table) {
    return asked || !table.columns().containsAll(BESIDE)
        ? OptionalInt.empty()
        : OptionalInt.of(table.column(NAME));
  }

  /** Whether a row is taken of which it says this. */
  boolean takes(String use) {
    boolean taken = TAKEN.contains(use);
    passedOver += taken ? 0 : 1;
    heldOut += use.equals(Words.of(Row.Use.HELD_OUT)) ? 1 : 0;
    return taken;
  }

  /** Rows that it kept from being taken. */
  long passedOver() {
    return passedOver;
  }

  /** What it did, in sentences. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (passedOver > 0) {
      notes.add(
          "%s not taken, which the experiment neither fitted nor held out (column '%s'); --where \"%s != ''\" takes all."
              .formatted(rows(passedOver), NAME, NAME));
    }
    if (heldOut > 0) {
      notes.add(
          "%s taken that the experiment held out; --where '%s == fit' takes only what it fitted."
              .formatted(rows(heldOut), NAME));
    }
    return notes;
  }

  private static String rows(long count) {
    return count == 1 ? "1 row is" : count + " rows are";
  }
}
