package kleiber.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.ShuffledWindows;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.models.KernelFamily;

/**
 * Trains cohorts of kernel families on one engine. Several trainers may share the engine and the
 * corpora and train at the same time, each on a thread of its own.
 */
public final class KernelTrainer implements Trainer {
  private final Engine engine;
  private final OpenCorpora corpora;

  /** A trainer that borrows both; closing it closes neither. */
  public KernelTrainer(Engine engine, OpenCorpora corpora) {
    this.engine = engine;
    this.corpora = corpora;
  }

  @Override
  public String numerics(TrainingSpec spec) {
    return engine.numerics(spec.products());
  }

  @Override
  public void close() {}

  @Override
  public Facts check(TrainingSpec spec, StopSignal stop) throws IOException {
    SplitCorpus corpus = corpora.open(spec.corpus(), stop);
    long uniqueTokens =
        new ShuffledWindows(corpus.training(), spec.context(), spec.seed()).uniqueTokens();
    requireTokens(spec, uniqueTokens);
    return facts(spec, corpus, uniqueTokens, heldOut(spec, corpus, stop));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A checkpoint is logged after the first step that reaches its count. A diverged member's last
   * checkpoint is logged too when it is a held-out loss that is not finite.
   *
   * @throws IllegalArgumentException when the specs differ in more than seed, optimizer and
   *     schedule, or their model is no kernel family
   */
  @Override
  public void train(List<TrainingSpec> cohort, StopSignal stop, Log log) throws IOException {
    try {
      openAndTrain(cohort, stop, log);
    } catch (CancellationException _) {
      // Stopped before the first step: as when stopped later, nothing more is told.
    }
  }

  private void openAndTrain(List<TrainingSpec> cohort, StopSignal stop, Log log)
      throws IOException {
    TrainingSpec shape = shape(cohort);
    if (!(shape.model() instanceof KernelFamily family)) {
      throw new IllegalArgumentException(shape.model() + " is not made of kernels");
    }
    SplitCorpus corpus = corpora.open(shape.corpus(), stop);
    List<ShuffledWindows> windows = new ArrayList<>();
    for (TrainingSpec spec : cohort) {
      windows.add(new ShuffledWindows(corpus.training(), spec.context(), spec.seed()));
    }
    long uniqueTokens = windows.getFirst().uniqueTokens();
    requireTokens(shape, uniqueTokens);
    Map<String, HeldOutSet> heldOut = heldOut(shape, corpus, stop);
    Facts facts = facts(shape, corpus, uniqueTokens, heldOut);
    List<Member> members = new ArrayList<>();
    for (int m = 0; m < cohort.size(); m++) {
      log.opened(m, facts);
      members.add(new Member(m, cohort.get(m), facts, windows.get(m), log));
    }
    try (Cohort models =
        new Cohort(
            engine,
            family,
            shape.products(),
            corpus.vocabulary(),
            shape.batch(),
            shape.context(),
            cohort.stream().mapToLong(TrainingSpec::seed).toArray())) {
      train(shape, members, models, heldOut, stop);
    }
  }

  private static void train(
      TrainingSpec shape,
      List<Member> members,
      Cohort models,
      Map<String, HeldOutSet> heldOut,
      StopSignal stop) {
    long[] checkpoints = shape.checkpoints().tokens(shape.tokens());
    int next = 0;
    int tokensPerStep = Math.toIntExact(shape.tokensPerStep());
    int[] inputs_MxBxT = new int[members.size() * tokensPerStep];
    int[] targets_MxBxT = new int[members.size() * tokensPerStep];
    for (long step = 1; step <= shape.steps(); step++) {
      if (stop.stopped() || members.stream().noneMatch(Member::active)) {
        return;
      }
      for (Member member : members) {
        member.read(step, inputs_MxBxT, targets_MxBxT);
      }
      models.forward(inputs_MxBxT, targets_MxBxT);
      double[] losses = models.meanLosses();
      double[] norms = models.backward();
      boolean[] active = new boolean[members.size()];
      double[] fractions = new double[members.size()];
      for (int m = 0; m < members.size(); m++) {
        active[m] = members.get(m).takes(step, losses[m], norms[m]);
        fractions[m] = members.get(m).fractionOfPeak();
      }
      models.update(
          step, active, members.stream().map(Member::optimizer).toList(), fractions, norms);
      boolean due = false;
      while (next < checkpoints.length && checkpoints[next] <= step * tokensPerStep) {
        due = true;
        next++;
      }
      if (due && !checkpoint(step, members, models, heldOut, shape.batch(), stop)) {
        return;
      }
    }
    members.forEach(Member::finish);
  }

  /** Scores the held-out sets and logs a row for each active member; false when stopped. */
  private static boolean checkpoint(
      long step,
      List<Member> members,
      Cohort models,
      Map<String, HeldOutSet> heldOut,
      int batch,
      StopSignal stop) {
    if (members.stream().noneMatch(Member::active)) {
      return true;
    }
    Map<String, Checkpoint.HeldOutLoss[]> losses = new TreeMap<>();
    for (Map.Entry<String, HeldOutSet> set : heldOut.entrySet()) {
      Optional<Checkpoint.HeldOutLoss[]> scored = set.getValue().score(models, batch, stop);
      if (scored.isEmpty()) {
        return false;
      }
      losses.put(set.getKey(), scored.get());
    }
    for (int m = 0; m < members.size(); m++) {
      Map<String, Checkpoint.HeldOutLoss> own = new TreeMap<>();
      for (Map.Entry<String, Checkpoint.HeldOutLoss[]> set : losses.entrySet()) {
        own.put(set.getKey(), set.getValue()[m]);
      }
      members.get(m).checkpoint(step, own);
    }
    return true;
  }

  private static TrainingSpec shape(List<TrainingSpec> cohort) {
    if (cohort.isEmpty()) {
      throw new IllegalArgumentException("a cohort needs at least one spec");
    }
    TrainingSpec first = cohort.getFirst();
    for (TrainingSpec spec : cohort) {
      if (!whatACohortShares(spec).equals(whatACohortShares(first))) {
        throw new IllegalArgumentException(
            ("the specs of a cohort may differ only in seed, optimizer and schedule, but these"
                    + " differ in more: %s and %s")
                .formatted(first, spec));
      }
    }
    return first;
  }

  private static List<Object> whatACohortShares(TrainingSpec spec) {
    return List.of(
        spec.model(),
        spec.corpus(),
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        spec.checkpoints(),
        spec.heldOut(),
        spec.precision());
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
          asked.getKey(), new HeldOutSet(asked.getKey(), asked.getValue(), from, spec.context()));
    }
    return sets;
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
        sets);
  }
}
