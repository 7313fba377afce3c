package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void anX86TellsItsModelAndFlagsByCore() {
    Processor processor =
        Processor.parse(
            List.of(
                "processor\t: 0",
                "model\t\t: 207",
                "model name\t: Some CPU @ 2.1GHz: fast",
                "flags\t\t: fpu sse2 avx2 fma avx512f avx512_bf16 amx_bf16 fpu",
                "vmx flags\t: vnmi",
                "",
                "processor\t: 1",
                "model name\t: Another",
                "flags\t\t: fpu"));
    assertEquals("Some CPU @ 2.1GHz: fast", processor.model());
    assertEquals("avx2 fma avx512f avx512_bf16 amx_bf16", processor.features());
  }

  @Test
  void anArmCallsThemFeaturesAndHasNoName() {
    Processor processor =
        Processor.parse(
            List.of("processor : 0", "Features : fp asimd sve bf16", "CPU part : 0xd40"));
    assertEquals("unknown", processor.model());
    assertEquals("asimd bf16 sve", processor.features());
  }

  @Test
  void whatNothingTellsIsUnknown() {
    assertEquals("unknown", Processor.parse(List.of()).model());
    assertEquals("unknown", Processor.parse(List.of("")).features());
  }
}
