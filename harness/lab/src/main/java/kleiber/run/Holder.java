package kleiber.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A process that holds a claim, as the claim's name tells it. Where the system does not say which
 * processes there are, every process counts as on a machine of its own.
 *
 * @param machine of the process: a checksum of its last start and its table of processes, so that
 *     containers on one machine count as several; no name of anything
 * @param process its number there
 * @param started when, in ticks since the machine's start: numbers are given to others in time
 * @param token random, new for every claim
 */
record Holder(String machine, long process, long started, String token) {
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{8})-(\\d{1,18})-(\\d{1,18})-([0-9a-f]{16})");
  private static final long UNKNOWN = -1;
  private static final String MACHINE = machineHere();
  private static final SecureRandom RANDOM = new SecureRandom();

  /** This process, with a new token. */
  static Holder here() {
    long process = ProcessHandle.current().pid();
    byte[] token = new byte[8];
    RANDOM.nextBytes(token);
    return new Holder(MACHINE, process, started(process), HexFormat.of().formatHex(token));
  }

  /** The holder of that name; empty when it is no holder's. */
  static Optional<Holder> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new Holder(
                matcher.group(1),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                matcher.group(4)))
        : Optional.empty();
  }

  /** As the claim's folder is called. */
  String name() {
    return machine + "-" + process + "-" + started + "-" + token;
  }

  /** Whether it is known to have ended: only of this machine's processes. */
  boolean isDead() {
    if (!machine.equals(MACHINE)) {
      return false;
    }
    long now = started(process);
    return now != started && now != UNKNOWN;
  }

  /** Field 22 of {@code /proc/PID/stat}; 0 when there is no such process, or UNKNOWN. */
  private static long started(long process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") ? 0 : Long.parseLong(fields[19]);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | RuntimeException e) {
      return UNKNOWN;
    }
  }

  private static String machineHere() {
    try {
      String start = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      Path table = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      CRC32C sum = new CRC32C();
      sum.update((start + table).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().toHexDigits((int) sum.getValue());
    } catch (IOException | RuntimeException e) {
      return HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    }
  }
}
