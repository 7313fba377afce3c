package kleiber.observe;

import java.util.OptionalDouble;
import kleiber.run.StoredRun;

/**
 * Something that is neither fitted nor predicted, and why.
 *
 * @param run id
 * @param state of the run
 * @param reason in a sentence; when nothing of the run is used, that of its last row
 * @param rows losses on the plan's held-out set that are left out for it; 0 when there are none
 * @param wholeRun whether nothing of the run is used
 * @param plannedFlops C of the finished run under the plan's conventions, where it can be known
 */
public record Exclusion(
    String run,
    StoredRun.State state,
    String reason,
    int rows,
    boolean wholeRun,
    OptionalDouble plannedFlops) {}
