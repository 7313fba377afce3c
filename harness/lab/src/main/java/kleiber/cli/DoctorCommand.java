package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kleiber.data.Bytes;
import kleiber.data.SourceJars;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Processor;
import kleiber.engine.blas.Blas;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaSurvey;
import kleiber.engine.nd4j.Nd4jBackend;
import kleiber.observe.Quantity;
import kleiber.run.Devices;
import kleiber.run.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What this machine has and whether everything works here. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Say what this machine has, and check every kernel of every engine that it can run against"
            + " the plain engine: largest relative error, and how many times as fast. Exits with 1"
            + " when something does not work.")
final class DoctorCommand implements Callable<Integer> {
  private static final String JUDGE = "naive";

  @Option(
      names = "--nd4j",
      description = "Check ND4J even where its backend has no code for a card of this machine.")
  private boolean nd4j;

  @Spec private CommandSpec spec;

  private final Function<String, Engine> open;
  private boolean sound = true;

  /** For the engines there are. */
  DoctorCommand() {
    this(word -> Devices.parse(word, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * @param open an engine by its word of {@code --devices}
   */
  DoctorCommand(Function<String, Engine> open) {
    this.open = open;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    say(out, "kleiber", Version.number());
    say(out, "Java", Runtime.version() + ", " + System.getProperty("java.home"));
    say(
        out,
        "machine",
        "%s %s, %d cores%s, heap up to %s bytes"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                runtime.availableProcessors(),
                load(),
                Numbers.count(runtime.maxMemory())));
    Processor processor = Processor.here();
    say(out, "processor", processor.model() + "; instructions: " + processor.features());
    CudaSurvey cuda = CudaSurvey.take();
    cuda.findings().forEach(finding -> say(out, finding.what(), finding.sentence()));
    cuda.cards().forEach(card -> card(out, card));
    Nd4jBackend backend = Nd4jBackend.here(cuda.cards());
    products(out, backend);
    cache(out);
    corpus(out);
    engines(out, words(out, cuda.usable(), backend));
    out.flush();
    return sound ? 0 : Failures.FAILED;
  }

  /** How busy the machine is, without which its times mean little; nothing where it is not told. */
  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "" : " with a load of " + Quantity.significant(load, 2);
  }

  private static void card(PrintWriter out, CudaSurvey.Card card) {
    CardProperties properties = card.properties();
    say(
        out,
        "cuda:" + card.ordinal(),
        "%s, compute capability %d.%d, %s of %s bytes free"
            .formatted(
                properties.name(),
                properties.major(),
                properties.minor(),
                Numbers.count(card.freeMemory()),
                Numbers.count(properties.memory())));
  }

  /** What multiplies matrices; ND4J's without loading ND4J. */
  private void products(PrintWriter out, Nd4jBackend backend) {
    try {
      say(out, "BLAS", Blas.name() + " in the cpu engine");
      say(out, "ND4J", backend.sentence());
    } catch (RuntimeException | LinkageError e) {
      complain(out, "BLAS", "cannot be loaded: " + Failure.why(e));
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

  /** Engines to check; says which one is meant by default, and why others are left out. */
  private List<String> words(PrintWriter out, boolean cards, Nd4jBackend backend) {
    List<String> words = new ArrayList<>(Devices.words());
    words.removeAll(List.of(Devices.AUTO, JUDGE));
    if (!cards && words.remove("cuda")) {
      say(out, "cuda", "is not checked, as something that it needs is missing, see above");
    }
    if (!nd4j) {
      backend
          .warning()
          .filter(_ -> words.remove("nd4j"))
          .ifPresent(why -> say(out, "nd4j", "is not started: " + why + "; --nd4j starts it"));
    }
    say(
        out,
        "engines",
        "%s by default (--devices %s); checked against %s: %s"
            .formatted(Devices.meant(Devices.AUTO), Devices.AUTO, JUDGE, String.join(", ", words)));
    return words;
  }

  private void engines(PrintWriter out, List<String> words) {
    out.flush(); // what follows takes a while
    EngineTable table = new EngineTable();
    for (String word : words) {
      try (Engine engine = open.apply(word)) {
        say(out, word, engine.numerics(Precision.FLOAT32));
        out.flush();
        table.add(word, engine);
      } catch (RuntimeException | LinkageError e) {
        complain(out, word, "does not start: " + Failure.why(e));
      }
    }
    out.println();
    out.println(table);
    table.faults().forEach(fault -> complain(out, "WRONG", fault));
  }

  private static void say(PrintWriter out, String what, String finding) {
    out.printf("%-11s %s%n", what, finding);
  }

  private void complain(PrintWriter out, String what, String finding) {
    sound = false;
    say(out, what, finding);
  }
}
