package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkout says of its state. */
final class CodeTest {
  @TempDir private Path checkout;
  private Path classes;

  @BeforeEach
  void aCheckoutWithACommit() throws IOException, InterruptedException {
    assumeTrue(git("init", "-q") == 0, "git is not here");
    classes = Files.createDirectories(checkout.resolve("build/classes"));
    Files.writeString(checkout.resolve(".gitignore"), "build/\n");
    Files.writeString(checkout.resolve("code"), "one");
    assertEquals(0, git("add", "-A"));
    assertEquals(
        0, git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first"));
  }

  @Test
  void whatARunWritesDoesNotChangeTheCode() throws IOException {
    assertEquals(Optional.of(false), Code.dirty(classes));
    Path run = Files.createDirectories(checkout.resolve("results/grid/runs/0123"));
    Files.writeString(run.resolve("spec.json"), "{}");
    assertEquals(Optional.of(false), Code.dirty(classes));
  }

  @Test
  void whatIsNotCommittedDoes() throws IOException {
    Files.writeString(checkout.resolve("code"), "two");
    assertEquals(Optional.of(true), Code.dirty(classes));
  }

  @Test
  void aFileThatGitDoesNotKnowDoesToo() throws IOException {
    Files.writeString(checkout.resolve("more"), "");
    assertEquals(Optional.of(true), Code.dirty(classes));
  }

  @Test
  void noCheckoutNoAnswer(@TempDir Path elsewhere) {
    assertTrue(Code.dirty(elsewhere).isEmpty());
  }

  private int git(String... arguments) throws InterruptedException {
    String[] command = new String[arguments.length + 3];
    command[0] = "git";
    command[1] = "-C";
    command[2] = checkout.toString();
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
