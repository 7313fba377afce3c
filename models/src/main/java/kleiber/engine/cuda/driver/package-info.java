/**
 * An NVIDIA card as the CUDA engine sees it: memory, kernels launched by name, matrix products,
 * recorded work. Knows nothing of models; {@link kleiber.engine.cuda.driver.DriverDevice} reaches a
 * card through the libraries that its owner has.
 */
package kleiber.engine.cuda.driver;
