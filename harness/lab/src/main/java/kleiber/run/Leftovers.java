package kleiber.run;

/**
 * What unfinished runs take.
 *
 * @param runs that were begun and not finished
 * @param bytes on the disk, snapshots included
 */
public record Leftovers(int runs, long bytes) {}
