package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTest {
  enum Kind {
    NOT_YET
  }

  record Inner(Optional<String> text, OptionalDouble number) {}

  record Outer(
      String z, Kind kind, List<Inner> inners, Map<String, Double> map, long count, boolean yes) {}

  /** From RFC 8785, appendix B. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "5e-324, 5e-324",
    "-1.7976931348623157e308, -1.7976931348623157e+308",
    "9007199254740992, 9007199254740992",
    "295147905179352830000, 295147905179352830000",
    "9.999999999999997e22, 9.999999999999997e+22",
    "1e23, 1e+23",
    "1.0000000000000001e23, 1.0000000000000001e+23",
    "999999999999999700000, 999999999999999700000",
    "1e21, 1e+21",
    "9.999999999999997e-7, 9.999999999999997e-7",
    "0.000001, 0.000001",
    "333333333.3333332, 333333333.3333332",
    "-0.0000033333333333333333, -0.0000033333333333333333",
    "1424953923781206.2, 1424953923781206.2",
    "1e6, 1000000",
    "1e-3, 0.001"
  })
  void numbersAreWrittenInOneForm(double value, String form) {
    assertEquals(form, Json.shortest(value));
  }

  @Test
  void numbersReadBackToTheSameBits() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertEquals(value, Double.parseDouble(Json.shortest(value)), "seed " + seed);
      }
    }
  }

  @Test
  void keysAreSortedOnlyInCanonicalForm() {
    Outer outer =
        new Outer(
            "a\"b\\\n\u0085\u2028é😀",
            Kind.NOT_YET,
            List.of(new Inner(Optional.of("t"), OptionalDouble.empty())),
            Map.of("b", 1.0, "a", 0.5),
            Long.MAX_VALUE,
            true);
    String text = "\"a\\\"b\\\\\\n\\u0085\\u2028é😀\"";
    assertEquals(
        "{\"count\":9223372036854775807,\"inners\":[{\"text\":\"t\"}],\"kind\":\"not-yet\","
            + "\"map\":{\"a\":0.5,\"b\":1},\"yes\":true,\"z\":"
            + text
            + "}",
        Json.canonical(outer));
    assertEquals(
        "{\"z\":"
            + text
            + ",\"kind\":\"not-yet\",\"inners\":[{\"text\":\"t\"}],\"map\":{\"a\":0.5,\"b\":1},"
            + "\"count\":9223372036854775807,\"yes\":true}",
        Json.line(outer));
    for (String form : List.of(Json.canonical(outer), Json.line(outer))) {
      assertEquals(outer, Binder.settings().bind(Yaml.parse(form, "x"), Outer.class));
    }
  }

  @Test
  void aNumberThatIsNotFiniteIsNullInALogAndRefusedInASetting() {
    Inner inner = new Inner(Optional.empty(), OptionalDouble.of(Double.NaN));
    assertEquals("{\"number\":null}", Json.line(inner));
    assertThrows(IllegalArgumentException.class, () -> Json.canonical(inner));
  }
}
