/** Kernels, what one training step is made of, and the engines that run them. */
package kleiber.engine;
