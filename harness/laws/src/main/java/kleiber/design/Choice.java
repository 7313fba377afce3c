package kleiber.design;

/**
 * A run that was chosen, and what for.
 *
 * @param run index among the candidates
 * @param cost of it
 * @param before standard deviation of ln L at the target without it; over several targets, the root
 *     of their mean variance
 * @param after the same with it
 */
public record Choice(int run, double cost, double before, double after) {}
