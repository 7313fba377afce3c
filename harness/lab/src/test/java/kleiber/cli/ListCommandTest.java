package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import kleiber.data.Induction;
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
  void aLawIsListedWithItsFormulaItsParametersAndItsSource() {
    PowerLaw law = new PowerLaw();
    assertEquals(
        List.of(
            law.formula(),
            "E nats per token, 0 to 14; A nats per token times FLOPs^alpha, 0.001 to 1e60;"
                + " alpha exponent of compute, 0.005 to 2",
            law.source()),
        LawText.lines(PowerLaw.class));
    assertEquals("PowerLaw", ListCommand.describe(PowerLaw.class));
    assertEquals(List.of(), LawText.lines(String.class));
    assertEquals("Steep {exponent}", ListCommand.describe(Steep.class));
    assertEquals(
        "Induction {keys, values, draw: {document, tokens, heldOut, seed}}",
        ListCommand.describe(Induction.class));
  }

  record Choice(
      int needed,
      Optional<String> word,
      OptionalInt count,
      OptionalLong seed,
      OptionalDouble rate) {}

  @Test
  void whatMayBeLeftOutIsMarkedWhateverItsType() {
    assertEquals(
        "Choice {needed, word?, count?, seed?, rate?}", ListCommand.describe(Choice.class));
  }
}
