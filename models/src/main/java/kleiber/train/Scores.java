package kleiber.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is measured of models at a checkpoint: held-out losses and evaluations. */
final class Scores {
  private final TrainingSpec shape;
  private final Map<String, HeldOutSet> heldOut;
  private final Map<String, Evaluation.Questions> evaluations;
  private final StopSignal stop;

  /** Of one model. */
  record Row(
      Map<String, Checkpoint.HeldOutLoss> losses, Optional<Map<String, Double>> evaluations) {}

  /** A cohort as evaluations see it. */
  record Answering(Models cohort, int batch) implements Evaluation.Answers {
    @Override
    public int members() {
      return cohort.size();
    }

    @Override
    public double[][] losses(int[] inputs, int[] targets) {
      cohort.forward(inputs, targets);
      return cohort.losses();
    }

    @Override
    public double[][] logits(int[] inputs) {
      return cohort.logits(inputs);
    }

    @Override
    public List<double[][]> gates(int[] inputs) {
      return cohort.gates(inputs);
    }
  }

  /**
   * @param shape any member's spec, for what all have in common
   */
  Scores(
      TrainingSpec shape,
      Map<String, HeldOutSet> heldOut,
      Map<String, Evaluation.Questions> evaluations,
      StopSignal stop) {
    this.shape = shape;
    this.heldOut = heldOut;
    this.evaluations = evaluations;
    this.stop = stop;
  }

  /**
   * Of some models of a cohort, of their averaged weights too where there are any; empty when
   * stopped.
   */
  Optional<List<Row>> of(Models models, int[] which) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < which.length; i++) {
      rows.add(
          new Row(
              new TreeMap<>(),
              evaluations.isEmpty() ? Optional.empty() : Optional.of(new TreeMap<>())));
    }
    boolean complete = raw(models, which, rows);
    Optional<? extends Models> averaged = complete ? models.averaged(which) : Optional.empty();
    if (averaged.isPresent()) {
      try (Models copies = averaged.get()) {
        complete = losses(copies, TrainingSpec.AVERAGED, rows);
      }
    }
    return complete ? Optional.of(rows) : Optional.empty();
  }

  private boolean raw(Models models, int[] which, List<Row> rows) {
    if (which.length == models.size()) {
      return losses(models, "", rows) && evaluate(models, rows);
    }
    try (Models copies = models.copy(which)) {
      return losses(copies, "", rows) && evaluate(copies, rows);
    }
  }

  private boolean losses(Models cohort, String suffix, List<Row> rows) {
    for (Map.Entry<String, HeldOutSet> set : heldOut.entrySet()) {
      Optional<Checkpoint.HeldOutLoss[]> scored =
          set.getValue().score(cohort, shape.sequencesPerPass(), stop);
      if (scored.isEmpty()) {
        return false;
      }
      for (int m = 0; m < rows.size(); m++) {
        rows.get(m).losses().put(set.getKey() + suffix, scored.get()[m]);
      }
    }
    return true;
  }

  private boolean evaluate(Models cohort, List<Row> rows) {
    for (Map.Entry<String, Evaluation.Questions> asked : evaluations.entrySet()) {
      Optional<Map<String, double[]>> told =
          asked.getValue().ask(new Answering(cohort, shape.sequencesPerPass()), stop);
      if (told.isEmpty()) {
        return false;
      }
      for (int m = 0; m < rows.size(); m++) {
        for (Map.Entry<String, double[]> each : told.get().entrySet()) {
          rows.get(m)
              .evaluations()
              .orElseThrow()
              .put(asked.getKey() + "." + each.getKey(), each.getValue()[m]);
        }
      }
    }
    return true;
  }
}
