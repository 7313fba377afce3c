package kleiber.cli;

import kleiber.data.Reading;

/** Tells a person how far a corpus is that is made ready for the first time. */
final class ReadingLine implements Reading.Listener {
  private final ProgressLine line;
  private String reads = "";
  private long begun;

  ReadingLine(ProgressLine line) {
    this.line = line;
  }

  @Override
  public void reads(String what, long read, long total) {
    if (!reads.equals(what)) {
      reads = what;
      begun = System.nanoTime();
    }
    String sizes = Numbers.megabytes(read).replace(" MB", "") + " of " + Numbers.megabytes(total);
    line.show("reading " + what + ", " + sizes, read, total, begun);
  }
}
