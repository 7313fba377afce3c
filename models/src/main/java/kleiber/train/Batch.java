package kleiber.train;

/**
 * What a cohort is trained on in a step.
 *
 * @param inputs_MxBxT ids
 * @param targets_MxBxT ids, or {@link kleiber.models.Masking#UNMASKED}
 */
record Batch(int[] inputs_MxBxT, int[] targets_MxBxT) {
  /**
   * Some sequences of every member.
   *
   * @param part counted from 0
   * @param parts of equal length that the members' sequences are cut into
   */
  Batch part(int part, int parts, int members) {
    return new Batch(
        part(inputs_MxBxT, part, parts, members), part(targets_MxBxT, part, parts, members));
  }

  private static int[] part(int[] ids_MxBxT, int part, int parts, int members) {
    int length = ids_MxBxT.length / members / parts;
    int[] ids = new int[members * length];
    for (int m = 0; m < members; m++) {
      System.arraycopy(ids_MxBxT, (m * parts + part) * length, ids, m * length, length);
    }
    return ids;
  }
}
