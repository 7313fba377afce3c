/**
 * Which runs to do: what a grid would tell of a run that nobody has done, and which grid would tell
 * most for its price.
 */
package kleiber.design;
