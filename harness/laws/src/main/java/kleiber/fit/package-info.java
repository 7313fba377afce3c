/**
 * Fitting laws to observations: objectives, solvers, multi-start, bootstrap, splits, extrapolation.
 */
package kleiber.fit;
