/** Scaling laws: functional forms, their parameters, their sources. Pure mathematics, no files. */
package kleiber.laws;
