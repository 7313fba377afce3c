package kleiber.run;

import java.util.List;
import kleiber.train.Facts;

/**
 * A line of JSON that a coordinator writes to a worker process; {@link Report}s answer it.
 *
 * @param number of the order, which reports on it repeat
 * @param members of a cohort to be trained; none to stop all that trains
 */
record Order(int number, List<Member> members) {
  /** Ends all trainings at their next step. */
  static final Order STOP = new Order(0, List.of());

  /**
   * A run to be trained.
   *
   * @param spec canonical
   * @param folder of its claim
   * @param begun whether another held the claim before
   */
  record Member(String spec, String folder, boolean begun, Facts facts) {}

  /**
   * The first line of all.
   *
   * @param results the experiment's folder
   * @param devices to train on, one word of {@code --devices}
   * @param threads of the engine
   * @param lanes cohorts that may be trained side by side
   * @param corpora where tokenized text is kept
   * @param command as the user gave it, for provenance
   * @param saving how much is kept besides losses
   */
  record Setup(
      String results,
      String devices,
      int threads,
      int lanes,
      String corpora,
      String command,
      Saving saving) {}
}
