package kleiber.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.observe.Analysis;
import kleiber.observe.FitFile;
import kleiber.observe.Quantity;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.study.Conclusions;
import kleiber.study.StudyResult;

/**
 * Results of this project's own that are kept, derived again from the logs of their runs: each
 * number of the kept fit, and each sentence that a text quotes. A text quotes results by a line
 * that begins with their name, {@code > NAME: sentence}, or by a row of a {@link ResultsTable}.
 *
 * @param reproduction numbers kept beside numbers derived now
 * @param sentences that the logs give, which a text may quote
 */
public record OwnResults(Reproduction reproduction, List<String> sentences) {
  /** Relative; processors differ in last digits, and resamples carry them on. */
  private static final double TOLERANCE = 1e-3;

  private static final Pattern QUOTE = Pattern.compile("> ([\\w.-]+): (.*)");

  /** A line of a text that quotes results. */
  private record Quote(String file, int line, String sentence) {}

  public OwnResults {
    sentences = List.copyOf(sentences);
  }

  /**
   * Derives every folder of results again that holds an experiment. A quoted one that is not kept
   * is a miss where the project has its file; other names are none of its results.
   *
   * @param results such as {@code results}; {@code experiments} lies beside it
   * @param texts that quote them; those that are not there are passed over
   */
  public static List<OwnResults> of(Path results, List<Path> texts) throws IOException {
    List<Path> folders;
    try (Stream<Path> list = Files.list(results)) {
      folders =
          list.filter(folder -> Files.isRegularFile(new RunStore(folder).experiment()))
              .sorted()
              .toList();
    }
    List<OwnResults> all = new ArrayList<>();
    Map<String, List<Quote>> quotes = quotes(texts);
    for (Path folder : folders) {
      List<Quote> its = quotes.remove(folder.getFileName().toString());
      all.add(derive(folder, its == null ? List.of() : its, texts));
    }
    Path experiments = results.resolveSibling("experiments");
    quotes.forEach(
        (name, its) -> {
          if (Files.isRegularFile(experiments.resolve(name + ".yaml"))) {
            all.add(notKept(results.resolve(name), its));
          }
        });
    return all;
  }

  private static OwnResults notKept(Path folder, List<Quote> quotes) {
    return of(folder, List.of(quoted(quotes, List.of())), Optional.empty(), 0, List.of());
  }

  private static OwnResults of(
      Path folder,
      List<Finding> findings,
      Optional<String> failure,
      double seconds,
      List<String> sentences) {
    String name = folder.getFileName().toString();
    Study.Data logs = new Study.Data(name, List.of(), "the logs of its runs");
    return new OwnResults(
        new Reproduction(name, folder.toString(), logs, findings, List.of(), failure, seconds),
        sentences);
  }

