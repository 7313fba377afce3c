package kleiber.observe;

/**
 * A seal in its file.
 *
 * @param hash SHA-256 of the seal as the file writes it
 */
public record Sealed(Seal seal, String hash) {
  private static final int SEED_DIGITS = 12;

  /**
   * The seed that the foretold run has to be trained with: 48 bits of the hash. It depends on the
   * prediction, so that no run of that seed can have been seen before.
   */
  public long seed() {
    return Long.parseLong(hash.substring(0, SEED_DIGITS), 16);
  }

  /** What to do with it. */
  public String sentence() {
    return "sealed as number %d at %s (%.12s…): give its block of the grid the seed it asks for, `seed: [%d]`, train it, and score it with `kleiber verify`"
        .formatted(seal.number(), seal.time(), hash, seed());
  }
}
