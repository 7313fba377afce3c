package kleiber.run;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Where a run's numbers come from: {@code provenance.json}. Two runs of one id agree to the last
 * bit when their {@code numerics} and {@code corpora} do.
 *
 * @param code that trained it
 * @param machine that it was trained on
 * @param numerics the engine's numeric mode
 * @param corpora SHA-256 of the training corpus, under {@code training}, and of each held-out set's
 *     corpus, under {@code heldOut.} and its name
 * @param command as the user gave it
 * @param started ISO-8601, UTC; before any interruption
 * @param ended ISO-8601, UTC
 * @param resumed how often it was interrupted and went on from a snapshot; absent when never
 */
public record Provenance(
    Code code,
    Machine machine,
    String numerics,
    Map<String, String> corpora,
    String command,
    String started,
    String ended,
    OptionalInt resumed) {}
