package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.export.MlflowExport;
import kleiber.export.TensorBoardExport;
import kleiber.observe.ObservationTable;
import kleiber.observe.Observations;
import kleiber.observe.ParquetExport;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Results for the programs in which people look at their other runs. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Write the logs of an experiment's runs for other programs: as event files for TensorBoard,"
            + " to an MLflow server, as a table in CSV or Parquet. Several at once are fine.")
final class ExportCommand implements Callable<Integer> {
  private static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";

  @Mixin private ResultsArguments arguments;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description = "A folder for `tensorboard --logdir`, with one folder in it for each run.")
  private Optional<Path> tensorBoard = Optional.empty();

  @Option(
      names = "--mlflow",
      paramLabel = "URL",
      arity = "0..1",
      fallbackValue = "",
      description =
          "An MLflow server, such as http://localhost:5000; that of "
              + URI_VARIABLE
              + " when no URL follows. Runs that are there already are left alone.")
  private Optional<String> mlflow = Optional.empty();

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Every loss on every held-out set, one a row, with its scale.")
  private Optional<Path> csv = Optional.empty();

  @Option(names = "--parquet", paramLabel = "FILE", description = "The same as Parquet.")
  private Optional<Path> parquet = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (List.of(tensorBoard, mlflow, csv, parquet).stream().allMatch(Optional::isEmpty)) {
      throw new UserException("where to? expected --tensorboard, --mlflow, --csv or --parquet");
    }
    for (Optional<Path> file : List.of(csv, parquet)) {
      file.filter(Files::exists)
          .ifPresent(
              path -> {
                throw new UserException(path + " is there already; name a new file");
              });
      Optional<Path> parent = file.map(path -> path.toAbsolutePath().getParent());
      if (parent.isPresent() && !Files.isDirectory(parent.get())) {
        throw new UserException(
            "there is no folder " + parent.get() + " to write " + file.get() + " in");
      }
    }
    Optional<URI> server = mlflow.map(ExportCommand::server);
    Experiment experiment = arguments.read();
    RunStore store = new RunStore(arguments.folder());
    List<StoredRun> runs = store.load(experiment);
    PrintWriter out = spec.commandLine().getOut();
    if (tensorBoard.isPresent()) {
      int written = TensorBoardExport.write(folder(tensorBoard.get()), store, runs);
      out.println(runs(written) + " written: tensorboard --logdir " + tensorBoard.get());
    }
    if (server.isPresent()) {
      MlflowExport.Result result =
          MlflowExport.send(
              server.get(), MlflowExport.authorization(System::getenv), experiment, store, runs);
      out.println(
          "%s sent to the experiment %s at %s; %d were there already"
              .formatted(runs(result.sent()), experiment.name(), server.get(), result.there()));
    }
    Observations rows = Observations.of(runs, experiment.fit());
    if (csv.isPresent()) {
      ObservationTable.write(csv.get(), rows);
      out.println(rows.rows().size() + " losses written: " + csv.get());
    }
    if (parquet.isPresent()) {
      ParquetExport.write(parquet.get(), rows);
      out.println(rows.rows().size() + " losses written: " + parquet.get());
    }
    out.flush();
    return 0;
  }

  private static String runs(int count) {
    return count == 1 ? "1 run" : count + " runs";
  }

  private static Path folder(Path given) {
    if (Files.exists(given) && !Files.isDirectory(given)) {
      throw new UserException("--tensorboard " + given + " is a file; expected a folder");
    }
    return given;
  }

  private static URI server(String given) {
    String text = given.isEmpty() ? System.getenv(URI_VARIABLE) : given;
    if (text == null || text.isBlank()) {
      throw new UserException(
          "--mlflow without a URL needs " + URI_VARIABLE + ", which is not set here");
    }
    try {
      URI uri = URI.create(text);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new UserException(
        "--mlflow '" + text + "' is no server; expected a URL such as http://localhost:5000");
  }
}
