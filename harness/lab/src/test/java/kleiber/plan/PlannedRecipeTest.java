package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.laws.Observation;
import kleiber.observe.Observations;
import kleiber.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid of two recipes and several batches, of which the fit takes one recipe at its best. */
final class PlannedRecipeTest {
  @TempDir private Path folder;

  private static final String OTHERS = "grid.+={model.norm: [rms], tokens: [1e5, 1e6]}";
  private static final String BATCHES = "grid.+={tokens: [1e5], batch: [2, 8]}";

  private static Experiment experiment(String... more) {
    return Ladder.read(
        Stream.concat(Stream.of(OTHERS, BATCHES), Stream.of(more)).toArray(String[]::new));
  }

  private static Observations made(Experiment experiment) throws IOException {
    PlannedScales scales = PlannedScales.opened(experiment.fit(), List.of(), Path.of("none"));
    Prior prior = Prior.usual(experiment, scales, OptionalDouble.of(0.003));
    return Observations.of(
        new MadeRuns(scales, prior).of(experiment.runs(), new SplittableRandom(1)),
        experiment.fit());
  }

  @Test
  void onlyTheRecipeAtOneBatchIsFitted() throws IOException {
    Experiment all = experiment();
    Experiment one = experiment("fit.where={model.norm: layer}", "fit.rates=best");
    assertEquals(all.runs(), one.runs(), "what is trained does not depend on the fit");
    assertEquals(10, made(all).fit().size());
    Observations observations = made(one);
    assertEquals(1, observations.heldOut().size());
    assertEquals(6, observations.fit().size());
    Run middle = one.runs().getFirst();
    assertEquals(4, middle.spec().batch());
    assertTrue(
        observations.fit().stream().map(Observation::run).anyMatch(middle.id()::equals),
        "of three batches the middle one is taken for the best");
  }

  @Test
  void anAdaptiveGridChoosesAmongRunsOfTheRecipe() throws IOException {
    Experiment one = experiment("fit.where={model.norm: layer}");
    PlannedScales scales = PlannedScales.opened(one.fit(), List.of(), Path.of("none"));
    Prior prior = Prior.usual(one, scales, OptionalDouble.of(0.003));
    AdaptiveGrid grid = new AdaptiveGrid(one, scales, new RunStore(folder), prior, List.of());
    assertEquals(one.grid().size() - 2, grid.runs().size());
    assertTrue(grid.runs().stream().allMatch(one.fit().recipe()::matches));
  }
}
