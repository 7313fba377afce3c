package kleiber.laws;

/**
 * One measured loss: one row of the table that laws are fitted to.
 *
 * @param run id of the run that it was measured in
 * @param cluster the bootstrap unit: a run, or a trunk with all its decay branches
 * @param heldOut name of the held-out set
 * @param step optimizer step
 * @param at scale
 * @param schedule learning-rate history
 * @param loss nats per token
 * @param standardError of the loss, from the sampling of held-out documents; NaN when not known
 */
public record Observation(
    String run,
    String cluster,
    String heldOut,
    long step,
    Scale at,
    Trajectory schedule,
    double loss,
    double standardError) {}
