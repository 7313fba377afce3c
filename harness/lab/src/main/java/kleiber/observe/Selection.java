package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.experiment.UserException;

/**
 * Which rows of a table are wanted: those that meet every one of some comparisons of a column with
 * a value. Numbers are compared as numbers; == and != compare texts where one side is no number. A
 * row that holds nothing in the column meets no comparison but !=.
 */
public record Selection(List<Comparison> comparisons) {
  /** How a column is compared. */
  public enum Relation {
    AT_MOST("<="),
    AT_LEAST(">="),
    EQUAL("=="),
    UNEQUAL("!="),
    BELOW("<"),
    ABOVE(">");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    private static Relation of(String sign) {
      for (Relation relation : values()) {
        if (relation.sign.equals(sign)) {
          return relation;
        }
      }
      throw new IllegalArgumentException(sign);
    }

    private boolean holds(double left, double right) {
      return switch (this) {
        case AT_MOST -> left <= right;
        case AT_LEAST -> left >= right;
        case EQUAL -> left == right;
        case UNEQUAL -> left != right;
        case BELOW -> left < right;
        case ABOVE -> left > right;
      };
    }
  }

  /** A column beside a value. */
  public record Comparison(String column, Relation relation, String value) {
    private static final Pattern FORM =
        Pattern.compile(
            "\\s*(\"[^\"]+\"|'[^']+'|[^<>=!]+?)\\s*(<=|>=|==|!=|<|>)\\s*(\"[^\"]*\"|'[^']*'|[^<>=!]+?)\\s*");

    static Comparison parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new UserException(
            "'%s' is no condition; expected a column, one of < <= > >= == != and a value, such as 'loss < 3.44'; several are joined with and"
                .formatted(text));
      }
      Comparison comparison =
          new Comparison(
              unquoted(matcher.group(1)),
              Relation.of(matcher.group(2)),
              unquoted(matcher.group(3)));
      boolean ordered =
          comparison.relation != Relation.EQUAL && comparison.relation != Relation.UNEQUAL;
      if (ordered && Double.isNaN(TableReader.parse(comparison.value))) {
        throw new UserException(
            "'%s': '%s' is not a number; only == and != compare texts"
                .formatted(text, comparison.value));
      }
      return comparison;
    }

    private static String unquoted(String text) {
      boolean quoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
      return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private boolean holds(TableReader row, int index, double number) {
      String text = row.text(index);
      if (text.isEmpty()) {
        return relation == Relation.UNEQUAL;
      }
      boolean sameOrNot = relation == Relation.EQUAL || relation == Relation.UNEQUAL;
      if (sameOrNot && (Double.isNaN(number) || Double.isNaN(TableReader.parse(text)))) {
        return text.equals(value) == (relation == Relation.EQUAL);
      }
      return relation.holds(row.number(index), number);
    }
  }

  private static final Pattern AND =
      Pattern.compile("\\s+(?i:and)\\s+(?=(?:[^\"']*[\"'][^\"']*[\"'])*[^\"']*$)");

  public Selection {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Reads conditions.
   *
   * @throws UserException when one is none
   */
  public static Selection parse(List<String> conditions) {
    List<Comparison> comparisons = new ArrayList<>();
    for (String condition : conditions) {
      for (String comparison : AND.split(condition)) {
        comparisons.add(Comparison.parse(comparison));
      }
    }
    return new Selection(comparisons);
  }

  /**
   * The same for the rows of one table.
   *
   * @throws UserException when a column is not there
   */
  Rows over(TableReader table) {
    return new Rows(
        table,
        comparisons,
        comparisons.stream().mapToInt(comparison -> table.column(comparison.column)).toArray(),
        comparisons.stream().mapToDouble(c -> TableReader.parse(c.value)).toArray());
  }

  /** A selection with its columns found in a table. */
  record Rows(TableReader table, List<Comparison> comparisons, int[] columns, double[] numbers) {
    /** Whether the present row of the table is wanted. */
    boolean holds() {
      for (int i = 0; i < columns.length; i++) {
        if (!comparisons.get(i).holds(table, columns[i], numbers[i])) {
          return false;
        }
      }
      return true;
    }
  }
}
