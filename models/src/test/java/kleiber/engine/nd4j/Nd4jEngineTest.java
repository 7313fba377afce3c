package kleiber.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.blas.OpenBlas;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class Nd4jEngineTest {
  @Test
  void oneThreadIsUsedHoweverManyThereAre() {
    Nd4j.getEnvironment().setMaxMasterThreads(2);
    Tensor x_BxD = new Tensor("x", Tensor.Role.ACTIVATION, List.of(2, 3));
    Tensor y_BxD = new Tensor("y", Tensor.Role.ACTIVATION, List.of(2, 3));
    Program program =
        new Program(List.of(new Kernel.Activation(Kernel.Activation.Function.GELU, x_BxD, y_BxD)));
    try (Engine engine = new Nd4jEngine(8);
        Kernels _ = engine.bind(program, 1)) {
      assertEquals(1, Nd4j.getEnvironment().maxMasterThreads());
    }
  }

  @Test
  void theNumericModeOnACpuNamesItsKernelSet() {
    try (Engine engine = new Nd4jEngine(1)) {
      String numerics = engine.numerics(Precision.FLOAT32);
      Assumptions.assumeTrue(Nd4j.getEnvironment().isCPU(), "ND4J runs on a card here");
      assertTrue(numerics.endsWith(" openblas-" + OpenBlas.core()), numerics);
    }
  }
}
