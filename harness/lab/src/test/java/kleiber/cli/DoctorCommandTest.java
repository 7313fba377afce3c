package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {
  private final StringWriter out = new StringWriter();

  private int doctor(DoctorCommand command) {
    return new CommandLine(command).setOut(new PrintWriter(out)).execute();
  }

  private List<String> lines(String beginning) {
    return out.toString().lines().filter(line -> line.startsWith(beginning)).toList();
  }

  /** As the plain engine, but that every norm comes out 1 % too large. */
  private record WrongNorm(Engine plain) implements Engine {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public String numerics(Precision precision) {
      return "wrong";
    }

    @Override
    public Kernels bind(Program program, int members) {
      Kernels right = plain.bind(program, members);
      return (Kernels)
          Proxy.newProxyInstance(
              Kernels.class.getClassLoader(),
              new Class<?>[] {Kernels.class},
              (_, method, arguments) -> {
                Object result = method.invoke(right, arguments);
                return method.getName().equals("read") && madeByNorm(program, arguments[0])
                    ? Arrays.stream((double[]) result).map(value -> 1.01 * value).toArray()
                    : result;
              });
    }

    private static boolean madeByNorm(Program program, Object tensor) {
      return program.forward().stream()
          .anyMatch(kernel -> kernel instanceof Kernel.Norm && kernel.output().equals(tensor));
    }

    @Override
    public void close() {}
  }

  @Test
  void anEngineThatDoesNotStartSaysWhy() {
    int status =
        doctor(
            new DoctorCommand(
                _ -> {
                  throw new ExceptionInInitializerError(new RuntimeException("no library"));
                }));
    assertEquals(Failures.FAILED, status, out::toString);
    assertEquals(List.of("cpu         does not start: no library"), lines("cpu"));
  }

  @Test
  void aWrongKernelIsNamedAndFails() {
    int status =
        doctor(
            new DoctorCommand(
                word -> {
                  Engine plain = new NaiveEngine(1);
                  return word.equals("cpu") ? new WrongNorm(plain) : plain;
                }));
    assertEquals(Failures.FAILED, status, out::toString);
    List<String> wrong = lines("WRONG");
    assertEquals(1, wrong.size(), out::toString);
    assertTrue(wrong.getFirst().contains("cpu: norm: "), wrong::getFirst);
    assertTrue(lines("norm ").getFirst().contains(" 0.01 WRONG "), out::toString);
    assertTrue(lines("linear bf16 ").getFirst().contains(" 0 "), out::toString);
    assertEquals(1, lines("training step ").size(), out::toString);
  }
}
