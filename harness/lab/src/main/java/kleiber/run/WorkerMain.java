package kleiber.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.engine.Engine;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;
import kleiber.models.ModelFamily;
import kleiber.run.Report.What;
import kleiber.train.Checkpoint;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.Trainers;

/**
 * The process of a {@link RemoteWorker}: reads orders, one a line, trains each on a thread of its
 * own, and reports. When its coordinator is no more, its input ends, and then so does it.
 */
public final class WorkerMain {
  private static final long PATIENCE_SECONDS = 60;
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final InProcessWorker worker;
  private final PrintStream out;
  private final List<Thread> lanes = new ArrayList<>();
  private volatile boolean stopped;

  private WorkerMain(InProcessWorker worker, PrintStream out) {
    this.worker = worker;
    this.out = out;
  }

  /** Takes no arguments: the first line of its input says what it is to be. */
  public static void main(String[] args) throws IOException {
    serve(
        setup -> Devices.parse(setup.devices(), setup.threads()),
        (setup, engine) -> {
          OpenCorpora corpora = new OpenCorpora(Path.of(setup.corpora()));
          return family -> Trainers.of(family, engine, corpora);
        });
  }

  /** Makes the trainers of a worker. */
  interface Trade {
    Function<ModelFamily, Trainer> trainers(Order.Setup setup, Engine engine);
  }

  /** Serves until the input ends, and then ends the process. */
  static void serve(Function<Order.Setup, Engine> engines, Trade trade) throws IOException {
    Signals.ignore("INT", "TERM", "HUP"); // the coordinator gets them too, and says what to do
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err); // a library's chatter is no report
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Order.Setup setup = bind(in.readLine(), Order.Setup.class);
    try (Engine engine = engines.apply(setup)) {
      RunStore store = new RunStore(Path.of(setup.results()));
      InProcessWorker worker =
          new InProcessWorker(
              store,
              trade.trainers(setup, engine),
              setup.lanes(),
              new Device(setup.devices(), setup.threads()),
              setup.command(),
              setup.saving());
      WorkerMain main = new WorkerMain(worker, out);
      main.report(Report.of(0, What.READY, Optional.empty(), Optional.empty()));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        main.obey(bind(line, Order.class));
      }
      main.stop();
    } catch (UserException e) {
      out.println(
          Json.line(Report.of(0, What.REFUSED, Optional.empty(), Optional.of(e.getMessage()))));
      out.flush();
    }
    Runtime.getRuntime().halt(0); // a training that does not stop must not keep the process
  }

  static <T> T bind(String line, Class<T> type) {
    return Binder.log().bind(Yaml.parse(line, "a message"), type);
  }

  private void obey(Order order) {
    if (order.members().isEmpty()) {
      stopped = true;
      return;
    }
    lanes.removeIf(lane -> !lane.isAlive());
    lanes.add(Thread.ofPlatform().name("order-" + order.number()).start(() -> train(order)));
  }

  /** Gives trainings the time to end well. */
  private void stop() {
    stopped = true;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      for (Thread lane : lanes) {
        lane.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void train(Order order) {
    try {
      List<Worker.Task> cohort = order.members().stream().map(WorkerMain::task).toList();
      Map<String, Double> whole =
          cohort.stream().collect(Collectors.toMap(task -> task.run().id(), _ -> 1.0));
      Overview overview = new Overview(new Teller(order.number()), whole);
      Worker.Ending ending = worker.train(cohort, false, () -> stopped, overview);
      report(
          Report.answer(
              order.number(), ending.again().stream().map(Run::id).toList(), ending.halted()));
    } catch (UserException e) {
      tell(order.number(), What.REFUSED, Optional.empty(), e.getMessage());
    } catch (Throwable e) {
      tell(order.number(), What.FAULT, Optional.empty(), Failure.trace(e));
    }
  }

  private static Worker.Task task(Order.Member member) {
    Run run = Run.parse(member.spec(), "a message");
    return new Worker.Task(
        new Claim(run, Path.of(member.folder()), member.begun()), member.facts());
  }

  private void tell(int number, What what, Optional<Run> run, String text) {
    report(Report.of(number, what, run.map(Run::id), Optional.of(text)));
  }

  private void report(Report report) {
    String line = Json.line(report);
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  /** Reports what an order's runs do. */
  private final class Teller implements Progress {
    private final int number;
    private long told = System.nanoTime();

    Teller(int number) {
      this.number = number;
    }

    @Override
    public void started(Run run) {
      tell(What.STARTED, run);
    }

    @Override
    public void resumed(Run run, long step) {
      report(Report.resumed(number, run.id(), step));
    }

    @Override
    public void notResumed(Run run, String reason) {
      WorkerMain.this.tell(number, What.NOT_RESUMED, Optional.of(run), reason);
    }

    @Override
    public void notSaved(Run run, String reason) {
      WorkerMain.this.tell(number, What.NOT_SAVED, Optional.of(run), reason);
    }

    @Override
    public void advanced(Run run, double share, double flops) {
      long now = System.nanoTime();
      if (now - told > REPORT_NANOS) { // members take turns at this
        told = now;
        report(Report.advanced(number, run.id(), share));
      }
    }

    @Override
    public void checkpoint(Run run, Checkpoint checkpoint) {
      report(Report.checkpoint(number, run.id(), checkpoint));
    }

    @Override
    public void ended(Run run, StoredRun.State state, Optional<String> reason) {
      report(Report.ended(number, run.id(), state, reason));
    }

    @Override
    public void kept(Run run) {
      tell(What.KEPT, run);
    }

    @Override
    public void discarded(Run run) {
      tell(What.DISCARDED, run);
    }

    @Override
    public void paused(String sentence) {
      WorkerMain.this.tell(number, What.PAUSED, Optional.empty(), sentence);
    }

    private void tell(What what, Run run) {
      report(Report.of(number, what, Optional.of(run.id()), Optional.empty()));
    }
  }
}
