package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What every corpus in the package promises. */
class CorpusContractTest {
  private static final int T = 64;

  @TempDir private Path temporary;

  @TestFactory
  Stream<DynamicNode> everyCorpusKeepsTheContract() throws IOException, URISyntaxException {
    List<Class<?>> corpora = implementations(Corpus.class);
    assertFalse(corpora.isEmpty(), "no corpus was found: is the search broken?");
    return corpora.stream()
        .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> check(type)));
  }

  /** The records of the package that are of a type. */
  static List<Class<?>> implementations(Class<?> type) throws IOException, URISyntaxException {
    Path classes = Path.of(type.getResource(type.getSimpleName() + ".class").toURI()).getParent();
    try (Stream<Path> files = Files.list(classes)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
          .sorted()
          .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
          .filter(found -> found.isRecord() && type.isAssignableFrom(found))
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName("kleiber.data." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private void check(Class<?> type) throws IOException, ReflectiveOperationException {
    CorpusFixture fixture = fixture(type);
    Corpus corpus = fixture.make(Files.createDirectory(temporary.resolve(type.getName())));
    Path cache = temporary.resolve(type.getName() + "-cache");
    SplitCorpus split = corpus.open(cache);
    assertEquals(corpus.vocabulary(), split.vocabulary());
    assertEquals(
        fixture.digest(),
        split.digest(),
        "the tokens have changed, and with them every loss. If that is meant, take the new digest"
            + " into the fixture, and see to it that tokens cached before are not used again");

    assertTrue(split.training().length() > T, "training text is too short for a window");
    assertTrue(split.heldOut().length() > 0, "held-out text is empty");
    Set<List<Integer>> training = documents(split.training(), split.vocabulary());
    Set<List<Integer>> heldOut = documents(split.heldOut(), split.vocabulary());
    for (List<Integer> document : heldOut) {
      assertFalse(training.contains(document), () -> "a held-out document is in training");
    }

    SplitCorpus cached = corpus.open(cache);
    assertSame(split, cached);
    SplitCorpus again = corpus.open(temporary.resolve(type.getName() + "-second-cache"));
    assertSame(split, again);

    ShuffledWindows windows = new ShuffledWindows(split.training(), T, 7);
    int[] inputs = new int[T];
    int[] targets = new int[T];
    for (long position : new long[] {0, windows.perEpoch() - 1, windows.perEpoch()}) {
      windows.read(position, inputs, targets, 0);
      assertArrayEquals(
          Arrays.copyOfRange(inputs, 1, T), Arrays.copyOfRange(targets, 0, T - 1), "targets");
    }
  }

  static CorpusFixture fixture(Class<?> type) throws ReflectiveOperationException {
    try {
      return (CorpusFixture)
          Class.forName(type.getName() + "Fixture").getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      return fail(
          "the corpus "
              + type.getSimpleName()
              + " has no fixture: write "
              + type.getSimpleName()
              + "Fixture, a CorpusFixture, beside this test",
          e);
    }
  }

  /** The documents longer than a few tokens; checks ids and document numbers on the way. */
  private static Set<List<Integer>> documents(TokenSequence tokens, int vocabulary) {
    Set<List<Integer>> documents = new HashSet<>();
    assertEquals(0, tokens.document(0));
    for (long start = 0, end; start < tokens.length(); start = end) {
      int document = tokens.document(start);
      end = endOf(document, start, tokens);
      int[] ids = new int[Math.toIntExact(end - start)];
      tokens.read(start, ids, 0, ids.length);
      for (int id : ids) {
        if (id < 0 || id >= vocabulary) {
          fail("id " + id + " in a vocabulary of " + vocabulary);
        }
      }
      if (end < tokens.length()) {
        assertTrue(tokens.document(end) > document, "documents are not in order");
      }
      if (ids.length > 8) {
        documents.add(List.of(Arrays.hashCode(ids), ids.length, ids[0], ids[ids.length / 2]));
      }
    }
    OptionalDouble bytes = tokens.bytes(0, tokens.length());
    assertTrue(
        bytes.isEmpty() || bytes.getAsDouble() > 0.9 * tokens.length(), () -> "bytes " + bytes);
    return documents;
  }

  private static long endOf(int document, long start, TokenSequence tokens) {
    long low = start;
    long high = tokens.length() - 1;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (tokens.document(middle) == document) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low + 1;
  }

  private static void assertSame(SplitCorpus expected, SplitCorpus actual) {
    assertEquals(expected.digest(), actual.digest());
    assertSame(expected.training(), actual.training());
    assertSame(expected.heldOut(), actual.heldOut());
  }

  private static void assertSame(TokenSequence expected, TokenSequence actual) {
    assertEquals(expected.length(), actual.length());
    int[] left = new int[1 << 16];
    int[] right = new int[1 << 16];
    for (long at = 0; at < expected.length(); at += left.length) {
      int count = (int) Math.min(left.length, expected.length() - at);
      expected.read(at, left, 0, count);
      actual.read(at, right, 0, count);
      assertArrayEquals(left, right);
      assertEquals(expected.document(at), actual.document(at));
    }
  }
}
