package kleiber.data;

import static kleiber.data.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenBinTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeHeldOut() throws IOException {
    Bin.write(folder.resolve("val.bin"), Bin.Format.RAW_16, new int[] {1, 2, 3});
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatIsReadAsWritten(Bin.Format format) throws IOException {
    int vocabulary = format.bytes == 2 ? 65_536 : 200_000;
    int[] ids = Bin.ids(3_000, vocabulary, 4);
    ids[17] = vocabulary - 1;
    Bin.write(folder.resolve("a.bin"), format, Arrays.copyOf(ids, 1_000));
    Bin.write(folder.resolve("b.bin"), format, Arrays.copyOfRange(ids, 1_000, 1_001));
    Bin.write(folder.resolve("c.bin"), format, Arrays.copyOfRange(ids, 1_001, 3_000));
    Bin.write(folder.resolve("held.bin"), format, Bin.ids(100, 1_000, 9));
    SplitCorpus corpus =
        new TokenBin(
                folder + "/[abc].bin",
                folder + "/held.bin",
                vocabulary,
                Optional.empty(),
                Optional.of(format.bytes * 8))
            .open(folder.resolve("cache"));
    int[] read = new int[3_000];
    corpus.training().read(0, read, 0, 3_000);
    assertArrayEquals(ids, read);
    int[] across = new int[10];
    corpus.training().read(995, across, 2, 8);
    assertArrayEquals(Arrays.copyOfRange(ids, 995, 1_003), Arrays.copyOfRange(across, 2, 10));
  }

  @Test
  void theEndOfTextEndsADocument() throws IOException {
    Bin.write(folder.resolve("a.bin"), Bin.Format.RAW_16, new int[] {5, 9, 9, 7, 5, 5});
    Bin.write(folder.resolve("b.bin"), Bin.Format.RAW_16, new int[] {5, 5, 9, 5});
    TokenSequence tokens =
        corpus("[ab].bin", 10, Optional.of(9)).open(folder.resolve("cache")).training();
    int[] documents = new int[10];
    for (int i = 0; i < 10; i++) {
      documents[i] = tokens.document(i);
    }
    assertArrayEquals(new int[] {0, 0, 1, 2, 2, 2, 3, 3, 3, 4}, documents);
  }

  @Test
  void withoutAnEndOfTextBlocksAreDocuments() throws IOException {
    Bin.write(folder.resolve("a.bin"), Bin.Format.RAW_16, Bin.ids(2_100, 1_000, 1));
    Bin.write(folder.resolve("b.bin"), Bin.Format.RAW_16, Bin.ids(1_024, 1_000, 2));
    Bin.write(folder.resolve("c.bin"), Bin.Format.RAW_16, Bin.ids(1, 1_000, 3));
    TokenSequence tokens =
        corpus("[abc].bin", 1_000, Optional.empty()).open(folder.resolve("cache")).training();
    assertEquals(0, tokens.document(1_023));
    assertEquals(1, tokens.document(1_024));
    assertEquals(2, tokens.document(2_099));
    assertEquals(3, tokens.document(2_100));
    assertEquals(3, tokens.document(3_123));
    assertEquals(4, tokens.document(3_124));
  }

  @Test
  void anIdOutsideTheVocabularyIsRefusedWithItsPlace() throws IOException {
    int[] ids = new int[5_000];
    ids[4_321] = 50_257;
    Bin.write(folder.resolve("a.bin"), Bin.Format.RAW_16, ids);
    assertRefused(() -> open("a.bin", 50_257), "a.bin", "id 50257 at token 4321", "is 50257");
    ids[4_321] = -1;
    Bin.write(folder.resolve("b.bin"), Bin.Format.LLM_C_32, ids);
    assertRefused(() -> open("b.bin", 50_257), "b.bin", "id 4294967295 at token 4321");
  }

  @Test
  void aDamagedShardIsRefused() throws IOException {
    Path file = folder.resolve("a.bin");
    Bin.write(file, Bin.Format.LLM_C_16, new int[600]);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 2));
    assertRefused(() -> open("a.bin", 10), "should hold 600 tokens", "1200 bytes", "1198");
    whole[4] = 2;
    Files.write(file, whole);
    assertRefused(() -> open("a.bin", 10), "version 2; only 1 is known");
    Files.write(file, new byte[1_001]);
    assertRefused(() -> open("a.bin", 10), "1001 bytes", "16 bits");
    Files.write(file, new byte[0]);
    assertRefused(() -> open("a.bin", 10), "a.bin is empty");
    Bin.write(file, Bin.Format.LLM_C_16, new int[0]);
    assertRefused(() -> open("a.bin", 10), "a.bin is empty");
  }

  @Test
  void settingsThatContradictAreRefused() throws IOException {
    Bin.write(folder.resolve("a.bin"), Bin.Format.LLM_C_16, new int[600]);
    assertRefused(() -> open("*.bin", 1_000), "val.bin is both training and held-out");
    assertRefused(() -> open("x.bin", 1_000), "no file or folder", "x.bin");
    String a = folder + "/a.bin";
    String val = folder + "/val.bin";
    TokenBin wide = new TokenBin(a, val, 1_000, Optional.empty(), Optional.of(32));
    assertRefused(() -> wide.open(folder.resolve("cache")), "16 bits by its header", "bits is 32");
    assertThrows(
        IllegalArgumentException.class,
        () -> new TokenBin(a, val, 1_000, Optional.of(1_000), Optional.empty()));
    for (String[] names : new String[][] {{" ", val}, {a, ""}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new TokenBin(names[0], names[1], 10, Optional.empty(), Optional.empty()));
    }
    assertThrows(
        CancellationException.class,
        () -> corpus("a.bin", 10, Optional.empty()).open(folder.resolve("cache"), () -> true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TokenBin(a, val, 0, Optional.empty(), Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TokenBin(a, val, 1_000, Optional.empty(), Optional.of(8)));
  }

  private void open(String name, int vocabulary) throws IOException {
    corpus(name, vocabulary, Optional.empty()).open(folder.resolve("cache"));
  }

  private TokenBin corpus(String name, int vocabulary, Optional<Integer> endOfText) {
    return new TokenBin(
        folder + "/" + name, folder + "/val.bin", vocabulary, endOfText, Optional.empty());
  }
}
