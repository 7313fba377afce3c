package kleiber.engine.cuda;

import kleiber.engine.ExpertKernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/**
 * Products of experts by a kernel of their own: how many rows each has is known on the card alone,
 * so a block looks whether its expert has a tile for it.
 */
final class CudaExpertLinear extends CudaOperation {
  private static final int THREADS = 256;
  private static final int TILE = 32;

  private final ExpertKernel.Linear k;
  private final int in;
  private final int out;
  private final int experts;
  private final int lists;
  private final int slotsOfMember;
  private final int sharing;
  private final CudaMemory.Region choices;
  private final CudaMemory.Region places;
  private final CudaMemory.Region begins;

  CudaExpertLinear(ExpertKernel.Linear k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    in = k.x().last();
    out = k.y_BxTxKxO().last();
    experts = k.experts();
    lists = members * experts;
    slotsOfMember = k.y_BxTxKxO().rows();
    sharing = k.shared() ? k.slots() : 1;
    choices = memory.reserve((long) Integer.BYTES * members * slotsOfMember);
    places = memory.reserve((long) Integer.BYTES * members * slotsOfMember);
    begins = memory.reserve((long) Integer.BYTES * members * (experts + 1));
    if (k.shared()) {
      memory.needScratch((long) Float.BYTES * members * slotsOfMember * in);
    }
  }

  @Override
  void forward() {
    long rows = (long) members * k.gates_BxTxE().rows();
    each(
        "experts",
        "expert_choices",
        rows,
        memory.value(k.gates_BxTxE()),
        choices.address(),
        experts,
        k.slots(),
        rows);
    launch(
        "experts",
        "expert_places",
        new Grid(experts, members, 1),
        THREADS,
        0,
        choices.address(),
        places.address(),
        begins.address(),
        slotsOfMember);
    long bias = k.bias_ExO().map(memory::value).orElse(0L);
    long y = memory.value(k.y_BxTxKxO());
    product(memory.value(k.x()), sharing, out, 1, bias, y, false, in, out);
  }

  /** As many rows of w as {@code columnsOfX}, as many columns as {@code columnsOfY}. */
  private void product(
      long x,
      int rowsShared,
      int byRow,
      int byColumn,
      long bias,
      long y,
      boolean add,
      int columnsOfX,
      int columnsOfY) {
    // A row takes an expert once at most.
    int most = k.gates_BxTxE().rows();
    launch(
        "experts",
        "expert_product",
        new Grid(Math.ceilDiv(most, TILE), Math.ceilDiv(columnsOfY, TILE), lists),
        THREADS,
        0,
        x,
        rowsShared,
        memory.value(k.w_ExIxO()),
        byRow,
        byColumn,
        bias,
        memory.stride(k.w_ExIxO()),
        y,
        flag(add),
        places.address(),
        begins.address(),
        slotsOfMember,
        experts,
        columnsOfX,
        columnsOfY);
  }

  @Override
  void backward(boolean[] add) {
    backwardRows(add[0]);
    if (!add[1]) {
      Tensor gates = k.gates_BxTxE();
      long stride = gates.size();
      eachOfMember(
          "elementwise", "clear", gates.size(), memory.gradient(gates), stride, gates.size());
    }
    launch(
        "experts",
        "expert_weights",
        new Grid(Math.ceilDiv(in, TILE), Math.ceilDiv(out, TILE), lists),
        THREADS,
        0,
        memory.value(k.x()),
        sharing,
        memory.gradient(k.y_BxTxKxO()),
        memory.gradient(k.w_ExIxO()),
        memory.stride(k.w_ExIxO()),
        flag(add[2]),
        places.address(),
        begins.address(),
        slotsOfMember,
        experts,
        in,
        out);
    k.bias_ExO()
        .ifPresent(
            bias ->
                launch(
                    "experts",
                    "expert_biases",
                    new Grid(Math.ceilDiv(out, THREADS), lists, 1),
                    THREADS,
                    0,
                    memory.gradient(k.y_BxTxKxO()),
                    memory.gradient(bias),
                    memory.stride(bias),
                    flag(add[3]),
                    places.address(),
                    begins.address(),
                    slotsOfMember,
                    experts,
                    out));
  }

  private void backwardRows(boolean add) {
    long dx = memory.gradient(k.x());
    long dy = memory.gradient(k.y_BxTxKxO());
    if (!k.shared()) {
      product(dy, 1, 1, out, 0, dx, add, out, in);
      return;
    }
    product(dy, 1, 1, out, 0, memory.scratch(), false, out, in);
    each(
        "experts",
        "sum_of_slots",
        all(k.x()),
        memory.scratch(),
        dx,
        flag(add),
        k.slots(),
        in,
        all(k.x()));
  }
}
