package kleiber.engine;

/** What one worker of one bound program may scribble on: two buffers, and an exponential. */
final class HostScratch {
  final float[] first;
  final float[] second;
  final Exponential exponential = new Exponential();

  HostScratch(int elements) {
    first = new float[elements];
    second = new float[elements];
  }
}
