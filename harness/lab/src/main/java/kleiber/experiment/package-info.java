/** From a YAML file to an experiment, its grid, and runs with ids. */
package kleiber.experiment;
