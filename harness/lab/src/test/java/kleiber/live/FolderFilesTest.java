package kleiber.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a folder is found there, and nothing else anywhere. */
class FolderFilesTest {
  @TempDir Path home;
  private FolderFiles files;

  @BeforeEach
  void write() throws IOException {
    Path folder = Files.createDirectories(home.resolve("results/runs"));
    Files.writeString(folder.resolve("a b.txt"), "inside");
    Files.writeString(home.resolve("secret.txt"), "outside");
    Files.createDirectories(home.resolve("results-of-others"));
    Files.writeString(home.resolve("results-of-others/x.txt"), "outside");
    Files.createSymbolicLink(home.resolve("results/out.txt"), home.resolve("secret.txt"));
    Files.createSymbolicLink(home.resolve("results/up"), home);
    Files.createSymbolicLink(home.resolve("results/again.txt"), folder.resolve("a b.txt"));
    files = new FolderFiles(home.resolve("results"));
  }

  @Test
  void whatIsInsideIsFound() throws IOException {
    Path inside = home.toRealPath().resolve("results/runs/a b.txt");
    assertEquals(Optional.of(inside), files.find("runs/a%20b.txt"));
    assertEquals(Optional.of(inside), files.find("runs/a%20b%2Etxt"));
    assertEquals(Optional.of(inside), files.find("again.txt"), "a link that stays inside");
    Path linked = Files.createSymbolicLink(home.resolve("link"), home.resolve("results"));
    assertEquals(Optional.of(inside), new FolderFiles(linked).find("runs/a%20b.txt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runs",
        "runs/",
        "none.txt",
        "../secret.txt",
        "runs/../../secret.txt",
        "runs/../runs/a%20b.txt",
        "%2e%2e/secret.txt",
        "%2E%2E%2Fsecret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "..\\secret.txt",
        "%252e%252e/secret.txt",
        ".%2e/secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "%2fetc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "out.txt",
        "up/secret.txt",
        "up/results/runs/a%20b.txt/..",
        "../results-of-others/x.txt",
        "runs/a%20b.txt%00.html",
        "runs/a%2",
        "runs/a%zz",
        "runs//a%20b.txt",
        "./runs/a%20b.txt",
        "runs/a%20b.txt/",
        "f\u00fcr"
      })
  void nothingElseIs(String path) {
    assertTrue(files.find(path).isEmpty(), path);
  }
}
