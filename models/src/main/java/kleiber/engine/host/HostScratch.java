package kleiber.engine.host;

/** What one worker of one bound program may scribble on: three buffers, and two of bfloat16. */
final class HostScratch {
  final float[] first;
  final float[] second;
  final float[] third;
  final short[] firstHalves;
  final short[] secondHalves;

  HostScratch(int elements, int halves) {
    first = new float[elements];
    second = new float[elements];
    third = new float[elements];
    firstHalves = new short[halves];
    secondHalves = new short[halves];
  }
}
