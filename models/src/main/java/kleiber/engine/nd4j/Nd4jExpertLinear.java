package kleiber.engine.nd4j;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Slots are sorted by their expert, whose rows are then one block, and put back in place. */
final class Nd4jExpertLinear extends Nd4jOperation {
  private final ExpertKernel.Linear k;
  private final int in;
  private final int out;

  Nd4jExpertLinear(ExpertKernel.Linear k) {
    this.k = k;
    in = k.x().last();
    out = k.y_BxTxKxO().last();
  }

  /**
   * Where slots lie when they are sorted.
   *
   * @param slots by place
   * @param places by slot
   * @param begins the first place of each expert, and the end
   */
  private record Order(int[] slots, int[] places, int[] begins) {
    static Order of(int[] experts, int count) {
      int[] slots =
          IntStream.range(0, experts.length)
              .boxed()
              .sorted((a, b) -> Integer.compare(experts[a], experts[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      int[] places = new int[slots.length];
      int[] begins = new int[count + 1];
      for (int place = 0; place < slots.length; place++) {
        places[slots[place]] = place;
        begins[experts[slots[place]] + 1] = place + 1;
      }
      for (int expert = 1; expert <= count; expert++) {
        begins[expert] = Math.max(begins[expert], begins[expert - 1]);
      }
      return new Order(slots, places, begins);
    }

    boolean without(int expert) {
      return begins[expert] == begins[expert + 1];
    }

    INDArray rows(INDArray sorted, int expert) {
      INDArrayIndex rows = NDArrayIndex.interval(begins[expert], begins[expert + 1]);
      return sorted.get(rows, NDArrayIndex.all());
    }
  }

  private Order order(Nd4jMemory memory) {
    int[] experts = Nd4jRoute.chosen(memory.value(k.gates_BxTxE()), k.slots());
    return Order.of(experts, k.experts());
  }

  private INDArray sortedX(Nd4jMemory memory, Order order) {
    int[] rows =
        k.shared()
            ? Arrays.stream(order.slots).map(slot -> slot / k.slots()).toArray()
            : order.slots;
    return Nd4j.pullRows(memory.value(k.x()), 1, rows);
  }

  private INDArray w_IxO(INDArray stack, int expert) {
    return block(stack, NDArrayIndex.interval(expert * in, (expert + 1) * in), NDArrayIndex.all());
  }

  private INDArray rowsOfSlots(int columns) {
    return Nd4j.createUninitialized(DataType.FLOAT, k.y_BxTxKxO().rows(), (long) columns);
  }

  @Override
  void forward(Nd4jMemory memory) {
    Order order = order(memory);
    INDArray x = sortedX(memory, order);
    INDArray sorted = rowsOfSlots(out);
    for (int expert = 0; expert < k.experts(); expert++) {
      if (order.without(expert)) {
        continue;
      }
      INDArray w = w_IxO(memory.value(k.w_ExIxO()), expert);
      INDArray y = product(order.rows(x, expert).dup('c'), false, w, false);
      if (k.bias_ExO().isPresent()) {
        y.addiRowVector(memory.value(k.bias_ExO().get()).getRow(expert, true));
      }
      order.rows(sorted, expert).assign(y);
    }
    memory.value(k.y_BxTxKxO()).assign(Nd4j.pullRows(sorted, 1, order.places));
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    Order order = order(memory);
    INDArray x = sortedX(memory, order);
    INDArray dy = Nd4j.pullRows(memory.gradient(k.y_BxTxKxO()), 1, order.slots);
    INDArray dx = rowsOfSlots(in);
    INDArray dw = Nd4j.zeros(DataType.FLOAT, k.experts() * in, out);
    INDArray dbias = Nd4j.zeros(DataType.FLOAT, k.experts(), out);
    for (int expert = 0; expert < k.experts(); expert++) {
      if (order.without(expert)) {
        continue;
      }
      INDArray own = order.rows(dy, expert).dup('c');
      INDArray w = w_IxO(memory.value(k.w_ExIxO()), expert);
      order.rows(dx, expert).assign(product(own, false, w, true));
      INDArrayIndex rows = NDArrayIndex.interval(expert * in, (expert + 1) * in);
      dw.get(rows, NDArrayIndex.all())
          .assign(product(order.rows(x, expert).dup('c'), true, own, false));
      dbias.getRow(expert, true).assign(own.sum(true, 0));
    }
    INDArray dslots = Nd4j.pullRows(dx, 1, order.places);
    give(memory, accumulate, k.x(), k.shared() ? sumOfSlots(dslots) : dslots);
    give(memory, accumulate, k.gates_BxTxE(), Nd4j.zerosLike(memory.value(k.gates_BxTxE())));
    give(memory, accumulate, k.w_ExIxO(), dw);
    k.bias_ExO().ifPresent(bias -> give(memory, accumulate, bias, dbias));
  }

  private INDArray sumOfSlots(INDArray slots) {
    INDArray rows = slots.dup('c').reshape('c', k.x().rows(), k.slots() * in);
    INDArray sum = block(rows, NDArrayIndex.all(), NDArrayIndex.interval(0, in));
    for (int slot = 1; slot < k.slots(); slot++) {
      sum.addi(rows.get(NDArrayIndex.all(), NDArrayIndex.interval(slot * in, (slot + 1) * in)));
    }
    return sum;
  }
}
