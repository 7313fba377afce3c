package kleiber.run;

import java.util.HashMap;
import java.util.Map;
import kleiber.experiment.Run;
import kleiber.train.Facts;
import kleiber.train.Trainer;

/**
 * What members of cohorts take, found once for each shape: a grid has thousands of runs of few
 * shapes, and to bind a program to a card that only counts takes its time.
 */
public final class MemberSizes {
  private final Capacity capacity;
  private final Map<Object, Double> bytes = new HashMap<>();

  public MemberSizes(Capacity capacity) {
    this.capacity = capacity;
  }

  /**
   * A run to be packed.
   *
   * @param flops of the run
   */
  public Packing.Item item(Trainer trainer, Run run, Facts facts, double flops) {
    Object shape = trainer.shape(run.spec());
    double most = bytes.computeIfAbsent(shape, _ -> capacity.member(trainer, run.spec(), facts));
    return new Packing.Item(run, shape, most, trainer.flopsOfPass(run.spec(), facts), flops);
  }
}
