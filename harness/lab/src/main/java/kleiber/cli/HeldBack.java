package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.observe.FitFile;

/**
 * The held-out runs of an experiment, left untrained until what the law says of them is sealed.
 *
 * @param fitted the experiment without them
 * @param runs they
 */
record HeldBack(Experiment fitted, List<Run> runs) {
  static HeldBack of(Experiment experiment) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    List<Run> now = new ArrayList<>();
    List<Run> later = new ArrayList<>();
    for (Run run : experiment.runs()) {
      boolean heldOut = experiment.fit().holdsOut(run, vocabularies.of(run.spec().corpus()));
      (heldOut ? later : now).add(run);
    }
    return new HeldBack(
        new Experiment(
            experiment.name(), experiment.question(), now, experiment.fit(), experiment.text()),
        later);
  }

  /** How to go on: a command for each size and length that is held back. */
  List<String> sentences(Path folder) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    Path fit = FitFile.path(folder, fitted.fit().law());
    List<String> commands = new ArrayList<>();
    for (Run run : runs) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      commands.add(
          "  ./kleiber "
              + ShellWords.line(
                  List.of(
                      "predict",
                      fit.toString(),
                      "--params",
                      Long.toString(run.parameters(vocabulary).under(fitted.fit().params())),
                      "--tokens",
                      Long.toString(run.trainedTokens()),
                      "--seal",
                      folder.resolve("sealed.jsonl").toString())));
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(
        runs.size()
            + (runs.size() == 1 ? " held-out run is" : " held-out runs are")
            + " not trained. Seal what the law says, give each run the seed that its seal says, and"
            + " run the file without --hold-back:");
    commands.stream().distinct().forEach(sentences::add);
    return sentences;
  }
}
