package kleiber.engine.cuda.driver;

/**
 * Products of row-major matrices, C [m, n] = A [m, k] · B [k, n] + beta · C, one for each of {@code
 * members · parts}. How a product is computed depends on everything here but {@code members}, so
 * that a member's bits are those of the member alone.
 *
 * @param parts products of one member, one {@code stride} after another like those of the next
 *     member
 */
public record Product(
    Inputs inputs,
    int m,
    int n,
    int k,
    Matrix a,
    Matrix b,
    float beta,
    Matrix c,
    int members,
    int parts) {
  /** What A and B are made of. C is float32, and so are sums. */
  public enum Inputs {
    /** float32, all of its bits. */
    FLOAT32,
    /** bfloat16. */
    BFLOAT16,
    /** float32, of which 10 bits after the point need be read. */
    TF32;

    /** Of one number. */
    public int bytes() {
      return this == BFLOAT16 ? 2 : 4;
    }
  }

  /**
   * Matrices in memory.
   *
   * @param address of the first
   * @param pitch elements from row to row, as it lies in memory
   * @param transposed whether what lies in memory is the transpose of what is meant; never for C
   * @param stride elements from one matrix of the batch to the next
   */
  public record Matrix(long address, long pitch, boolean transposed, long stride) {
    /** What lies in memory as it is. */
    public Matrix(long address, long pitch, long stride) {
      this(address, pitch, false, stride);
    }

    /** One like it elsewhere. */
    public Matrix at(long other) {
      return new Matrix(other, pitch, transposed, stride);
    }

    /** Its transpose. */
    public Matrix transpose() {
      return new Matrix(address, pitch, !transposed, stride);
    }
  }

  public Product {
    if (c.transposed()) {
      throw new IllegalArgumentException("a product cannot be written transposed");
    }
    if (members < 1 || parts < 1) {
      throw new IllegalArgumentException("a batch of " + members + " x " + parts + " products");
    }
  }
}
