package kleiber.estimate;

/**
 * One run of a search over learning rate and batch size.
 *
 * @param learningRate peak learning rate
 * @param batch tokens per optimizer step
 * @param loss nats per token
 */
public record Trial(double learningRate, double batch, double loss) {
  public Trial {
    if (!(learningRate > 0) || !(batch > 0) || !(loss > 0)) {
      throw new IllegalArgumentException(
          "A trial has learning rate "
              + learningRate
              + ", batch "
              + batch
              + " and loss "
              + loss
              + ", but all three must be positive.");
    }
  }
}
