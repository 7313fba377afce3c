package kleiber.data;

import static kleiber.data.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("text"));
  }

  @Test
  void everyKindOfFileGivesTheSameDocuments() throws IOException {
    List<String> texts = chapters(40);
    StringBuilder lines = new StringBuilder();
    StringBuilder separated = new StringBuilder();
    for (String text : texts) {
      lines.append("{\"id\": {\"n\": [1]}, \"body\": \"").append(json(text)).append("\"}\n\n");
      separated.append(text).append("<|endoftext|>\r\n");
    }
    byte[] jsonl = bytes(lines.toString());
    byte[] text = bytes(separated.toString());
    Files.write(folder.resolve("a.jsonl"), jsonl);
    Files.write(folder.resolve("b.jsonl.gz"), gzip(jsonl));
    Files.write(folder.resolve("c.jsonl.zst"), Zstd.compress(jsonl));
    Files.write(folder.resolve("d.txt"), text);
    Files.write(folder.resolve("e.txt.gz"), gzip(text));
    Files.write(folder.resolve("f.md.zst"), Zstd.compress(text));
    String digest = null;
    for (String name : List.of("a.*", "b.*", "c.*", "d.*", "e.*", "f.*")) {
      SplitCorpus corpus = corpus(name, 0.3).open(temporary.resolve("cache"));
      TreeSet<String> found = new TreeSet<>(documents(corpus.training()));
      found.addAll(documents(corpus.heldOut()));
      assertEquals(new TreeSet<>(texts), found, name);
      digest = digest == null ? corpus.digest() : digest;
      assertEquals(digest, corpus.digest(), name);
    }
  }

  @Test
  void equalDocumentsLieOnOneSide() throws IOException {
    List<String> texts = chapters(30);
    for (int copy = 0; copy < 3; copy++) {
      for (int i = 0; i < texts.size(); i++) {
        Files.writeString(folder.resolve(copy + "-" + i + ".txt"), texts.get(i));
      }
    }
    SplitCorpus corpus = corpus("", 0.3).open(temporary.resolve("cache"));
    TreeSet<String> both = new TreeSet<>(documents(corpus.training()));
    both.retainAll(documents(corpus.heldOut()));
    assertEquals(new TreeSet<>(), both);
    assertEquals(0, documents(corpus.heldOut()).size() % 3);
  }

  @Test
  void aLongDocumentStaysWhole() throws IOException {
    String lines = new Prose(5).words(200_000);
    String noLines = lines.replace("\n", "😀").substring(0, 700_001) + "😀".repeat(300_000);
    Files.writeString(folder.resolve("lines.txt"), lines);
    Files.writeString(folder.resolve("no-lines.txt"), noLines);
    Files.writeString(
        folder.resolve("json.jsonl"),
        "{\"body\":\"" + json("x" + lines) + "\"}\n{\"body\":\"" + json("x" + noLines) + "\"}");
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve("short" + i + ".txt"), "short " + i);
    }
    SplitCorpus corpus = corpus("", 0.4).open(temporary.resolve("cache"));
    List<String> found = new ArrayList<>(documents(corpus.training()));
    found.addAll(documents(corpus.heldOut()));
    assertTrue(
        found.containsAll(List.of(lines, noLines, "x" + lines, "x" + noLines)),
        () -> "lengths " + found.stream().map(String::length).toList());
  }

  @Test
  void bytesCountTextAndNotItsSeparators() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "éa\n=\nbcde\n=\nf\n=\ng\n=\nh\n=\ni\n");
    TextFiles files =
        new TextFiles(folder + "/a.txt", new Bytes(), 0.3, Optional.empty(), Optional.of("="));
    TokenSequence training = files.open(temporary.resolve("cache")).training();
    long separators = 0;
    int[] id = new int[1];
    for (long n = 1; n <= training.length(); n++) {
      training.read(n - 1, id, 0, 1);
      separators += id[0] == 0 ? 1 : 0;
      assertEquals(n - separators, training.bytes(0, n).orElseThrow(), 1e-12);
      assertEquals(id[0] == 0 ? 0 : 1, training.bytes(n - 1, n).orElseThrow(), 1e-12);
    }
    assertTrue(separators > 2);
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    Files.write(folder.resolve("a.txt"), bytes("\uFEFFa\n=\n\uFEFFb\n=\nc\n=\nd\n=\ne\n"));
    SplitCorpus corpus =
        new TextFiles(folder + "/a.txt", new Bytes(), 0.5, Optional.empty(), Optional.of("="))
            .open(temporary.resolve("cache"));
    TreeSet<String> found = new TreeSet<>(documents(corpus.training()));
    found.addAll(documents(corpus.heldOut()));
    assertEquals(new TreeSet<>(List.of("a\n", "\uFEFFb\n", "c\n", "d\n", "e\n")), found);
  }

  @Test
  void changedTextIsTokenizedAgain() throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "text number " + i);
    }
    String before = corpus("", 0.3).open(temporary.resolve("cache")).digest();
    Files.writeString(folder.resolve("7.txt"), "another text");
    assertNotEquals(before, corpus("", 0.3).open(temporary.resolve("cache")).digest());
  }

  @Test
  void aFolderTakesWhatItKnows() throws IOException {
    Files.createDirectories(folder.resolve("deep/.hidden"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve("deep/" + i + ".txt"), "text " + i);
    }
    Files.writeString(folder.resolve("deep/notes.pdf"), "no text");
    Files.writeString(folder.resolve("deep/.hidden/x.txt"), "hidden");
    Files.writeString(folder.resolve("top.txt"), "text at the top");
    assertEquals(21, FilePattern.find(folder.toString(), TextFile.EXTENSIONS).size());
    assertEquals(21, FilePattern.find(folder + "/{top,**/[0-9]*}.txt", List.of(".txt")).size());
    assertEquals(22, FilePattern.find(folder + "/**/*.txt", List.of(".txt")).size());
    assertEquals(21, FilePattern.find(folder + "/d*/**/*.txt", List.of(".txt")).size());
  }

  @Test
  void onlyTheNameOfTheFileTellsItsKind() throws IOException {
    folder = Files.createDirectory(folder.resolve("x.jsonl.gz"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve(i + ".jsonl.txt"), "text " + i);
    }
    Files.writeString(folder.resolve("20.TXT"), "text 20");
    Files.writeString(folder.resolve("21.Jsonl"), "{\"body\": \"text 21\"}");
    Files.write(folder.resolve("22.jsonl.GZ"), gzip(bytes("{\"body\": \"text 22\"}")));
    SplitCorpus corpus = corpus("", 0.3).open(temporary.resolve("cache"));
    TreeSet<String> found = new TreeSet<>(documents(corpus.training()));
    found.addAll(documents(corpus.heldOut()));
    TreeSet<String> wanted = new TreeSet<>();
    for (int i = 0; i < 23; i++) {
      wanted.add("text " + i);
    }
    assertEquals(wanted, found);
  }

  @Test
  void aLinkInACircleIsRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    assertRefused(() -> open(folder.toString()), folder + "/loop is a link to a folder around it");
  }

  @Test
  void aFolderThatMayNotBeReadIsRefused() throws IOException {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.setPosixFilePermissions(secret, Set.of());
    try {
      Assumptions.assumeFalse(Files.isReadable(secret), "this user may read everything");
      assertRefused(() -> open(folder.toString()), secret + " may not be read");
    } finally {
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** The first child writes, as the locale of the tests themselves may not know the letters. */
  @Test
  void theLocaleDecidesNothing() throws Exception {
    List<String> digests = new ArrayList<>();
    for (String locale : List.of("C.UTF-8", "C")) {
      Process child =
          Children.start(
              List.of(), Map.of("LC_ALL", locale), LocaleChild.class, temporary.toString());
      digests.add(Children.output(child));
    }
    assertEquals(digests.get(0), digests.get(1));
  }

  /** Prints the digest of a folder, and the name of the one that the cache keeps. */
  static final class LocaleChild {
    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0], "umlauts");
      if (!Files.exists(folder)) {
        Files.createDirectory(folder);
        for (String name : "été große año smörgås naïve żółw été2 plain".split(" ")) {
          Files.writeString(folder.resolve(name + ".txt"), "text of " + name);
        }
      }
      Path cache = Path.of(args[0], "locale-cache");
      System.out.println(corpus(folder.toString()).open(cache).digest());
      try (Stream<Path> kept = Files.list(cache)) {
        System.out.println(kept.filter(Files::isDirectory).map(Path::getFileName).toList());
      }
    }
  }

  @Test
  void whatIsStoppedLeavesNothing() throws IOException {
    Files.writeString(folder.resolve("a.txt"), new Prose(5).words(1_000_000));
    Files.writeString(folder.resolve("b.txt"), "b");
    Path cache = temporary.resolve("cache");
    AtomicInteger asked = new AtomicInteger();
    assertThrows(
        CancellationException.class,
        () -> corpus(folder.toString()).open(cache, () -> asked.incrementAndGet() == 2));
    assertEquals(2, asked.get());
    try (Stream<Path> kept = Files.list(cache)) {
      assertEquals(List.of(), kept.filter(Files::isDirectory).toList());
    }
  }

  @Test
  void aReaderFillsAnyPartOfAnArray() throws IOException {
    try (Utf8Reader reader = new Utf8Reader(new ByteArrayInputStream(bytes("hé")), Path.of("x"))) {
      char[] chars = "......".toCharArray();
      assertEquals(2, reader.read(chars, 3, 2));
      assertEquals("...hé.", new String(chars));
      assertEquals(-1, reader.read(chars, 3, 2));
    }
  }

  @Test
  void aPathThatMatchesNothingIsRefused() throws IOException {
    String here = Path.of("").toAbsolutePath().toString();
    assertRefused(() -> open("no/such.txt"), "no file or folder no/such.txt", here);
    assertRefused(
        () -> open("nowhere/*.txt"), "nothing matches nowhere/*.txt", "no folder " + here);
    assertRefused(
        () -> open(folder + "/*.txt"), "nothing matches", "no file in " + folder + " is *.txt");
    assertRefused(() -> open(folder.toString()), "no file of a known kind", ".jsonl.zst", "empty");
    assertRefused(() -> open(folder + "/[a.txt"), "not a glob");
    Files.writeString(folder.resolve("a.pdf"), "x");
    assertRefused(() -> open(folder.toString()), "known are .txt", "it has *.pdf");
    assertRefused(() -> open(folder + "/a.pdf"), "a.pdf is not of a known kind", ".txt .md");
    assertRefused(() -> open(folder + "/*"), "a.pdf is not of a known kind");
  }

  @Test
  void emptyTextIsRefused() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "");
    Files.writeString(folder.resolve("b.jsonl"), "\n{\"body\": \"\"}\n");
    assertRefused(() -> open(folder.toString()), "there is no text", "2 files", "empty");
  }

  @Test
  void aSplitWithAnEmptySideIsRefused() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "only one");
    assertRefused(() -> open(folder.toString()), "1 document,", "heldOutFraction 0.3", "separator");
    assertThrows(IllegalArgumentException.class, () -> corpus("", 0));
    assertThrows(IllegalArgumentException.class, () -> corpus("", 1));
    assertThrows(IllegalArgumentException.class, () -> corpus("", Double.NaN));
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsPlace() throws IOException {
    byte[] text = bytes("x".repeat(100_000) + "é");
    byte[] latin = Arrays.copyOf(text, text.length + 2);
    latin[text.length] = (byte) 0xe9;
    latin[text.length + 1] = 'a';
    Files.write(folder.resolve("latin.txt.gz"), gzip(latin));
    assertRefused(
        () -> open(folder.toString()), "latin.txt.gz is not UTF-8", "byte 0xe9 at offset 100002");
    Files.delete(folder.resolve("latin.txt.gz"));
    Files.write(folder.resolve("cut.txt"), Arrays.copyOf(text, text.length - 1));
    assertRefused(() -> open(folder.toString()), "byte 0xc3 at offset 100000");
  }

  @Test
  void aBadLineOfJsonIsRefusedWithItsPlace() throws IOException {
    String good = "{\"body\": \"good\"}\n\n";
    assertRefused(() -> line(good + "{\"text\": 1, \"n\": {}}"), "x.jsonl:3", "text, n", "body");
    assertRefused(() -> line(good + "{}"), "x.jsonl:3", "no field body; it has none");
    assertRefused(() -> line(good + "{\"body\": [1]}"), "x.jsonl:3", "body is not a string");
    assertRefused(() -> line(good + "[1]"), "x.jsonl:3", "not a JSON object");
    assertRefused(() -> line(good + "{\"body\": \"x"), "x.jsonl:3", "not JSON");
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    byte[] text = bytes(new Prose(3).words(50_000));
    byte[] gzip = gzip(text);
    byte[] zstd = Zstd.compress(text);
    Files.write(folder.resolve("a.txt.gz"), Arrays.copyOf(gzip, gzip.length / 2));
    assertRefused(() -> open(folder + "/a.txt.gz"), "a.txt.gz ends too early");
    Files.write(folder.resolve("b.txt.zst"), Arrays.copyOf(zstd, zstd.length / 2));
    assertRefused(() -> open(folder + "/b.txt.zst"), "b.txt.zst cannot be decompressed");
    Files.write(folder.resolve("c.txt.gz"), text);
    assertRefused(() -> open(folder + "/c.txt.gz"), "c.txt.gz cannot be decompressed");
    Files.write(folder.resolve("d.txt.zst"), text);
    assertRefused(() -> open(folder + "/d.txt.zst"), "d.txt.zst cannot be decompressed");
  }

  private void line(String content) throws IOException {
    Files.writeString(folder.resolve("x.jsonl"), content);
    open(folder + "/x.jsonl");
  }

  private void open(String path) throws IOException {
    corpus(path).open(temporary.resolve("cache"));
  }

  private TextFiles corpus(String name, double heldOutFraction) {
    return new TextFiles(
        folder + "/" + name,
        new Bytes(),
        heldOutFraction,
        Optional.of("body"),
        Optional.of("<|endoftext|>"));
  }

  private static TextFiles corpus(String path) {
    return new TextFiles(path, new Bytes(), 0.3, Optional.of("body"), Optional.empty());
  }

  private static List<String> chapters(int count) {
    Prose prose = new Prose(2);
    List<String> chapters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chapters.add(prose.words(100));
    }
    return chapters;
  }

  private static String json(String text) {
    return text.replace("\n", "\\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /** The documents of a text in bytes, without their ends. */
  private static List<String> documents(TokenSequence tokens) {
    int[] ids = new int[Math.toIntExact(tokens.length())];
    tokens.read(0, ids, 0, ids.length);
    List<String> documents = new ArrayList<>();
    byte[] bytes = new byte[ids.length];
    int length = 0;
    for (int i = 0; i < ids.length; i++) {
      assertEquals(documents.size(), tokens.document(i));
      if (ids[i] == 0) {
        documents.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
        length = 0;
      } else {
        bytes[length++] = (byte) ids[i];
      }
    }
    return documents;
  }
}
