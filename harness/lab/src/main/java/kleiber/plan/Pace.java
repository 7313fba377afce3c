package kleiber.plan;

/**
 * How long the steps of a cohort take, and how that is known.
 *
 * @param alone while no other lane of the device trains
 * @param beside while all lanes train
 */
record Pace(Speed alone, Speed beside, TimeSource source) {}
