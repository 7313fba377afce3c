package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

class ListCommandTest {
  record Steep(double exponent) implements Law {
    @Override
    public String formula() {
      return "L = C^-" + exponent;
    }

    @Override
    public String source() {
      return "a test";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public double loss(Scale at, double[] theta) {
      return Math.pow(at.flops(), -exponent);
    }

    @Override
    public void gradient(Scale at, double[] theta, double[] gradient) {}
  }

  @Test
  void aLawIsListedWithItsFormulaOrItsSettings() {
    PowerLaw law = new PowerLaw();
    assertEquals(
        "PowerLaw  " + law.formula() + "  (" + law.source() + ")",
        ListCommand.describe(PowerLaw.class));
    assertEquals("Steep {exponent}", ListCommand.describe(Steep.class));
  }
}
