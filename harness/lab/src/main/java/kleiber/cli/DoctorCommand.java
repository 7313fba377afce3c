package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import kleiber.data.Bytes;
import kleiber.data.SourceJars;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.cuda.CudaSurvey;
import kleiber.run.Devices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What this machine has and whether everything works here. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Say what this machine has, and check every engine against the plain one on a few training"
            + " steps. Exits with 1 when something does not work.")
final class DoctorCommand implements Callable<Integer> {
  /** Five steps in float32 stay this near to those in double precision; a wrong kernel does not. */
  private static final double TOLERANCE = 1e-4;

  @Spec private CommandSpec spec;
  private boolean sound = true;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    say(out, "kleiber", Version.number());
    say(out, "Java", Runtime.version() + ", " + System.getProperty("java.home"));
    say(
        out,
        "machine",
        "%s %s, %d cores, heap up to %s bytes"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                runtime.availableProcessors(),
                Numbers.count(runtime.maxMemory())));
    CudaSurvey cuda = CudaSurvey.take();
    gpu(out, cuda);
    cache(out);
    corpus(out);
    out.println();
    engines(out, cuda.usable());
    out.flush();
    return sound ? 0 : Failures.FAILED;
  }

  private static void gpu(PrintWriter out, CudaSurvey cuda) {
    cuda.findings().forEach(finding -> say(out, finding.what(), finding.sentence()));
    for (CudaSurvey.Card card : cuda.cards()) {
      say(
          out,
          "cuda:" + card.ordinal(),
          "%s, %s of %s bytes free"
              .formatted(
                  card.properties().name(),
                  Numbers.count(card.freeMemory()),
                  Numbers.count(card.properties().memory())));
    }
    // Without loading the backend: where there is no card, that takes seconds.
    if (DoctorCommand.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null) {
      say(
          out,
          "nd4j-cuda",
          "--devices nd4j takes a card through nd4j-cuda-11.6, from sm_37 to sm_89; unverified:"
              + " not yet seen on such a card");
    }
  }

  private void cache(PrintWriter out) {
    Path folder = Caches.folder();
    try {
      Files.createDirectories(folder);
      FileStore store = Files.getFileStore(folder);
      say(out, "cache", folder + ", " + Numbers.count(store.getUsableSpace()) + " bytes free");
    } catch (IOException e) {
      complain(out, "cache", folder + " cannot be used: " + Sentences.of(e));
    }
  }

  private void corpus(PrintWriter out) {
    try {
      SplitCorpus corpus = new SourceJars(new Bytes()).open(Caches.corpora());
      say(
          out,
          "SourceJars",
          "%s training and %s held-out tokens (bytes), digest %.12s"
              .formatted(
                  Numbers.count(corpus.training().length()),
                  Numbers.count(corpus.heldOut().length()),
                  corpus.digest()));
    } catch (IOException e) {
      complain(out, "SourceJars", Sentences.of(e));
    }
  }

  private void engines(PrintWriter out, boolean cards) {
    double[] judge;
    try (Engine naive = Devices.parse("naive", 1)) {
      judge = EngineCheck.losses(naive);
    }
    TextTable table = new TextTable("engine", "numerics", "5 steps against naive", "verdict");
    for (String word : Devices.words()) {
      if (word.equals("auto") || word.equals("cuda") && !cards) {
        continue;
      }
      try (Engine engine = Devices.parse(word, Runtime.getRuntime().availableProcessors())) {
        double difference = EngineCheck.difference(EngineCheck.losses(engine), judge);
        boolean right = difference <= TOLERANCE;
        sound &= right;
        table.row(
            word,
            engine.numerics(Precision.FLOAT32),
            String.format(Locale.ROOT, "%.1e", difference),
            right ? "works" : "WRONG here");
      } catch (RuntimeException | LinkageError e) {
        sound = false;
        table.row(word, "–", "–", "does not start: " + e);
      }
    }
    out.println(table);
  }

  private static void say(PrintWriter out, String what, String finding) {
    out.printf("%-11s %s%n", what, finding);
  }

  private void complain(PrintWriter out, String what, String finding) {
    sound = false;
    say(out, what, finding);
  }
}
