package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Predictions that can be neither changed nor chosen afterwards, and how they are judged. */
class SealTest {
  private static final long TOKENS = 12_000_000;

  @TempDir Path folder;
  private Path fit;
  private SealFile seals;

  @BeforeEach
  void writeFit() throws IOException {
    List<StoredRun> runs = MadeRuns.grid();
    Analysis analysis = Analysis.of(MadeRuns.experiment("Does it?", runs, MadeRuns.PLAN), runs);
    fit = folder.resolve("fit.json");
    FitFile.of(analysis).orElseThrow().write(fit);
    seals = new SealFile(folder.resolve("seals.jsonl"));
  }

  private Sealed seal(double params) throws IOException {
    SavedFit saved = SavedFit.read(fit);
    return seals.add(fit, saved, saved.predict(params, TOKENS));
  }

  @Test
  void whatIsSealedIsReadBack() throws IOException {
    Sealed first = seal(1e6);
    Sealed second = seal(2e6);
    SealFile.Chain chain = seals.read();
    assertEquals(List.of(first, second), chain.seals());
    assertEquals(List.of(), chain.faults());
    assertEquals(first.hash(), second.seal().previous());
    assertEquals(2, second.seal().number());
    assertTrue(first.seed() != second.seed() && first.seed() >= 0);
    assertTrue(first.seal().low() < first.seal().predicted());
    assertTrue(first.sentence().contains("`seed: [" + first.seed() + "]`"), first.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "0, line 1: it was changed",
    "1, line 2: it was changed",
    "2, line 3: it was changed"
  })
  void aChangedLineIsNamed(int which, String expected) throws IOException {
    seal(1e6);
    seal(2e6);
    seal(3e6);
    List<String> lines = Files.readAllLines(seals.file());
    lines.set(which, lines.get(which).replaceFirst("\"predicted\":\\d", "\"predicted\":9"));
    Files.write(seals.file(), lines);
    List<String> faults = seals.read().faults();
    assertEquals(1, faults.size(), faults.toString());
    assertTrue(faults.getFirst().contains(expected), faults.toString());
    String refused = assertThrows(UserException.class, () -> seal(4e6)).getMessage();
    assertTrue(refused.contains("broken chain"), refused);
  }

  @Test
  void aLineTakenOutOrTurnedRoundIsNamed() throws IOException {
    seal(1e6);
    seal(2e6);
    seal(3e6);
    List<String> lines = Files.readAllLines(seals.file());
    Files.write(seals.file(), List.of(lines.get(0), lines.get(2)));
    assertTrue(seals.read().faults().getFirst().contains("line 2: it does not follow"));
    Files.write(seals.file(), lines.subList(1, 3));
    assertTrue(seals.read().faults().getFirst().contains("line 1: it is not the first"));
    Files.write(seals.file(), List.of(lines.get(0), "nonsense", lines.get(1)));
    assertTrue(seals.read().faults().getFirst().contains("line 2: it is no seal"));
  }

  @Test
  void onlyARunOfItsSeedAndScaleBegunLaterCounts() throws IOException {
    StoredRun target = MadeRuns.run(160, TOKENS, 1, 0);
    double params = target.facts().orElseThrow().parameters().total();
    Sealed sealed = seal(params);
    StoredRun scored = MadeRuns.run(160, TOKENS, sealed.seed(), 0);
    Optional<Instant> later = Optional.of(Instant.parse(sealed.seal().time()).plusSeconds(1));
    Optional<Instant> before = Optional.of(Instant.parse(sealed.seal().time()).minusSeconds(1));
    StoredRun small = MadeRuns.run(64, TOKENS, sealed.seed(), 0);
    StoredRun brief = MadeRuns.run(160, TOKENS / 2, sealed.seed(), 0);
    Map<SealScore.Candidate, String> rejected =
        Map.of(
            new SealScore.Candidate(target, later), "of its scale, but of another seed, is run",
            new SealScore.Candidate(scored, before), "before the prediction was sealed",
            new SealScore.Candidate(scored, Optional.empty()), "when it began",
            new SealScore.Candidate(small, later), "parameters and not",
            new SealScore.Candidate(brief, later), "tokens and not of");
    rejected.forEach(
        (candidate, why) -> {
          SealScore score = SealScore.of(sealed, List.of(candidate));
          assertEquals(SealScore.Verdict.UNSCORED, score.verdict());
          assertTrue(score.source().contains(why), score.source());
        });
    SealScore score =
        SealScore.of(
            sealed,
            List.of(
                new SealScore.Candidate(target, later),
                new SealScore.Candidate(scored, later),
                new SealScore.Candidate(scored, later))); // a folder that is given twice
    assertEquals(
        scored.checkpoints().getLast().heldOut().get("text").loss(),
        score.measured().orElseThrow());
    assertEquals("run " + scored.run().id(), score.source());
    assertTrue(score.covered());
    assertEquals(SealScore.Verdict.PASSED, score.verdict());
  }

