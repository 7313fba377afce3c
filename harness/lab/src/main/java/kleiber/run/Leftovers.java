package kleiber.run;

import java.nio.file.Path;

/**
 * What unfinished runs take.
 *
 * @param folder that they lie in
 * @param runs that were begun and not finished; one that was begun twice counts twice
 * @param bytes on the disk, snapshots included
 */
public record Leftovers(Path folder, int runs, long bytes) {}
