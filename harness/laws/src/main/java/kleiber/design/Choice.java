package kleiber.design;

/**
 * A run that was chosen, and what for.
 *
 * @param run index among the candidates
 * @param cost of it
 * @param before error of ln L to expect at the targets without it: root of the mean square
 * @param after the same with it
 */
public record Choice(int run, double cost, double before, double after) {}
