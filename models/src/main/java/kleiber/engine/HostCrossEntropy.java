package kleiber.engine;

/** Softmax and loss by blocks of rows; probabilities are never stored. */
final class HostCrossEntropy extends HostOperation {
  private static final int BLOCK = 4096;

  private final int v;
  private final int rowsPerBlock;
  private final float[][] logits;
  private final float[][] dlogits;
  private final int[][] targets;
  private final float[][] loss;
  // By member and row, kept for the backward pass.
  private final float[][] maxima;
  private final float[][] inverseSums;

  HostCrossEntropy(Kernel.CrossEntropy k, HostMemory memory) {
    super(memory, k.logits_BxTxV().rows());
    v = k.logits_BxTxV().last();
    rowsPerBlock = Math.max(1, BLOCK / v);
    logits = memory.value(k.logits_BxTxV());
    dlogits = memory.gradient(k.logits_BxTxV());
    targets = memory.tokens(k.targets_BxT());
    loss = memory.value(k.loss_BxT());
    maxima = new float[memory.members()][k.logits_BxTxV().rows()];
    inverseSums = new float[memory.members()][k.logits_BxTxV().rows()];
    memory.needScratch(rowsPerBlock * v);
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] e = scratch.first;
    float[] in = logits[member];
    for (int first = from(tile); first < to(tile); first += rowsPerBlock) {
      int end = Math.min(to(tile), first + rowsPerBlock);
      for (int r = first; r < end; r++) {
        maxima[member][r] = Reductions.max(in, r * v, v);
      }
      exponentials(member, first, end, scratch);
      for (int r = first; r < end; r++) {
        float sum = Reductions.sum(e, (r - first) * v, v);
        inverseSums[member][r] = 1 / sum;
        float below = maxima[member][r] - in[r * v + targets[member][r]];
        loss[member][r] = below + (float) StrictMath.log(sum);
      }
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    float[] e = scratch.first;
    float mean = 1f / targets[member].length;
    for (int first = from(tile); first < to(tile); first += rowsPerBlock) {
      int end = Math.min(to(tile), first + rowsPerBlock);
      exponentials(member, first, end, scratch);
      for (int r = first; r < end; r++) {
        float scale = inverseSums[member][r] * mean;
        int from = (r - first) * v;
        e[from + targets[member][r]] -= 1 / inverseSums[member][r];
        for (int i = from; i < from + v; i++) {
          e[i] *= scale;
        }
      }
      give(e, dlogits[member], first * v, (end - first) * v, add[0], scratch.second);
    }
  }

  /** e^(logit − maximum of its row), in the first buffer. */
  private void exponentials(int member, int first, int end, HostScratch scratch) {
    float[] e = scratch.first;
    System.arraycopy(logits[member], first * v, e, 0, (end - first) * v);
    for (int r = first; r < end; r++) {
      float max = maxima[member][r];
      int from = (r - first) * v;
      for (int i = from; i < from + v; i++) {
        e[i] -= max;
      }
    }
    scratch.exponential.apply(e, 0, (end - first) * v);
  }
}
