package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "999,999",
    "999.4,999",
    "1000,1.00k",
    "12345,12.3k",
    "999999,1.00M",
    "2.5e9,2.50G"
  })
  void countsHaveThreeDigitsAndAUnit(double value, String expected) {
    assertEquals(expected, Numbers.count(value));
  }

  @ParameterizedTest
  @CsvSource({"0.4,0 s", "59.6,1 min 0 s", "200,3 min 20 s", "7500,2 h 5 min"})
  void durationsAreSpoken(double seconds, String expected) {
    assertEquals(expected, Numbers.duration(seconds));
  }
}
