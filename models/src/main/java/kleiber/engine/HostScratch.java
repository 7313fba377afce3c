package kleiber.engine;

/**
 * What one worker of one bound program may scribble on: six buffers, two of bfloat16, and an
 * exponential.
 *
 * <p>Loops over heap arrays are vectorised only if every array is read and written at the same
 * index, because the compiler must otherwise fear that two of them are one and overlap. Where
 * stretches start at different places they are copied here first, which costs little.
 */
final class HostScratch {
  final float[] first;
  final float[] second;
  final float[] third;
  final float[] fourth;
  final float[] fifth;
  final float[] sixth;
  final short[] firstHalves;
  final short[] secondHalves;
  final Exponential exponential = new Exponential();

  HostScratch(int elements, int halves) {
    first = new float[elements];
    second = new float[elements];
    third = new float[elements];
    fourth = new float[elements];
    fifth = new float[elements];
    sixth = new float[elements];
    firstHalves = new short[halves];
    secondHalves = new short[halves];
  }
}
