package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports in the forms in which other programs write them. */
class ImportCommandTest {
  private final Program kleiber = new Program();
  @TempDir Path folder;

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String read() throws IOException {
    return Files.readString(folder.resolve("losses.csv")).replace("\r", "");
  }

  private String[] words(String curves, String runs, String... more) {
    String[] words = new String[6 + more.length];
    System.arraycopy(
        new String[] {"import", curves, "--runs", runs, "--out", folder + "/losses.csv"},
        0,
        words,
        0,
        6);
    System.arraycopy(more, 0, words, 6, more.length);
    return words;
  }

  private String wandb() throws IOException {
    return write(
        "wandb.csv",
        """
        "Step","wide, 2 - val/loss","wide, 2 - val/loss__MIN","wide, 2 - val/loss__MAX","narrow - val/loss","narrow - val/loss__MIN","narrow - val/loss__MAX","narrow - _step","narrow - _step__MIN","narrow - _step__MAX"
        "0","10.9","10.9","10.9","10.9","10.9","10.9","0","0","0"
        "100","3.5","3.5","3.5","3.9","3.9","3.9","100","100","100"
        "200","3.1","3.1","3.1","","","","","",""
        """);
  }

  private String runs() throws IOException {
    return write(
        "runs.csv",
        """
        "Name","State","n_params","tokens_per_step","Runtime"
        "narrow","finished","1e6","2048","12"
        "wide, 2","finished","4e6","4096","30"
        """);
  }

  @Test
  void aChartOfWeightsAndBiases() throws IOException {
    String[] words = words(wandb(), runs(), "--map", "N=n_params", "--tokens-per-step", "512");
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(kleiber.out().startsWith("3 losses (val/loss) of 2 runs written"), kleiber.out());
    assertEquals(
        """
        run,step,N,D,L
        "wide, 2",100.0,4000000.0,51200.0,3.5
        "wide, 2",200.0,4000000.0,102400.0,3.1
        narrow,100.0,1000000.0,51200.0,3.9
        """,
        read());
    assertEquals(
        0,
        kleiber.run(
            words(wandb(), runs(), "--map", "N=n_params", "--tokens-per-step", "tokens_per_step")));
    assertTrue(read().contains("narrow,100.0,1000000.0,204800.0,3.9"), read());
    assertEquals(0, kleiber.run(words(wandb(), runs(), "--map", "N=n_params", "--axis-is-tokens")));
    assertTrue(read().contains("narrow,100.0,1000000.0,100.0,3.9"), read());
  }

  @Test
  void aChartOfMlflow() throws IOException {
    String curves =
        write(
            "mlflow.csv",
            """
            Run,Run ID,metric,step,timestamp,value
            narrow,a1,train,100,1700000000000,3.7
            narrow,a1,loss,100,1700000000000,3.9
            "wide, 2",b2,loss,100,1700000000000,3.5
            """);
    String[] words =
        words(curves, runs(), "--map", "N=n_params", "--tokens-per-step", "1e3", "--metric=loss");
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(
        read()
            .endsWith(
                "narrow,100.0,1000000.0,100000.0,3.9\n\"wide, 2\",100.0,4000000.0,100000.0,3.5\n"),
        read());
    assertEquals(
        2, kleiber.run(words(curves, runs(), "--map", "N=n_params", "--tokens-per-step", "1e3")));
    assertTrue(kleiber.err().contains("several metrics; say which"), kleiber.err());
  }

  @Test
  void mistakesAreTold() throws IOException {
    String[][] wrong = {
      {"--map", "N=n_parms", "--axis-is-tokens", "did you mean 'n_params'?"},
      {"--map", "N=n_params", "", "expected either --tokens-per-step or --axis-is-tokens"},
      {"--map", "L=loss", "--axis-is-tokens", "--map L: known: N, run"},
      {"--map", "run=Name", "--axis-is-tokens", "say it with --map N=COLUMN"},
      {"--map", "N=n_params,run=State", "--axis-is-tokens", "two runs are called 'finished'"},
      {"--map", "N=n_params", "--metric=loss --axis-is-tokens", "has no metric 'loss'"},
    };
    for (String[] each : wrong) {
      String[] more = (each[0] + " " + each[1] + " " + each[2]).strip().split(" ");
      assertEquals(2, kleiber.run(words(wandb(), runs(), more)), each[3]);
      assertTrue(kleiber.err().contains(each[3]), kleiber.err());
    }
    String table = write("table.csv", "N,D,loss\n1,2,3\n");
    assertEquals(2, kleiber.run(words(table, runs(), "--map", "N=n_params", "--axis-is-tokens")));
    assertTrue(kleiber.err().contains("no chart's export"), kleiber.err());
    String fewer = write("fewer.csv", "Name,n_params\nnarrow,1e6\n");
    assertEquals(2, kleiber.run(words(wandb(), fewer, "--map", "N=n_params", "--axis-is-tokens")));
    assertTrue(kleiber.err().contains("a run 'wide, 2', which is not among"), kleiber.err());
  }
}
