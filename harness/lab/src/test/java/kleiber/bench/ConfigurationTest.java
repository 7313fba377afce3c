package kleiber.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sizes are those of the same models written in PyTorch, so that the two can be compared. */
class ConfigurationTest {
  @ParameterizedTest
  @CsvSource({
    "S, 64, 2, 4096, 124672",
    "M, 128, 4, 4096, 842496",
    "L, 256, 4, 4096, 3257856",
    "xl, 512, 6, 1024, 19111936",
    "tiny, 16, 2, 4096, 12736"
  })
  void hasTheParametersAndFlopsOfItsName(
      String name, long width, long depth, int tokensPerStep, long parameters) {
    Configuration configuration = Configuration.of(name);
    assertEquals(tokensPerStep, configuration.tokensPerStep());
    assertEquals(
        parameters,
        configuration.model().count(Configuration.VOCABULARY, Configuration.CONTEXT).total());
    long matmul = depth * 12 * width * width + 256 * width;
    assertEquals(
        tokensPerStep * (6.0 * matmul + 12.0 * depth * 128 * width), configuration.flopsPerStep());
  }
}
