/**
 * The engine for NVIDIA cards: kernels in order, all members in every call, whole passes and steps
 * recorded once.
 */
package kleiber.engine.cuda;
