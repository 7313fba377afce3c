package kleiber.plan;

import kleiber.experiment.Run;

/**
 * What a run takes.
 *
 * @param cohort number of the cohort that it trains in, from 1, in the order of starting
 * @param members of that cohort
 * @param bytes that it takes while it trains
 * @param seconds of a lane, beside other lanes; steps that branches share are the first one's
 */
public record RunCost(
    Run run, int cohort, int members, double bytes, double seconds, TimeSource source) {}
