/** The engine for CPUs: tiles of sequences taken through all kernels while they are in cache. */
package kleiber.engine.host;
