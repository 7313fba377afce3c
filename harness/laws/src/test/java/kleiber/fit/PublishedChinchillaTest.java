package kleiber.fit;

import java.io.IOException;
import kleiber.laws.Chinchilla;
import org.junit.jupiter.api.Test;

class PublishedChinchillaTest {
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));

  @Test
  void refitsThePublishedPoints() throws IOException {
    var rows = ChinchillaEpoch.published();
    for (int i = 0; i < 20; i++) {
      long t = System.nanoTime();
      FittedLaw f = fitter.fit(new Chinchilla(), rows);
      System.out.printf("%.1f ms %s%n", (System.nanoTime() - t) / 1e6, f);
      System.out.println(java.util.Arrays.toString(f.theta()));
    }
    FittedLaw f = fitter.fit(new Chinchilla(), ChinchillaEpoch.all());
    System.out.println(f + java.util.Arrays.toString(f.theta()));
  }
}
