package kleiber.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds documents that repeat an earlier one, wholly or nearly: those whose sets of {@link
 * #SHINGLE} consecutive words have a Jaccard similarity of at least {@link #SIMILAR} by MinHash
 * (Broder, "On the resemblance and containment of documents", 1997). Candidates are pairs that
 * agree in one of {@link #BANDS} bands of their signature; at a similarity of 0.7 one in 5,000
 * pairs is missed. Words are runs of letters and digits, so layout does not matter.
 */
final class NearDuplicates {
  static final double SIMILAR = 0.7;
  static final int SHINGLE = 5;
  private static final int BANDS = 32;
  private static final int ROWS = 4;
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private NearDuplicates() {}

  /** The indices of documents that are not like an earlier one that is kept, ascending. */
  static List<Integer> distinct(List<String> documents) {
    int[][] signatures =
        IntStream.range(0, documents.size())
            .parallel()
            .mapToObj(i -> signature(documents.get(i)))
            .toArray(int[][]::new);
    List<Integer> kept = new ArrayList<>();
    List<Map<Long, List<Integer>>> bands = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      bands.add(new HashMap<>());
    }
    for (int i = 0; i < signatures.length; i++) {
      if (!resemblesAny(signatures, i, bands)) {
        kept.add(i);
        for (int band = 0; band < BANDS; band++) {
          bands
              .get(band)
              .computeIfAbsent(bandKey(signatures[i], band), key -> new ArrayList<>(1))
              .add(i);
        }
      }
    }
    return kept;
  }

  private static boolean resemblesAny(
      int[][] signatures, int document, List<Map<Long, List<Integer>>> bands) {
    Set<Integer> compared = new HashSet<>();
    for (int band = 0; band < BANDS; band++) {
      long key = bandKey(signatures[document], band);
      for (int earlier : bands.get(band).getOrDefault(key, List.of())) {
        if (compared.add(earlier)
            && similarity(signatures[document], signatures[earlier]) >= SIMILAR) {
          return true;
        }
      }
    }
    return false;
  }

  /** Estimate of the Jaccard similarity. */
  static double similarity(int[] a, int[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return equal / (double) a.length;
  }

  /** Minima of {@code BANDS · ROWS} hash functions over the shingles. */
  static int[] signature(String document) {
    int[] minima = new int[BANDS * ROWS];
    Arrays.fill(minima, Integer.MAX_VALUE);
    long[] words = new long[SHINGLE];
    int count = 0;
    for (int at = 0; at < document.length(); ) {
      if (!Character.isLetterOrDigit(document.charAt(at))) {
        at++;
        continue;
      }
      long word = 0;
      for (; at < document.length() && Character.isLetterOrDigit(document.charAt(at)); at++) {
        word = (word + document.charAt(at) + 1) * PRIME;
      }
      words[count++ % SHINGLE] = word;
      if (count >= SHINGLE) {
        minimise(minima, shingle(words, count));
      }
    }
    if (count < SHINGLE) {
      minimise(minima, shingle(words, count));
    }
    return minima;
  }

  private static long shingle(long[] words, int next) {
    long hash = 0;
    for (int i = 0; i < SHINGLE; i++) {
      hash = (hash ^ words[(next + i) % SHINGLE]) * PRIME;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  /** Hash function i takes the pair of halves (a, b) to a + i·b: Kirsch and Mitzenmacher, 2006. */
  private static void minimise(int[] minima, long shingle) {
    int hash = (int) shingle;
    int step = (int) (shingle >>> 32) | 1;
    for (int i = 0; i < minima.length; i++) {
      minima[i] = Math.min(minima[i], hash);
      hash += step;
    }
  }

  private static long bandKey(int[] signature, int band) {
    long key = 0;
    for (int row = 0; row < ROWS; row++) {
      key = (key ^ signature[band * ROWS + row]) * PRIME;
      key ^= key >>> 32;
    }
    return key;
  }
}
