package kleiber.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One member's parameters by name, in each parameter's own shape: what is needed to move a run from
 * one engine to another, to compare engines, and to give weights to other ND4J programs. Arrays are
 * in double precision, which holds the numbers of every engine exactly; on import any floating type
 * and any order will do.
 *
 * @param firstMoments the optimizer's momentum, AdamW's m
 * @param secondMoments AdamW's v, or 0
 */
public record Parameters(
    Map<String, INDArray> weights,
    Map<String, INDArray> gradients,
    Map<String, INDArray> firstMoments,
    Map<String, INDArray> secondMoments) {

  /** Copies a member's parameters out of an engine. */
  public static Parameters of(Kernels kernels, int member) {
    return new Parameters(
        collect(kernels, tensor -> kernels.read(tensor, member)),
        collect(kernels, tensor -> kernels.readGradient(tensor, member)),
        collect(kernels, tensor -> kernels.readMoment(tensor, member, 0)),
        collect(kernels, tensor -> kernels.readMoment(tensor, member, 1)));
  }

  private static Map<String, INDArray> collect(Kernels kernels, Function<Tensor, double[]> read) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Tensor parameter : kernels.program().parameters()) {
      INDArray flat = Nd4j.createFromArray(read.apply(parameter));
      arrays.put(parameter.name(), flat.reshape('c', shape(parameter)));
    }
    return arrays;
  }

  /**
   * Copies everything into a member of an engine.
   *
   * @throws IllegalArgumentException when a parameter of its program is missing, has another shape,
   *     or is not one of its program
   */
  public void into(Kernels kernels, int member) {
    distribute(kernels, weights, (tensor, values) -> kernels.write(tensor, member, values));
    distribute(
        kernels, gradients, (tensor, values) -> kernels.writeGradient(tensor, member, values));
    distribute(
        kernels, firstMoments, (tensor, values) -> kernels.writeMoment(tensor, member, 0, values));
    distribute(
        kernels, secondMoments, (tensor, values) -> kernels.writeMoment(tensor, member, 1, values));
  }

  private interface Writer {
    void write(Tensor parameter, double[] values);
  }

  private static void distribute(Kernels kernels, Map<String, INDArray> arrays, Writer writer) {
    Map<String, INDArray> left = new LinkedHashMap<>(arrays);
    for (Tensor parameter : kernels.program().parameters()) {
      INDArray array = left.remove(parameter.name());
      if (array == null) {
        throw new IllegalArgumentException(
            parameter.name() + " is missing; there is " + String.join(", ", arrays.keySet()));
      }
      if (!Arrays.equals(array.shape(), shape(parameter))) {
        throw new IllegalArgumentException(
            parameter.name()
                + " has shape "
                + Arrays.toString(array.shape())
                + " but the program needs "
                + parameter.shape());
      }
      writer.write(parameter, array.castTo(DataType.DOUBLE).dup('c').data().asDouble());
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "the program has no parameter " + String.join(", ", left.keySet()));
    }
  }

  private static long[] shape(Tensor parameter) {
    return parameter.shape().stream().mapToLong(Integer::longValue).toArray();
  }
}
