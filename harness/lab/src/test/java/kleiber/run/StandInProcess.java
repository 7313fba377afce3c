package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kleiber.engine.Engine;
import kleiber.experiment.Run;
import kleiber.train.TrainingSpec;

/** A worker process with the stand-in trainer, which things befall as its arguments say. */
final class StandInProcess {
  private StandInProcess() {}

  /**
   * Arguments: what happens ({@code die}, {@code hang} the first time, {@code chatter} or {@code
   * slow}), at step 50 of which run, {@code all} for every run, and a file to remember by.
   */
  public static void main(String[] args) throws IOException {
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (step == 50 && (args[1].equals("all") || Run.of(spec).id().equals(args[1]))) {
                happen(args[0], spec, Path.of(args[2]));
              }
              return false;
            });
    WorkerMain.serve(setup -> engine(setup), (_, _) -> _ -> trainer);
  }

  private static Engine engine(Order.Setup setup) {
    return Devices.parse(setup.devices(), setup.threads());
  }

  private static void happen(String what, TrainingSpec spec, Path memory) throws IOException {
    switch (what) {
      case "die" -> {
        System.err.println("about to die of " + spec.tokens());
        Runtime.getRuntime().halt(77);
      }
      case "hang" -> {
        if (Files.notExists(memory)) {
          Files.createFile(memory);
          sleep(Long.MAX_VALUE);
        }
      }
      case "slow" -> sleep(200);
      case "chatter" -> {
        System.out.println("chatter {\"number\":");
        System.err.println("more of it");
      }
      default -> throw new IllegalArgumentException(what);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
