package kleiber.fit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Assumptions;

/** The points that Besiroglu et al. 2024 read off the figures of Hoffmann et al. 2022. */
final class ChinchillaEpoch {
  private ChinchillaEpoch() {}

  /** All 245 points, lowest loss first. */
  static List<Observation> all() throws IOException {
    Path file =
        Path.of(System.getProperty("kleiber.home", "../.."))
            .resolve("../shared/data/chinchilla_epoch/svg_extracted_data.csv");
    Assumptions.assumeTrue(Files.exists(file), "the open data are not here: " + file.normalize());
    List<String> lines = Files.readAllLines(file);
    List<String> header = List.of(lines.get(0).split(","));
    int params = header.indexOf("Model Size");
    int flops = header.indexOf("Training FLOP");
    int loss = header.indexOf("loss");
    List<Observation> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      double n = Double.parseDouble(cells[params]);
      double c = Double.parseDouble(cells[flops]);
      String run = "point-" + rows.size();
      rows.add(
          new Observation(
              run,
              run,
              "MassiveText",
              0,
              new Scale(n, c / (6 * n), c, Map.of()),
              null,
              Double.parseDouble(cells[loss]),
              Double.NaN));
    }
    rows.sort(Comparator.comparingDouble(Observation::loss));
    return rows;
  }

  /** The 240 points of the published fit: without the five highest losses. */
  static List<Observation> published() throws IOException {
    List<Observation> all = all();
    return all.subList(0, all.size() - 5);
  }
}
