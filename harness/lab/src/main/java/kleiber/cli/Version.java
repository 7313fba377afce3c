package kleiber.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar, and the JVM that runs it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"kleiber " + number(), "JVM " + Runtime.version()};
  }

  /** The version alone; {@code development} when run from class files. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
