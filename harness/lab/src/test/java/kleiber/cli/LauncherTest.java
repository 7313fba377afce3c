package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before it keeps anyone waiting; here every build fails at once. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of(System.getProperty("kleiber.home"), "kleiber");

  @TempDir Path home;

  @Test
  void whyItBuildsAndForHowLong() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash");
    Files.copy(LAUNCHER, home.resolve("kleiber"));
    executable(home.resolve("kleiber"));
    Path maven = Files.createDirectories(home.resolve("bin")).resolve("mvn");
    executable(Files.writeString(maven, "#!/bin/sh\nexit 1\n"));
    said("building, since nothing is built yet (the first time Maven fetches about 300 MB) …");

    Path builds = home.resolve(".builds");
    Path last = Files.createDirectories(builds.resolve("last"));
    Files.writeString(last.resolve("built"), "-Pother");
    Files.writeString(last.resolve("took"), "42");
    Files.createSymbolicLink(builds.resolve("current"), Path.of("last"));
    said("building, since sources or build arguments changed (about 42 s) …");

    Path cut = Files.createDirectories(builds.resolve("cut"));
    Files.writeString(cut.resolve("begun"), "");
    said("building, since the last build was interrupted (about 42 s) …");
    assertTrue(Files.exists(last), "what ran before still runs");

    Files.createDirectories(cut);
    Files.writeString(cut.resolve("begun"), "");
    long built = Files.getLastModifiedTime(last.resolve("built")).toMillis();
    Files.setLastModifiedTime(cut.resolve("begun"), FileTime.fromMillis(built - 60_000));
    said("building, since sources or build arguments changed (about 42 s) …");
    assumeTrue(onPath("flock"), "flock is not there, without which nothing is cleaned up");
    assertFalse(Files.exists(cut));
  }

  private void said(String sentence) throws IOException, InterruptedException {
    ProcessBuilder launcher =
        new ProcessBuilder("/bin/bash", home.resolve("kleiber").toString(), "--version");
    launcher
        .environment()
        .merge("PATH", home.resolve("bin").toString(), (path, first) -> first + ":" + path);
    launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
    launcher.environment().remove("KLEIBER_BUILD");
    launcher.environment().remove("KLEIBER_MAVEN_ARGS");
    Path out = home.resolve("said.txt");
    Process process = launcher.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertEquals(1, process.waitFor());
    String text = Files.readString(out);
    assertTrue(text.startsWith("kleiber: " + sentence + "\n"), text);
  }

  private static void executable(Path file) {
    assertTrue(file.toFile().setExecutable(true), file.toString());
  }

  private static boolean onPath(String name) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }
}
