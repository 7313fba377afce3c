package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final Pattern GAP = Pattern.compile("[^\\p{L}\\p{Nd}]+");

  @Test
  void theFirstOfAnyCopiesIsKept() {
    Prose prose = new Prose(1);
    String text = prose.words(400);
    List<String> documents =
        List.of(
            text,
            prose.words(400),
            text,
            text.replace(" ", "  \n "),
            text + prose.words(40),
            prose.words(20) + text,
            text.substring(text.length() / 2),
            "short",
            "short",
            "brief");
    assertEquals(List.of(0, 1, 6, 7, 9), NearDuplicates.distinct(documents));
  }

  @Test
  void noneIsLostAmongManyDifferentOnes() {
    Prose prose = new Prose(2);
    List<String> documents = IntStream.range(0, 500).mapToObj(i -> prose.words(60)).toList();
    assertEquals(500, NearDuplicates.distinct(documents).size());
  }

  /** 128 hashes estimate a similarity with a standard deviation of at most 0.045. */
  @Test
  void theEstimateIsCloseToTheSimilarity() {
    Prose prose = new Prose(3);
    double squares = 0;
    int trials = 200;
    for (int trial = 0; trial < trials; trial++) {
      String shared = prose.words(50 + 3 * trial);
      String a = shared + prose.words(200);
      String b = shared + prose.words(50);
      double estimate =
          NearDuplicates.similarity(NearDuplicates.signature(a), NearDuplicates.signature(b));
      squares += Math.pow(estimate - similarity(a, b), 2);
    }
    assertEquals(0, Math.sqrt(squares / trials), 0.055);
  }

  private static double similarity(String a, String b) {
    Set<List<String>> both = shingles(a);
    Set<List<String>> other = shingles(b);
    Set<List<String>> either = new HashSet<>(both);
    either.addAll(other);
    both.retainAll(other);
    return both.size() / (double) either.size();
  }

  private static Set<List<String>> shingles(String text) {
    List<String> words = new ArrayList<>(Arrays.asList(GAP.split(text.strip())));
    Set<List<String>> shingles = new HashSet<>();
    for (int i = 0; i + NearDuplicates.SHINGLE <= words.size(); i++) {
      shingles.add(List.copyOf(words.subList(i, i + NearDuplicates.SHINGLE)));
    }
    return shingles;
  }
}
