package kleiber.data;

import java.nio.file.Path;

final class CopyingFixture implements OracleFixture {
  private static final int V = 3;

  @Override
  public Corpus make() {
    return new Copying(V, 2, 4, new Draw(32, 20_000, 10_016, 3));
  }

  /** Long enough that no document comes twice by chance. */
  @Override
  public Corpus make(Path folder) {
    return new Copying(64, 8, 16, new Draw(32, 20_000, 10_016, 3));
  }

  /** Tries every segment of every length. */
  @Override
  public double probability(int[] ids) {
    double sum = 0;
    for (int length = 2; length <= 4; length++) {
      int segments = (int) Math.pow(V, length);
      for (int segment = 0; segment < segments; segment++) {
        boolean fits = true;
        for (int t = 0; t < ids.length; t++) {
          fits &= ids[t] == segment / (int) Math.pow(V, t % length) % V;
        }
        sum += fits ? 1.0 / 3 / segments : 0;
      }
    }
    return sum;
  }

  @Override
  public String digest() {
    return "2cad4e1fb7f8bb42d826a86cc1895e6a906198735e9158d5a797dd690195966a";
  }
}
