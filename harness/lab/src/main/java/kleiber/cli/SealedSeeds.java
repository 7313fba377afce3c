package kleiber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.models.ParameterCount;
import kleiber.observe.Quantity;
import kleiber.observe.SealFile;
import kleiber.observe.Sealed;

/**
 * Whether the runs that were foretold under a seal are about to be trained with the seed that it
 * asks for: with another they would cost as much, and the seal would never be scored.
 */
final class SealedSeeds {
  /** Where the seals of an experiment lie within its results. */
  static final String FILE = "sealed.jsonl";

  private SealedSeeds() {}

  /**
   * Checks an experiment against the seals that lie beside its results.
   *
   * @throws UserException when the grid has runs of a seal's scale and none has its seed
   */
  static void check(Experiment experiment, Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return;
    }
    Vocabularies vocabularies = new Vocabularies();
    for (Sealed sealed : new SealFile(file).read().seals()) {
      List<Run> foretold = new ArrayList<>();
      for (Run run : experiment.grid()) {
        ParameterCount count = run.parameters(vocabularies.of(run.spec().corpus()));
        if (sealed.seal().difference(run, count).isEmpty()) {
          foretold.add(run);
        }
      }
      if (!foretold.isEmpty()
          && foretold.stream().noneMatch(run -> run.spec().seed() == sealed.seed())) {
        throw new UserException(
            "seal %d of %s foretells a run of %s parameters and %s tokens with seed %d, but the grid has it with seed %s alone: a run of another seed is not scored. Give that block of the grid `seed: [%d]`, or move the file away to give the seal up"
                .formatted(
                    sealed.seal().number(),
                    file,
                    Quantity.count(sealed.seal().params()),
                    Quantity.count(sealed.seal().tokens()),
                    sealed.seed(),
                    seeds(foretold),
                    sealed.seed()));
      }
    }
  }

  private static String seeds(List<Run> runs) {
    return String.join(
        ", ",
        runs.stream().map(run -> String.valueOf(run.spec().seed())).distinct().sorted().toList());
  }
}
