package kleiber.models;

/**
 * The maximal update parametrization for AdamW (Yang et al. 2022, arXiv:2203.03466, table 8): by it
 * activations move as much in a step at any width, so that a learning rate tuned at one width holds
 * for others. With m = width / baseWidth:
 *
 * <table>
 * <caption>What the width decides</caption>
 * <tr><th>tensors</th><th>initial deviation</th><th>learning rate</th><th>multiplier</th></tr>
 * <tr><td>token and position tables</td><td>as without</td><td>1</td><td>1</td></tr>
 * <tr><td>hidden matrices</td><td>as without / √m</td><td>1 / m</td><td>1</td></tr>
 * <tr><td>gains, biases</td><td>as without</td><td>1</td><td>1</td></tr>
 * <tr><td>head, tied or not</td><td>as without</td><td>1</td><td>1 / m, on logits</td></tr>
 * <tr><td>attention</td><td></td><td></td><td>1 / d_head, not 1 / √d_head</td></tr>
 * </table>
 *
 * <p>Weight decay takes learningRate · weightDecay off every matrix at each step, with the learning
 * rate before it is divided by m: decay that m does not weaken is the one that carries over between
 * widths (Wang and Aitchison 2024, arXiv:2405.13698; Lingle 2024, arXiv:2404.05728). Only width is
 * scaled: depth, and heads' width, are best kept along a ladder.
 *
 * @param baseWidth the width at which m is 1, usually the one that is tuned at
 */
public record MuP(int baseWidth) {
  public MuP {
    if (baseWidth < 1) {
      throw new IllegalArgumentException("baseWidth is " + baseWidth + " but must be at least 1");
    }
  }

  /** m. */
  double widening(int width) {
    return (double) width / baseWidth;
  }
}
