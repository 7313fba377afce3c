/** The matrix products of OpenBLAS and oneDNN, and how they are found. */
package kleiber.engine.blas;
