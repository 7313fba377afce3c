package kleiber.experiment;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what there is to choose from, and which of it was probably meant. */
public final class Names {
  private static final int MOST_SHOWN = 40;

  private Names() {}

  /** {@code "known: depth, width; did you mean 'width'?"}. */
  public static String known(String given, Collection<String> known) {
    if (known.isEmpty()) {
      return "known: none";
    }
    String list = String.join(", ", known.stream().limit(MOST_SHOWN).toList());
    String more = known.size() > MOST_SHOWN ? ", … (" + known.size() + " in all)" : "";
    String meant = nearest(given, known).map(name -> "; did you mean '" + name + "'?").orElse("");
    return "known: " + list + more + meant;
  }

  /** {@code "a, b and c"}. */
  public static String and(List<String> names) {
    if (names.size() < 2) {
      return String.join("", names);
    }
    return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }

  private static Optional<String> nearest(String given, Collection<String> known) {
    String lower = given.toLowerCase(Locale.ROOT);
    int tolerated = Math.max(1, Math.min(given.length(), 12) / 3);
    return known.stream()
        .filter(name -> Math.abs(name.length() - given.length()) <= tolerated)
        .min(Comparator.comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT))))
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= tolerated);
  }

  /** Letters to insert, delete, replace or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replace = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replace, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
