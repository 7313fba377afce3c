package kleiber.engine.trial;

/** How long a call takes when it has been called often. */
final class Stopwatch {
  private static final double WARM = 0.04;
  private static final double ROUND = 0.01;

  private Stopwatch() {}

  /**
   * The best of several rounds of calls, each long enough for the clock, after some that are not
   * counted, in which Java compiles.
   *
   * @param finish waits until what was called is done, where a device does it
   */
  static double seconds(Runnable call, Runnable finish) {
    double best = Double.POSITIVE_INFINITY;
    int calls = 1;
    long begun = System.nanoTime();
    for (int round = 0; round < 3; ) {
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      finish.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (seconds < ROUND) {
        calls *= 2;
      } else if ((start - begun) / 1e9 > WARM) {
        best = Math.min(best, seconds / calls);
        round++;
      }
    }
    return best;
  }
}
