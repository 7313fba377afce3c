/**
 * What one training step is made of: tensors, kernels, programs, optimizer steps, and what every
 * engine promises. Each engine has a room of its own below.
 */
package kleiber.engine;
