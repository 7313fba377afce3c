/** Model families: build, count parameters, count FLOPs; their steps as programs of kernels. */
package kleiber.models;
