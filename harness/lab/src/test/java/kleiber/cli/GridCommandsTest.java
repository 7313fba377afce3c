package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Experiment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that look at a grid or give it to others: runs, why, slurm, and a part of it. */
class GridCommandsTest {
  private final Program kleiber = new Program();
  @TempDir Path folder;
  private String experiment;
  private String results;

  @BeforeEach
  void write() throws IOException {
    experiment = Rehearsal.writeExperiment(folder).toString();
    results = folder.resolve("results").toString();
  }

  @Test
  void partsAreListedAndExplained() throws IOException {
    String[] part = {"run", experiment, "--out", results, "--workers", "0", "--shard", "0/2"};
    assertEquals(0, kleiber.run(part), kleiber.err());
    assertTrue(kleiber.out().contains("this part is done"), kleiber.out());
    assertEquals(0, kleiber.run("runs", results), kleiber.err());
    assertTrue(
        kleiber.out().matches("(?s).*\\d+ runs: \\d+ done, \\d+ missing\\s*"), kleiber.out());
    assertEquals(0, kleiber.run("runs", experiment, "--out", results, "--json", "--state", "done"));
    List<String> lines = kleiber.out().lines().toList();
    assertTrue(
        lines.stream()
            .allMatch(line -> line.contains("\"state\":\"done\"") && line.contains("\"loss\":")),
        kleiber.out());
    String id = Experiment.read(Path.of(experiment), List.of()).runs().getFirst().id();
    assertEquals(0, kleiber.run("why", id.substring(0, 12), "--in", results), kleiber.err());
    assertTrue(kleiber.out().startsWith(id + " of rehearsal: "), kleiber.out());
    assertTrue(kleiber.out().contains("what the grid varies\n  "), kleiber.out());
    assertTrue(kleiber.out().contains("nearest runs"), kleiber.out());
    String done = lines.getFirst().replaceAll(".*\"run\":\"([0-9a-f]{16})\".*", "$1");
    Path kept = Path.of(results).resolve("experiment.yaml");
    Files.writeString(kept, Files.readString(kept).replace("seed: 1", "seed: 2"));
    assertEquals(0, kleiber.run("why", done.substring(0, 12), "--in", results), kleiber.err());
    assertTrue(
        kleiber.out().startsWith(done + " of rehearsal, but of no cell of its grid today: done"),
        kleiber.out());
    assertEquals(2, kleiber.run("why", "zzz", "--in", experiment));
    assertTrue(kleiber.err().contains("there is no run 'zzz'; nearest: "), kleiber.err());
    assertEquals(2, kleiber.run("why", "", "--in", experiment));
    assertTrue(kleiber.err().contains("runs begin with ''"), kleiber.err());
    assertEquals(2, kleiber.run("run", experiment, "--out", results, "--shard", "2/2"));
    assertTrue(
        kleiber.err().contains("--shard is 2/2 but must be 0/2 to 1/2: parts count from 0"),
        kleiber.err());
  }

  @Test
  void aMistypedWordIsToldWhatThereIs() {
    assertEquals(2, kleiber.run("rnu"));
    assertTrue(kleiber.err().contains("there is no command 'rnu'"), kleiber.err());
    assertTrue(kleiber.err().contains("Commands: run, plan, "), kleiber.err());
    assertEquals(2, kleiber.run("run", experiment, "--worker", "2"));
    assertTrue(kleiber.err().contains("no option --worker; did you mean --workers"));
    assertEquals(2, kleiber.run("run", experiment, experiment));
    assertTrue(kleiber.err().contains("is one argument too many"), kleiber.err());
    assertEquals(2, kleiber.run("run", experiment, "--cohort=x"));
    assertTrue(
        kleiber.err().contains("'--cohort': 'x' is not a whole number, such as 8"), kleiber.err());
    assertEquals(2, kleiber.run("run", experiment, "--snapshot-every=abc"));
    assertTrue(kleiber.err().contains("'abc' is not a number, such as 2.5"), kleiber.err());
  }

  @Test
  void scriptsForSlurm() throws IOException {
    assertEquals(2, kleiber.run("slurm", experiment, "--out", results));
    assertTrue(kleiber.err().contains("Give either --tasks N or --minutes N"), kleiber.err());
    assertEquals(2, kleiber.run("slurm", experiment, "--out", results, "--minutes", "1"));
    assertTrue(kleiber.err().contains("give --speed FLOP/S"), kleiber.err());
    String[] words = {
      "slurm", experiment, "--out", results, "--tasks", "3", "--devices=cuda", "--sbatch=--time=60"
    };
    assertEquals(0, kleiber.run(words), kleiber.err());
    String script = Files.readString(Path.of(results, "slurm", "train.sh"));
    for (String line :
        List.of(
            "#SBATCH --array=0-2",
            "#SBATCH --gpus-per-task=1",
            "#SBATCH --requeue",
            "#SBATCH --signal=B:TERM@60",
            "#SBATCH --time=60")) {
      assertTrue(script.lines().anyMatch(line::equals), script);
    }
    assertTrue(script.contains(" --shard \"$SLURM_ARRAY_TASK_ID/3\" &\n"), script);
    assertEquals(
        Experiment.read(Path.of(experiment), List.of()).runs(),
        Experiment.read(Path.of(results, "slurm", "experiment.yaml"), List.of()).runs());
  }
}
