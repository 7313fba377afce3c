package kleiber.train;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import kleiber.engine.Engine;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.host.HostEngine;
import kleiber.engine.nd4j.Nd4jEngine;
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
   * <p>Twice what a bound program takes, since some models are copied while the others train: on a
   * card what {@link CudaEngine#bytes} says.
   */
  @Override
  public double memory(TrainingSpec spec, Facts facts, Optional<CardProperties> card) {
    Program program = program(spec, facts);
    boolean asked = spec.evaluations().isPresent(); // some of them read logits or gates
    return card.map(its -> 2.0 * CudaEngine.bytes(its, program, 1, spec.optimizer().rule(), asked))
        .orElseGet(() -> 2 * ofHeap(program, spec));
  }

  /**
   * Every tensor has values and gradients, a parameter two moments besides, whatever the optimizer
   * makes of them, four bytes a number, and eight for its average if that is kept. Muon has two
   * buffers of its largest matrix, and two of its products with itself, each core its own.
   */
  private static double ofHeap(Program program, TrainingSpec spec) {
    double numbers = spec.optimizer() instanceof Muon ? ofMuon(program) : 0;
    for (Tensor tensor : program.tensors()) {
      double each =
          switch (tensor.role()) {
            case PARAMETER -> spec.average().isPresent() ? 6 : 4;
            case ACTIVATION -> 2;
            case TOKENS -> 1;
          };
      numbers += each * tensor.size();
    }
    return Float.BYTES * numbers;
  }

  private static double ofMuon(Program program) {
    double largest = 0;
    double products = 0;
    for (Tensor matrix : program.hiddenMatrices()) {
      largest = Math.max(largest, (double) matrix.matrixRows() * matrix.last());
      products = Math.max(products, Math.pow(Math.min(matrix.matrixRows(), matrix.last()), 2));
    }
    // Two of each; they are not copied, so the doubling of all numbers makes two of them.
    return Runtime.getRuntime().availableProcessors() * (largest + products);
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

  /**
   * {@inheritDoc}
   *
   * <p>Models in muP are put to the {@link CoordinateCheck} first.
   *
   * @throws IllegalArgumentException with a sentence when they fail it
   */
  @Override
  public Facts check(TrainingSpec spec, StopSignal stop) throws IOException {
    Facts facts = super.check(spec, stop);
    if (spec.model().muP().isPresent() && spec.optimizer() instanceof AdamW adamW) {
      coordinates(kernels(spec), adamW).require();
    }
    return facts;
  }

  /**
   * A Java that checks a grid and trains elsewhere is not started with what the CPU engine needs.
   */
  private CoordinateCheck coordinates(KernelFamily family, AdamW adamW) {
    if (!(engine instanceof HostEngine) || HostEngine.vectors()) {
      return CoordinateCheck.of(family, adamW, engine);
    }
    try (Engine other = new Nd4jEngine(1)) {
      return CoordinateCheck.of(family, adamW, other);
    }
  }

  private static Program program(TrainingSpec spec, Facts facts) {
    return kernels(spec)
        .program(facts.vocabulary(), spec.sequencesPerPass(), spec.context())
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
        shape.sequencesPerPass(),
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
