package kleiber.engine;

import java.util.Arrays;

/**
 * What the matrix products of linear layers, the head among them, are made of; those of attention
 * may be on engines that multiply bfloat16 faster there. Weights, optimizer state, sums, and all
 * that is not such a product are float32 in either.
 */
public enum Precision {
  /** float32 inputs. */
  FLOAT32,
  /**
   * Each input of a product is rounded to bfloat16 (8 bits of significand, to nearest, ties to
   * even) and products are summed in float32, as in mixed-precision training on accelerators
   * (Kalamkar et al. 2019, arXiv:1905.12322). The weights that are trained stay float32. What whole
   * passes keep rounded for a product, a sum beside it may read so too: the gradient of a bias, or
   * of what attention made.
   */
  BF16,
  /**
   * float32 inputs, of which a card's tensor cores may leave out all but 10 of the 23 bits after
   * the point (from Ampere on, NVIDIA 2020, <i>A100 architecture</i>); float32 on other engines.
   */
  TF32;

  /** The inputs of a product as the product takes them. */
  public double[] round(double[] values) {
    return this == BF16
        ? Arrays.stream(values).map(value -> Bfloat16.round((float) value)).toArray()
        : values;
  }
}
