/**
 * The meaning of every kernel, forward and backward, in double precision and plain loops: the
 * judge.
 */
package kleiber.engine.naive;
