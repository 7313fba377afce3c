package kleiber.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.ShuffledWindows;
import kleiber.data.SplitCorpus;
import kleiber.engine.Precision;
import kleiber.models.Masking;
import kleiber.models.ModelFamily;

/**
 * Trains cohorts on the texts of their corpora: what every kind of model has in common, from the
 * first look at a spec to its last checkpoint.
 */
abstract class CohortTrainer implements Trainer {
  private final OpenCorpora corpora;

  /** A trainer that borrows the corpora; closing it closes nothing. */
  CohortTrainer(OpenCorpora corpora) {
    this.corpora = corpora;
  }

  /**
   * Why the spec's model cannot be trained as asked.
   *
   * @throws IllegalArgumentException with a sentence when it cannot
   */
  abstract void require(TrainingSpec spec);

  /** Names and shapes of one model's parameters. */
  abstract SequencedMap<String, List<Integer>> parameters(TrainingSpec shape, Facts facts);

  /**
   * Models as they begin.
   *
   * @param shape any member's spec, for what all have in common
   */
  abstract Models begin(TrainingSpec shape, Facts facts, List<Member.Beginning> models);

  /**
   * Models as they were saved.
   *
   * @param numbers that they have there
   * @throws java.io.UncheckedIOException when the state cannot be read
   */
  abstract Models resume(
      TrainingSpec shape,
      Facts facts,
      List<Member.Beginning> models,
      int[] numbers,
      Snapshot.Tensors saved);

  @Override
  public void close() {}

  @Override
  public Facts check(TrainingSpec spec, StopSignal stop) throws IOException {
    require(spec);
    SplitCorpus corpus = corpora.open(spec.corpus(), stop);
    long uniqueTokens =
        new ShuffledWindows(corpus.training(), spec.context(), spec.seed()).uniqueTokens();
    requireTokens(spec, uniqueTokens);
    evaluations(spec, corpus);
    return facts(spec, corpus, uniqueTokens, heldOut(spec, corpus, stop));
  }

  @Override
  public double flopsOfPass(TrainingSpec spec, Facts facts) {
    return facts.trainingFlopsPerToken() * spec.sequencesPerPass() * spec.context();
  }

