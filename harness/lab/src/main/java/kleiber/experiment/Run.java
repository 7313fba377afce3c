package kleiber.experiment;

import kleiber.train.TrainingSpec;

/**
 * One cell of the grid.
 *
 * @param id the first 16 hex digits of the SHA-256 of the canonical spec; names the run's folder
 */
public record Run(String id, TrainingSpec spec) {}
