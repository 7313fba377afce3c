package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void countsAreShort() {
    assertEquals("8192", Quantity.count(8192));
    assertEquals("1.18e12", Quantity.count(1.1823e12));
    assertEquals("1e6", Quantity.count(1e6));
    assertEquals("–", Quantity.count(Double.NaN));
  }

  @Test
  void significantDigitsCarryOver() {
    assertEquals("1e5", Quantity.significant(99999, 3));
    assertEquals("0.00123", Quantity.significant(0.0012345, 3));
    assertEquals("1.23e-5", Quantity.significant(1.2345e-5, 3));
    assertEquals("-2.5", Quantity.significant(-2.5, 3));
    assertEquals("0", Quantity.significant(0, 3));
  }

  @Test
  void aValueHasTheDecimalsOfItsError() {
    assertEquals("1.905 ± 0.013", Quantity.plusMinus(1.9049, 0.0131));
    assertEquals("1.9049 ± 0.0040", Quantity.plusMinus(1.9049, 0.004));
    assertEquals("1.90 ± 12.00", Quantity.plusMinus(1.9049, 12));
    assertEquals("1.9049", Quantity.plusMinus(1.9049, Double.NaN));
  }

  @Test
  void percentages() {
    assertEquals("0.37 %", Quantity.percent(0.0037));
    assertEquals("90 %", Quantity.percent(0.9));
    assertEquals("−1.3 %", Quantity.percent(-0.0131));
    assertEquals("123 %", Quantity.percent(1.234));
  }
}