  @Override
  public Object shape(TrainingSpec spec) {
    return Shape.of(spec);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A checkpoint is logged after the first step that reaches its count. A diverged member's last
   * checkpoint is logged too when it is a held-out loss that is not finite.
   *
   * <p>Members that do the same up to some step, such as the branches of a trunk up to the first
   * decay, are one model up to there.
   *
   * @throws IllegalArgumentException when the specs are of several shapes, or their model cannot be
   *     trained here
   */
  @Override
  public void train(List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, Log log)
      throws IOException {
    try {
      openAndTrain(cohort, from, stop, log);
    } catch (CancellationException _) {
      // Stopped before the first step: as when stopped later, nothing more is told.
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void openAndTrain(
      List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, Log log)
      throws IOException {
    TrainingSpec shape = first(cohort);
    require(shape);
    SplitCorpus corpus = corpora.open(shape.corpus(), stop);
    List<ShuffledWindows> windows = new ArrayList<>();
    for (TrainingSpec spec : cohort) {
      windows.add(new ShuffledWindows(corpus.training(), spec.context(), spec.seed()));
    }
    long uniqueTokens = windows.getFirst().uniqueTokens();
    for (TrainingSpec spec : cohort) {
      requireTokens(spec, uniqueTokens);
    }
    Map<String, HeldOutSet> heldOut = heldOut(shape, corpus, stop);
    Facts facts = facts(shape, corpus, uniqueTokens, heldOut);
    Optional<Snapshot> saved = from.filter(snapshot -> fits(snapshot, cohort, facts, log));
    List<Member> members = new ArrayList<>();
    for (int m = 0; m < cohort.size(); m++) {
      members.add(new Member(m, cohort.get(m), facts, windows.get(m), log));
    }
    List<Lineage> lineages =
        saved
            .map(snapshot -> Lineage.resume(members, snapshot.members()))
            .orElseGet(() -> Lineage.begin(members));
    lineages.stream()
        .flatMap(lineage -> lineage.members().stream())
        .forEach(member -> log.opened(member.number(), facts));
    Scores scores = new Scores(shape, heldOut, evaluations(shape, corpus), stop);
    try (Models models = models(shape, facts, lineages, saved)) {
      new Training(shape, facts, numerics(shape), models, scores, stop, log)
          .run(lineages, saved.map(Snapshot::step).orElse(0L));
    }
  }

  /** Whether a snapshot can be gone on from; the log is told when it cannot. */
  private boolean fits(Snapshot snapshot, List<TrainingSpec> cohort, Facts facts, Log log) {
    TrainingSpec shape = cohort.getFirst();
    Optional<String> refusal =
        snapshot.refusal(numerics(shape), facts, cohort, parameters(shape, facts));
    refusal.ifPresent(log::startsOver);
    return refusal.isEmpty();
  }

  /** The models of lineages, as they begin or as they were saved. */
  private Models models(
      TrainingSpec shape, Facts facts, List<Lineage> lineages, Optional<Snapshot> saved) {
    List<Member.Beginning> beginnings =
        lineages.stream().map(lineage -> lineage.any().beginning()).toList();
    if (saved.isEmpty()) {
      return begin(shape, facts, beginnings);
    }
    int[] numbers =
        saved.get().members().stream()
            .mapToInt(Snapshot.State::model)
            .sorted()
            .distinct()
            .toArray();
    return resume(shape, facts, beginnings, numbers, saved.get().tensors());
  }

  private static TrainingSpec first(List<TrainingSpec> cohort) {
    if (cohort.isEmpty()) {
      throw new IllegalArgumentException("a cohort needs at least one spec");
    }
    TrainingSpec first = cohort.getFirst();
    for (TrainingSpec spec : cohort) {
      if (!Shape.of(spec).equals(Shape.of(first))) {
        throw new IllegalArgumentException(
            ("the specs of a cohort must have one model, corpus, context, batch, micro-batch, kind"
                 + " of optimizer, held-out sets, average and evaluations, but these differ: %s and"
                 + " %s")
                .formatted(first, spec));
      }
    }
    return first;
  }

  /** What a cohort has in common. */
  private record Shape(
      ModelFamily model,
      Corpus corpus,
      int context,
      int batch,
      int sequencesPerPass,
      Class<? extends Optimizer> optimizer,
      Map<String, HeldOut> heldOut,
      Precision precision,
      Optional<WeightAverage> average,
      Optional<Map<String, Evaluation>> evaluations) {
    static Shape of(TrainingSpec spec) {
      return new Shape(
          spec.model(),
          spec.corpus(),
          spec.context(),
          spec.batch(),
          spec.sequencesPerPass(),
          spec.optimizer().getClass(),
          spec.heldOut(),
          spec.products(),
          spec.average(),
          spec.evaluations());
    }
  }

  private static void requireTokens(TrainingSpec spec, long unique) throws CorpusException {
    long needed = spec.steps() * spec.tokensPerStep();
    if (needed > unique && !spec.repeat()) {
      throw new CorpusException(
          ("tokens is %d (%d in whole steps of %d), but the corpus has only %d unique training"
                  + " tokens at context %d; train on fewer, or say repeat: true to see them again")
              .formatted(spec.tokens(), needed, spec.tokensPerStep(), unique, spec.context()));
    }
  }

  private Map<String, HeldOutSet> heldOut(TrainingSpec spec, SplitCorpus corpus, StopSignal stop)
      throws IOException {
    Map<String, HeldOutSet> sets = new TreeMap<>();
    for (Map.Entry<String, HeldOut> asked : spec.heldOut().entrySet()) {
      Optional<Corpus> other = asked.getValue().corpus();
      SplitCorpus from = other.isPresent() ? corpora.open(other.get(), stop) : corpus;
      if (from.vocabulary() != corpus.vocabulary()) {
        throw new CorpusException(
            ("held-out set %s has a vocabulary of %d, but the training corpus one of %d; give both"
                    + " the same tokenizer")
                .formatted(asked.getKey(), from.vocabulary(), corpus.vocabulary()));
      }
      sets.put(
          asked.getKey(),
          new HeldOutSet(
              asked.getKey(), asked.getValue(), from, spec.context(), spec.model().masking()));
    }
    return sets;
  }

  private static Map<String, Evaluation.Questions> evaluations(
      TrainingSpec spec, SplitCorpus corpus) throws IOException {
    Map<String, Evaluation.Questions> prepared = new TreeMap<>();
    for (var asked : spec.evaluations().orElse(Map.of()).entrySet()) {
      prepared.put(
          asked.getKey(), asked.getValue().prepare(corpus, spec.corpus().oracle(), spec.context()));
    }
    return prepared;
  }

  private static Facts facts(
      TrainingSpec spec, SplitCorpus corpus, long uniqueTokens, Map<String, HeldOutSet> heldOut) {
    Map<String, Facts.HeldOutFacts> sets = new TreeMap<>();
    heldOut.forEach((name, set) -> sets.put(name, set.facts()));
    return new Facts(
        corpus.digest(),
        corpus.vocabulary(),
        uniqueTokens,
        spec.model().count(corpus.vocabulary(), spec.context()),
        spec.model().trainingFlopsPerToken(corpus.vocabulary(), spec.context()),
        sets,
        spec.model().masking().map(Masking::share));
  }
}
