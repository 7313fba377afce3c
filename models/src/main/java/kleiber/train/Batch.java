package kleiber.train;

/**
 * What a cohort is trained on in a step.
 *
 * @param inputs_MxBxT ids
 * @param targets_MxBxT ids, or {@link kleiber.models.Masking#UNMASKED}
 */
record Batch(int[] inputs_MxBxT, int[] targets_MxBxT) {}
