/**
 * What studies of scale ask beyond one law's parameters: compute-optimal sizes, hyperparameter
 * laws, critical batches, crossings, contests between laws.
 */
package kleiber.estimate;
