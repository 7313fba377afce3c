package kleiber.run;

import kleiber.engine.Processor;

/**
 * A machine, without its name.
 *
 * @param java vendor and version of the JVM
 * @param system operating system and architecture
 * @param processor model of the CPU
 * @param cores that the JVM may use
 */
public record Machine(String java, String system, String processor, int cores) {
  /** The one that this runs on. */
  public static Machine here() {
    return new Machine(
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Processor.here().model(),
        Runtime.getRuntime().availableProcessors());
  }
}
