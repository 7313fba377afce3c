package kleiber.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kleiber.engine.Engine;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.models.KernelFamily;

/**
 * Trains cohorts of kernel families on one engine. Several trainers may share the engine and the
 * corpora and train at the same time, each on a thread of its own.
 */
public final class KernelTrainer extends CohortTrainer {
  private final Engine engine;

  /** A trainer that borrows both; closing it closes neither. */
  public KernelTrainer(Engine engine, OpenCorpora corpora) {
    super(corpora);
    this.engine = engine;
  }

  @Override
  public String numerics(TrainingSpec spec) {
    return engine.numerics(spec.products());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Every tensor has values and gradients, a parameter two moments besides, four bytes a number,
   * and eight for its average if that is kept; and all of it twice, since some models are copied
   * while the others train.
   */
  @Override
  public double memory(TrainingSpec spec, Facts facts) {
    double numbers = 0;
    for (Tensor tensor :
        kernels(spec).program(facts.vocabulary(), spec.batch(), spec.context()).tensors()) {
      double each =
          switch (tensor.role()) {
            case PARAMETER -> spec.average().isPresent() ? 6 : 4;
            case ACTIVATION -> 2;
            case TOKENS -> 1;
          };
      numbers += each * tensor.size();
    }
    return 2 * Float.BYTES * numbers;
  }

  private static KernelFamily kernels(TrainingSpec spec) {
    if (spec.model() instanceof KernelFamily family) {
      return family;
    }
    throw new IllegalArgumentException(spec.model() + " is not made of kernels");
  }

  @Override
  void require(TrainingSpec spec) {
    kernels(spec);
  }

  private static Program program(TrainingSpec spec, Facts facts) {
    return kernels(spec)
        .program(facts.vocabulary(), spec.batch(), spec.context())
        .in(spec.products());
  }

  @Override
  SequencedMap<String, List<Integer>> parameters(TrainingSpec shape, Facts facts) {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    program(shape, facts).parameters().forEach(p -> shapes.put(p.name(), p.shape()));
    return shapes;
  }

  @Override
  Models begin(TrainingSpec shape, Facts facts, List<Member.Beginning> models) {
    return new Cohort(
        engine,
        kernels(shape),
        shape.products(),
        facts.vocabulary(),
        shape.batch(),
        shape.context(),
        shape.average(),
        models.stream().mapToLong(Member.Beginning::seed).toArray());
  }

  @Override
  Models resume(
      TrainingSpec shape,
      Facts facts,
      List<Member.Beginning> models,
      int[] numbers,
      Snapshot.Tensors saved) {
    return Cohort.resume(engine, program(shape, facts), shape.average(), numbers, saved);
  }
}
