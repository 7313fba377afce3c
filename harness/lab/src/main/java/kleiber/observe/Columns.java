package kleiber.observe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * Which column of a table holds what. Where nothing is said, a column of the usual name is taken:
 * {@code N}, {@code params} or {@code parameters}, and so on, capitals aside.
 *
 * @param byRole name of a column by what it holds; what is neither {@link #N}, {@link #D}, {@link
 *     #C}, {@link #LOSS}, {@link #RUN}, {@link #CLUSTER} nor {@link #STANDARD_ERROR} is a further
 *     axis of scale
 */
public record Columns(Map<String, String> byRole) {
  /** Parameters. */
  public static final String N = "N";

  /** Training tokens seen. */
  public static final String D = "D";

  /** Training FLOPs. */
  public static final String C = "C";

  /** Loss, nats per token. */
  public static final String LOSS = "L";

  /** What rows of one training have in common. */
  public static final String RUN = "run";

  /** What rows have in common that share their noise: a run, or a trunk with its branches. */
  public static final String CLUSTER = "cluster";

  /** Standard error of the loss. */
  public static final String STANDARD_ERROR = "standardError";

  /** All that is no further axis. */
  public static final List<String> ROLES = List.of(N, D, C, LOSS, RUN, CLUSTER, STANDARD_ERROR);

  /** Parts of names that tell what a column may hold. */
  private static final Map<String, List<String>> PARTS =
      Map.of(
          N, List.of("param", "size"),
          D, List.of("token"),
          C, List.of("flop", "compute"),
          LOSS, List.of("loss"));

  private static final Map<String, List<String>> USUAL =
      Map.of(
          N, List.of("n", "params", "parameters", "num_params"),
          D, List.of("d", "tokens", "num_tokens"),
          C, List.of("c", "flops", "compute"),
          LOSS, List.of("l", "loss"),
          RUN, List.of("run"),
          CLUSTER, List.of("cluster"),
          STANDARD_ERROR, List.of("standarderror", "standard_error"));

  /** A comma separates only before the next name, so that names of columns may hold commas. */
  private static final Pattern PAIR = Pattern.compile("(\\w+)=(.*?)(?:,(?=\\w+=)|$)");

  public Columns {
    byRole = Collections.unmodifiableMap(new LinkedHashMap<>(byRole));
  }

  /**
   * Reads such texts as {@code N=Model Size,C=Training FLOP,L=loss}.
   *
   * @throws UserException when one is none, or names a role twice
   */
  public static Columns parse(List<String> texts) {
    Map<String, String> byRole = new LinkedHashMap<>();
    for (String text : texts) {
      Matcher matcher = PAIR.matcher(text);
      int end = 0;
      while (end < text.length() && matcher.find(end) && matcher.start() == end) {
        if (matcher.group(2).isBlank()) {
          break;
        }
        if (byRole.put(matcher.group(1), matcher.group(2).strip()) != null) {
          throw new UserException("--map says twice which column holds " + matcher.group(1));
        }
        end = matcher.end();
      }
      if (end < text.length() || text.isBlank()) {
        throw new UserException(
            "--map '%s' is not understood; expected NAME=COLUMN, such as N='Model Size',C=flops,L=loss; NAME is N, D, C, L, run, cluster, standardError or an axis that the law reads"
                .formatted(text));
      }
    }
    return new Columns(byRole);
  }

  /**
   * Where in a table a role lies, when it is named or a column has a usual name.
   *
   * @throws UserException when several have
   */
  Optional<Integer> find(TableReader table, String role) {
    String named = byRole.get(role);
    if (named != null) {
      return Optional.of(table.column(named));
    }
    List<String> columns = table.columns();
    List<String> usual = USUAL.getOrDefault(role, List.of(role.toLowerCase(Locale.ROOT)));
    List<Integer> found =
        IntStream.range(0, columns.size())
            .filter(i -> usual.contains(columns.get(i).toLowerCase(Locale.ROOT)))
            .boxed()
            .toList();
    if (found.size() > 1) {
      throw new UserException(
          "%s: the columns %s may all hold %s; say which does with --map %s=COLUMN, or give them different names"
              .formatted(
                  table.file(),
                  found.stream()
                      .map(i -> "'" + columns.get(i) + "'")
                      .collect(Collectors.joining(", ")),
                  role,
                  role));
    }
    return found.stream().findFirst();
  }

  /** What there is to choose from where a role was not found, and what may be meant. */
  static String known(String role, List<String> columns) {
    if (!PARTS.containsKey(role)) {
      return Names.known(role, columns);
    }
    List<String> likely =
        columns.stream()
            .filter(
                name ->
                    PARTS.get(role).stream()
                        .anyMatch(part -> name.toLowerCase(Locale.ROOT).contains(part)))
            .toList();
    return "known: "
        + String.join(", ", columns)
        + (likely.isEmpty() ? "" : "; did you mean '" + String.join("' or '", likely) + "'?");
  }

  /** Further axes that were named. */
  public List<String> axes() {
    return byRole.keySet().stream().filter(role -> !USUAL.containsKey(role)).toList();
  }
}