  private static OwnResults derive(Path folder, List<Quote> quotes, List<Path> texts) {
    long start = System.nanoTime();
    List<Finding> findings = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    Optional<String> failure = Optional.empty();
    try {
      Experiment experiment = Experiment.read(new RunStore(folder).experiment(), List.of());
      Analysis analysis = Analysis.of(experiment, new RunStore(folder).load(experiment));
      Conclusions conclusions = Conclusions.of(analysis);
      sentences.add(conclusions.answer().headline());
      sentences.addAll(conclusions.answer().sentences());
      sentences.add(effort(analysis.runs()));
      for (StudyResult study : conclusions.studies()) {
        sentences.addAll(study.sentences());
        sentences.addAll(study.notes());
      }
      Path kept = FitFile.path(folder, experiment.fit().law());
      FitFile derived =
          FitFile.of(analysis).orElseThrow(() -> new IOException("nothing could be fitted"));
      compare(FitFile.read(kept), derived, "", findings);
      for (Map.Entry<String, FitFile> fit : conclusions.fits().entrySet()) {
        Path its = FitFile.path(folder, experiment.fit().law(), fit.getKey());
        compare(FitFile.read(its), fit.getValue(), fit.getKey() + ": ", findings);
      }
      for (StudyResult study : conclusions.studies()) {
        compare(
            StudyResult.read(StudyResult.path(folder, study.study())).numbers(),
            study.numbers(),
            study.study(),
            findings);
      }
      findings.add(quoted(quotes, sentences));
      findings.add(ResultsTable.checked(analysis, sentences, texts));
      sentences.add(ResultsTable.row(analysis, conclusions.answer().headline()));
    } catch (IOException | RuntimeException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    return of(folder, findings, failure, 1e-9 * (System.nanoTime() - start), sentences);
  }

  private static void compare(FitFile kept, FitFile derived, String of, List<Finding> findings) {
    findings.add(number(of + "rows fitted", kept, derived, FitFile::observations));
    findings.add(number(of + "objective", kept, derived, FitFile::cost));
    kept.theta()
        .keySet()
        .forEach(
            name -> {
              findings.add(number(of + name, kept, derived, fit -> fit.theta().get(name).value()));
              findings.add(
                  number(of + name + ", low", kept, derived, fit -> fit.theta().get(name).low()));
              findings.add(
                  number(of + name + ", high", kept, derived, fit -> fit.theta().get(name).high()));
            });
    findings.add(
        number(
            of + "mean held-out error",
            kept,
            derived,
            fit -> fit.heldOut().meanAbsoluteRelativeError()));
    findings.add(
        number(
            of + "the same, plain power law",
            kept,
            derived,
            fit -> fit.heldOut().baselineMeanAbsoluteRelativeError()));
    IntStream.range(0, kept.heldOut().points().size())
        .forEach(
            i -> {
              String run = of + "run " + kept.heldOut().points().get(i).run();
              findings.add(point(run + " measured", i, kept, derived, FitFile.Foretold::measured));
              findings.add(point(run + " foretold", i, kept, derived, FitFile.Foretold::predicted));
              findings.add(point(run + " low", i, kept, derived, FitFile.Foretold::low));
              findings.add(point(run + " high", i, kept, derived, FitFile.Foretold::high));
            });
  }

  /** The numbers of a study, each with its interval; one that is not there any more is a miss. */
  private static void compare(
      Map<String, StudyResult.Number> kept,
      Map<String, StudyResult.Number> derived,
      String study,
      List<Finding> findings) {
    StudyResult.Number none = new StudyResult.Number(Double.NaN, Double.NaN, Double.NaN, "");
    Set<String> names = new LinkedHashSet<>(kept.keySet());
    names.addAll(derived.keySet());
    for (String name : names) {
      StudyResult.Number was = kept.getOrDefault(name, none);
      StudyResult.Number is = derived.getOrDefault(name, none);
      String quantity = study + ": " + name;
      findings.add(number(quantity, was.value(), is.value()));
      if (!Double.isNaN(was.low()) || !Double.isNaN(is.low())) {
        findings.add(number(quantity + ", low", was.low(), is.low()));
        findings.add(number(quantity + ", high", was.high(), is.high()));
      }
    }
  }

  private static Finding point(
      String quantity,
      int index,
      FitFile kept,
      FitFile derived,
      ToDoubleFunction<FitFile.Foretold> of) {
    return number(
        quantity, kept, derived, fit -> of.applyAsDouble(fit.heldOut().points().get(index)));
  }

  /** A number that is in both, within the tolerance; one that is in neither agrees. */
  private static Finding number(
      String quantity, FitFile kept, FitFile derived, ToDoubleFunction<FitFile> of) {
    return number(quantity, of.applyAsDouble(kept), of.applyAsDouble(derived));
  }

  private static Finding number(String quantity, double was, double is) {
    if (Double.isNaN(was) && Double.isNaN(is)) {
      return Finding.within(quantity, Finding.Kind.REFIT, 0, 0, 0, "not known, then as now");
    }
    return Finding.within(quantity, Finding.Kind.REFIT, was, is, TOLERANCE * Math.abs(was), "");
  }

  private static String effort(List<StoredRun> runs) {
    List<StoredRun> done =
        runs.stream().filter(run -> run.state() == StoredRun.State.DONE).toList();
    double flops = done.stream().mapToDouble(run -> run.checkpoints().getLast().flops()).sum();
    double minutes = done.stream().mapToDouble(StoredRun::seconds).sum() / 60;
    return "%d of %d runs done, %s FLOPs, %s minutes of training."
        .formatted(
            done.size(), runs.size(), Quantity.count(flops), Quantity.significant(minutes, 2));
  }

  /** What the texts quote, by the name of the results. */
  private static Map<String, List<Quote>> quotes(List<Path> texts) throws IOException {
    Map<String, List<Quote>> quotes = new TreeMap<>();
    for (Path text : texts) {
      if (Files.isRegularFile(text)) {
        List<String> lines = Files.readAllLines(text);
        for (int i = 0; i < lines.size(); i++) {
          Matcher line = QUOTE.matcher(lines.get(i));
          if (line.matches()) {
            quotes
                .computeIfAbsent(line.group(1), _ -> new ArrayList<>())
                .add(new Quote(text.getFileName().toString(), i + 1, line.group(2).strip()));
          }
        }
      }
    }
    return quotes;
  }

  private static Finding quoted(List<Quote> quotes, List<String> sentences) {
    List<Quote> wrong =
        quotes.stream().filter(quote -> !sentences.contains(quote.sentence())).toList();
    String note =
        wrong.isEmpty()
            ? ""
            : "the logs do not give what %s, line %d, quotes"
                .formatted(wrong.getFirst().file(), wrong.getFirst().line());
    return Finding.within(
        "sentences quoted",
        Finding.Kind.REFIT,
        quotes.size(),
        quotes.size() - wrong.size(),
        0,
        note);
  }
}
