package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import kleiber.experiment.Experiment;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.report.Report;
import kleiber.run.RunStore;
import kleiber.study.Conclusions;
import kleiber.study.StudyResult;

/** What an experiment's results say: written to its folder, and in sentences to the terminal. */
final class Findings {
  private final Path folder;
  private final Conclusions conclusions;

  Findings(Experiment experiment, Path folder) {
    this.folder = folder;
    this.conclusions =
        Conclusions.of(Analysis.of(experiment, new RunStore(folder).load(experiment)));
  }

  Conclusions conclusions() {
    return conclusions;
  }

  /** Writes the report and everything beside it, and says what came out. */
  void write(PrintWriter out) throws IOException {
    Path page = page();
    say(out);
    out.println();
    out.println("report: " + page);
    out.flush();
  }

  private Path page() throws IOException {
    try {
      return Report.write(folder, conclusions);
    } catch (IOException e) {
      throw new IOException("cannot write the report to " + folder + ": " + Sentences.of(e), e);
    }
  }

  /** Says what came out. */
  void say(PrintWriter out) {
    Answer answer = conclusions.answer();
    out.println();
    out.println(answer.headline());
    answer.sentences().forEach(sentence -> out.println("  " + sentence));
    for (StudyResult study : conclusions.studies()) {
      out.println();
      out.println(study.title() + ": " + study.sentences().getFirst());
      study.sentences().stream().skip(1).forEach(sentence -> out.println("  " + sentence));
    }
    out.flush();
  }
}
