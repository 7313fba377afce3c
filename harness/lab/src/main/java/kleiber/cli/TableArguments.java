package kleiber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Experiment;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;
import kleiber.laws.Axis;
import kleiber.laws.Law;
import kleiber.laws.Typical;
import kleiber.observe.Columns;
import kleiber.observe.LossTable;
import kleiber.observe.Observations;
import kleiber.observe.StoredTable;
import kleiber.observe.TableReader;
import kleiber.run.RunStore;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that begins with losses: tables, or a folder of results. */
final class TableArguments {
  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Tables of losses (CSV, TSV, JSON Lines, Parquet), or one folder of results, such as"
              + " results/quickstart. Of an experiment's own table, observations.csv, rows are"
              + " taken that it fitted or held out, unless --where names the column 'use'.")
  private List<Path> files;

  @Option(
      names = "--map",
      paramLabel = "NAME=COLUMN",
      description =
          "Which column holds what: N='Model Size',D=tokens,C=flops,L=loss, run, cluster,"
              + " standardError, or an axis that the law reads. Columns of usual names are found;"
              + " of N, D and C one may be missing: C = 6ND. May be repeated.")
  private List<String> map = new ArrayList<>();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "Take only rows that meet it, such as --where 'loss < 3.44 and dataset == c4': a column,"
              + " one of < <= > >= == != and a value. May be repeated.")
  private List<String> where = new ArrayList<>();

  @Option(
      names = "--max-rows",
      paramLabel = "ROWS",
      defaultValue = "200000",
      description =
          "Fit to a random sample of whole runs when more rows are selected."
              + " Default: ${DEFAULT-VALUE}.")
  private int mostRows;

  List<Path> files() {
    return files;
  }

  /** Whether anything is asked of the table itself. */
  boolean selects() {
    return !map.isEmpty() || !where.isEmpty();
  }

  /** The folder of results that is asked for; empty when tables are. */
  Optional<Path> folder() {
    boolean one = files.size() == 1 && !Files.isRegularFile(files.getFirst());
    boolean looksLikeFile = one && files.getFirst().getFileName().toString().contains(".");
    return one && (Files.isDirectory(files.getFirst()) || !looksLikeFile)
        ? Optional.of(files.getFirst())
        : Optional.empty();
  }

  /** Refuses names in --map that a law does not read. */
  void requireAxesOf(Law law) {
    List<String> read =
        law instanceof Typical known ? known.axes().stream().map(Axis::name).toList() : List.of();
    for (String axis : Columns.parse(map).axes()) {
      if (!read.contains(axis)) {
        List<String> names = new ArrayList<>(Columns.ROLES);
        read.stream().filter(name -> !LossTable.OWN_AXES.contains(name)).forEach(names::add);
        throw new UserException(
            "--map says which column holds %s, which %s does not read; %s"
                .formatted(axis, law.getClass().getSimpleName(), Names.known(axis, names)));
      }
    }
  }

  /** The losses, as a law reads them. */
  LossTable read(Law law, Optional<Experiment> experiment) throws IOException {
    if (mostRows < 10) {
      throw new UserException("--max-rows is " + mostRows + " but must be at least 10");
    }
    if (experiment.isPresent()) {
      if (!map.isEmpty()) {
        throw new UserException(
            "--map is for tables; what the columns of an experiment's results hold is known");
      }
      Path folder = folder().orElseThrow();
      Observations rows =
          Observations.of(new RunStore(folder).load(experiment.get()), experiment.get().fit());
      try (TableReader table = new StoredTable(folder, rows)) {
        return LossTable.read(List.of(table), StoredTable.COLUMNS, where, law, mostRows);
      }
    }
    List<TableReader> tables = new ArrayList<>();
    try {
      for (Path file : files) {
        tables.add(TableReader.open(file));
      }
      return LossTable.read(tables, Columns.parse(map), where, law, mostRows);
    } finally {
      for (TableReader table : tables) {
        table.close();
      }
    }
  }
}
