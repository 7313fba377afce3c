package kleiber.report;

/**
 * Colours that the colour-blind can tell apart: a ramp for model sizes, cut from viridis so that
 * the largest model stands out most on light paper and on dark.
 */
final class Palette {
  private Palette() {}

  /** Steps of the ramp. */
  static final int STEPS = 12;

  private static final int[] VIRIDIS = {
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151,
    0xbddf26, 0xfde725
  };

  /** The step of the ramp for item {@code index} of {@code count}, smallest first. */
  static int step(int index, int count) {
    return count < 2 ? STEPS - 1 : (int) Math.round((STEPS - 1.0) * index / (count - 1));
  }

  /** Colour of a step on light paper. */
  static String light(int step) {
    return viridis(0.72 * (1 - step / (STEPS - 1.0)));
  }

  /** Colour of a step on dark paper. */
  static String dark(int step) {
    return viridis(0.32 + 0.64 * step / (STEPS - 1.0));
  }

  /** Style rules that define {@code --size-0} … for both kinds of paper. */
  static String style() {
    StringBuilder light = new StringBuilder(":root{");
    StringBuilder dark = new StringBuilder(":root{");
    StringBuilder classes = new StringBuilder();
    for (int step = 0; step < STEPS; step++) {
      light.append("--size-%d:%s;".formatted(step, light(step)));
      dark.append("--size-%d:%s;".formatted(step, dark(step)));
      classes.append(".size-%d{--mark:var(--size-%d)}\n".formatted(step, step));
    }
    return light + "}\n@media (prefers-color-scheme:dark){" + dark + "}}\n" + classes;
  }

  private static String viridis(double t) {
    double at = Math.clamp(t, 0, 1) * (VIRIDIS.length - 1);
    int below = Math.min((int) at, VIRIDIS.length - 2);
    double share = at - below;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = VIRIDIS[below] >> shift & 0xff;
      int b = VIRIDIS[below + 1] >> shift & 0xff;
      colour |= (int) Math.round(a + share * (b - a)) << shift;
    }
    return "#%06x".formatted(colour);
  }
}
