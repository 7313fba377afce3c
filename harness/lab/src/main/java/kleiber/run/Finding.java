package kleiber.run;

/**
 * What an audit found out about one thing.
 *
 * @param of a run, a file or a table, as a user would find it
 * @param detail why it differs or was not checked, or how closely it agrees; empty when there is no
 *     more to say
 */
public record Finding(Check check, String of, Verdict verdict, String detail) {
  /** What is checked. */
  public enum Check {
    /** A run of the experiment is there, and ended well. */
    CELL,
    /** A file is what it was when its run was published. */
    FILE,
    /** A run's provenance can be read and speaks of the text that the run saw. */
    PROVENANCE,
    /** The table of observations is what the logs say. */
    TABLE,
    /** A run trained again gives what is stored. */
    RERUN
  }

  /** What came of it. */
  public enum Verdict {
    AGREES,
    DIFFERS,
    NOT_CHECKED
  }

  public static Finding agrees(Check check, String of) {
    return new Finding(check, of, Verdict.AGREES, "");
  }

  public static Finding differs(Check check, String of, String why) {
    return new Finding(check, of, Verdict.DIFFERS, why);
  }

  public static Finding notChecked(Check check, String of, String why) {
    return new Finding(check, of, Verdict.NOT_CHECKED, why);
  }
}