  @Test
  void theBestOfSeveralRatesCountsWhereTheFitIsOfTheBest() throws IOException {
    Sealed sealed =
        seal(MadeRuns.run(160, TOKENS, 1, 0).facts().orElseThrow().parameters().total());
    Optional<Instant> later = Optional.of(Instant.parse(sealed.seal().time()).plusSeconds(1));
    List<SealScore.Candidate> tried =
        Stream.of(1.0, -1.0, 0.0)
            .map(noise -> named("rate " + noise, MadeRuns.run(160, TOKENS, sealed.seed(), noise)))
            .map(run -> new SealScore.Candidate(run, later))
            .toList();
    double lowest = tried.get(1).run().checkpoints().getLast().heldOut().get("text").loss();
    SealScore undecided = SealScore.of(sealed, tried);
    assertEquals(SealScore.Verdict.UNSCORED, undecided.verdict(), "which of them is not said");
    assertTrue(undecided.source().contains("all have its seed"), undecided.source());
    SealScore best = SealScore.of(of(sealed, new FitScope(Map.of(), true)), tried);
    assertEquals(lowest, best.measured().orElseThrow());
    assertTrue(best.source().contains("the best of the 3"), best.source());
    SealScore foreign =
        SealScore.of(of(sealed, new FitScope(Map.of("optimizer.type", "Muon"), true)), tried);
    assertEquals(SealScore.Verdict.UNSCORED, foreign.verdict());
    assertTrue(
        foreign.source().contains("optimizer.type is AdamW, of which the fit does not speak"),
        foreign.source());
  }

  /** As if another learning rate had made it another run. */
  private static StoredRun named(String id, StoredRun run) {
    return new StoredRun(
        new Run(id, run.run().spec(), false),
        run.state(),
        run.reason(),
        run.facts(),
        run.checkpoints(),
        run.seconds());
  }

  private static Sealed of(Sealed sealed, FitScope scope) {
    Seal its = sealed.seal();
    return new Sealed(
        new Seal(
            its.number(),
            its.time(),
            its.fit(),
            its.fitHash(),
            its.dataHash(),
            its.law(),
            its.objective(),
            its.params(),
            its.counted(),
            its.tokens(),
            its.flops(),
            its.extra(),
            its.heldOut(),
            scope,
            its.confidence(),
            its.predicted(),
            its.low(),
            its.high(),
            its.powerLaw(),
            its.twoBudgets(),
            its.previous()),
        sealed.hash());
  }

  @Test
  void aSealOfBeforeScopesWereToldSpeaksOfEveryRun() throws IOException {
    seal(1e6);
    String line = Files.readString(seals.file());
    String before = line.substring(line.indexOf("\"seal\":") + 7, line.lastIndexOf('}'));
    String text = before.replaceFirst("\"scope\":\\{.*?\\},\"confidence", "\"confidence");
    assertFalse(text.contains("scope"), text);
    Files.writeString(seals.file(), "{\"hash\":\"" + Hash.of(text) + "\",\"seal\":" + text + "}\n");
    SealFile.Chain chain = seals.read();
    assertEquals(List.of(), chain.faults());
    assertEquals(FitScope.ALL, chain.seals().getFirst().seal().scope());
  }

  @Test
  void aPredictionThatABaselineMatchesHasFailedThoughItsIntervalHeld() {
    SealScore score = scored(2.5, 2.0, 3.0, 2.45, 3.5, 2.44);
    assertTrue(score.covered());
    assertEquals(SealScore.Verdict.FAILED, score.verdict());
    assertEquals(1.0, score.score(), 1e-12, "the width of the interval that held");
    assertEquals(20 * 0.01, score.score(2.45), 1e-9);
    assertEquals(0.06, score.error(2.5), 1e-12);
  }

  @Test
  void aNearPredictionWithAnIntervalThatMissedScoresByTheMiss() {
    SealScore score = scored(2.5, 2.49, 2.51, 2.7, 2.8, 2.52);
    assertFalse(score.covered());
    assertEquals(0.02 + 20 * 0.01, score.score(), 1e-9);
    assertEquals(SealScore.Verdict.PASSED, score.verdict());
  }

  private static SealScore scored(
      double predicted,
      double low,
      double high,
      double powerLaw,
      double twoBudgets,
      double measured) {
    Seal seal =
        new Seal(
            1,
            "2026-01-01T00:00:00Z",
            "",
            "",
            "",
            "PowerLaw",
            "Huber:delta=0.001",
            1e9,
            "",
            1e10,
            6e19,
            Map.of(),
            "",
            FitScope.ALL,
            0.9,
            predicted,
            low,
            high,
            powerLaw,
            twoBudgets,
            "");
    return new SealScore(new Sealed(seal, "0".repeat(64)), Optional.of(measured), "given");
  }
}
