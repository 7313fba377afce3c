package kleiber.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.EmulatedDevice;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the CUDA engine takes of a card's memory, and when. */
class CudaMemoryTest {
  private static final SmallGpt MODEL = new SmallGpt(4, 33, 8, 3, 2, 4099);
  private static final Update.Muon MUON =
      new Update.Muon(0.95, new Update.AdamW(0.9, 0.95, 1e-3, 0));

  @BeforeAll
  static void thereIsACompiler() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
  }

  private static Tensor logits(Program program) {
    return ((Kernel.CrossEntropy) program.forward().getLast()).logits_BxTxV();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void logitsAreThereWhenTheyAreAskedFor(Precision precision) {
    Program program = MODEL.program().in(precision);
    Tensor logits = logits(program);
    long bytes = (long) Float.BYTES * logits.size() * 2;
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels bound = new CudaKernels(program, 2, card, _ -> 16)) {
      long taken = card.allocated();
      assertTrue(taken < bytes, taken + " bytes, of which logits would be " + bytes);
      SmallGpt.fill(bound, 1, 2);
      for (int step = 1; step <= 3; step++) {
        bound.gradients();
        bound.gradientNorms();
        bound.update(SmallGpt.step(step, 1, 2));
        bound.evaluate();
        bound.sums(MODEL.losses());
        bound.read(MODEL.losses(), 1);
        bound.readMoment(program.parameters().getFirst(), 1, 1);
      }
      assertEquals(taken, card.allocated());
      double[] losses = bound.read(MODEL.losses(), 1);
      bound.forward();
      assertTrue(card.allocated() >= taken + bytes);
      assertArrayEquals(losses, bound.read(MODEL.losses(), 1));
      assertEquals(logits.size(), bound.read(logits, 1).length);
      long forward = card.allocated();
      bound.backward();
      assertTrue(card.allocated() >= forward + bytes);
    }
  }

  /** As they are, and recorded, each is what it is without the others. */
  @Test
  void passesAndCallsDoNotDisturbOneAnother() {
    Program program = MODEL.program();
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels mixed = new CudaKernels(program, 1, card, _ -> 50);
        Kernels passes = new CudaKernels(program, 1, card, _ -> 50);
        Kernels calls = new CudaKernels(program, 1, card, _ -> 50)) {
      List.of(mixed, passes, calls).forEach(bound -> SmallGpt.fill(bound, 1));
      calls.forward();
      calls.backward();
      passes.gradients();
      for (int repeat = 0; repeat < 3; repeat++) {
        mixed.gradients();
        assertGradients(passes, mixed);
        mixed.forward();
        mixed.backward();
        assertGradients(calls, mixed);
        assertArrayEquals(
            calls.readGradient(logits(program), 0), mixed.readGradient(logits(program), 0));
        mixed.evaluate();
        assertArrayEquals(passes.read(MODEL.losses(), 0), mixed.read(MODEL.losses(), 0));
        mixed.update(SmallGpt.step(repeat + 1, MUON, 1));
        SmallGpt.fill(mixed, 1);
      }
    }
  }

  private static void assertGradients(Kernels want, Kernels have) {
    for (Tensor parameter : want.program().parameters()) {
      assertArrayEquals(
          want.readGradient(parameter, 0), have.readGradient(parameter, 0), parameter.name());
    }
  }

  @Test
  void whatMeetsLiesApart() {
    Program program = MODEL.program();
    Set<Tensor> results = program.results();
    Predicate<Tensor> apart = tensor -> !results.contains(tensor);
    List<Kernel> backward = program.backward().stream().map(Program.Backward::kernel).toList();
    assertApart(Places.ofGradients(program, apart, Tensor::size), backward);
    assertApart(Places.ofValues(program, apart, Tensor::size), program.forward());
    Tensor one = backward.get(3).output();
    assertEquals(Map.of(one, 0L), Places.ofGradients(program, one::equals, Tensor::size).offsets());
  }

  private static void assertApart(Places places, List<Kernel> kernels) {
    Map<Tensor, Long> offsets = places.offsets();
    Map<Tensor, Integer> last = new HashMap<>();
    for (int i = 0; i < kernels.size(); i++) {
      for (Tensor tensor : of(kernels.get(i), offsets.keySet())) {
        last.put(tensor, i);
      }
    }
    Set<Tensor> there = new HashSet<>();
    long most = 0;
    for (int i = 0; i < kernels.size(); i++) {
      int now = i;
      there.addAll(of(kernels.get(i), offsets.keySet()));
      List<Tensor> byOffset = new ArrayList<>(there);
      byOffset.sort((a, b) -> Long.compare(offsets.get(a), offsets.get(b)));
      for (int k = 1; k < byOffset.size(); k++) {
        Tensor before = byOffset.get(k - 1);
        assertTrue(offsets.get(before) + before.size() <= offsets.get(byOffset.get(k)));
      }
      most = Math.max(most, there.stream().mapToLong(Tensor::size).sum());
      there.removeIf(tensor -> last.get(tensor) == now);
    }
    assertEquals(most, places.bytes(), "no more than must be there at once");
  }

  private static Set<Tensor> of(Kernel kernel, Set<Tensor> placed) {
    Set<Tensor> tensors = new HashSet<>(kernel.inputs());
    tensors.add(kernel.output());
    tensors.retainAll(placed);
    return tensors;
  }
}
