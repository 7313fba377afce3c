/** Trains a cohort of specs and tells the losses as it goes. */
package kleiber.train;
