package kleiber.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The Java files of the pinned source jars as documents. */
final class JarText {
  /** Raised when the same jars give other text, so that cached tokens are made again. */
  private static final int CLEANING = 1;

  private static final String PINS = "source-jars.txt";

  /** A pinned artifact and the hash of its source jar. */
  record Pin(String group, String artifact, String version, String sha256) {
    String fileName() {
      return artifact + "-" + version + "-sources.jar";
    }
  }

  private record JavaFile(String path, String text) {}

  private JarText() {}

  /** Differs where the text may differ. */
  static String fingerprint() throws IOException {
    return CLEANING + " " + pins();
  }

  /**
   * Reads, cleans, weeds, shuffles and splits the files of all jars.
   *
   * @param part what is kept of a cleaned file
   */
  static void tell(UnaryOperator<String> part, Documents.Sink sink) throws IOException {
    Path folder = folder();
    List<JavaFile> files = new ArrayList<>();
    for (Pin pin : pins()) {
      read(checked(folder, pin), part, files);
    }
    // By hash of the path, so that neighbours come from different projects.
    files.sort(
        Comparator.<JavaFile>comparingLong(file -> Sha256.bits(file.path()))
            .thenComparing(JavaFile::path));
    for (int index : NearDuplicates.distinct(files.stream().map(JavaFile::text).toList())) {
      JavaFile file = files.get(index);
      boolean heldOut = Sha256.fraction("held out? " + file.path()) < SourceJars.HELD_OUT_FRACTION;
      Documents.tell(sink, file.text(), first -> heldOut);
    }
  }

  /** The artifacts, in the order of their file. */
  static List<Pin> pins() throws IOException {
    try (InputStream in = JarText.class.getResourceAsStream(PINS)) {
      List<Pin> pins = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] part = line.trim().split("[:\\s]+");
          pins.add(new Pin(part[0], part[1], part[2], part[3]));
        }
      }
      return pins;
    }
  }

  private static Path folder() throws CorpusException {
    String home = System.getProperty("kleiber.home");
    if (home == null) {
      throw new CorpusException(
          "the system property kleiber.home is not set: start by ./kleiber, which sets it, or give"
              + " the project's folder by -Dkleiber.home=");
    }
    return Path.of(home, "models", "target", "source-jars");
  }

  private static Path checked(Path folder, Pin pin) throws IOException {
    Path jar = folder.resolve(pin.fileName());
    String mend = "run mvn generate-resources -pl models in " + System.getProperty("kleiber.home");
    if (!Files.isRegularFile(jar)) {
      throw new CorpusException("the source jar " + jar + " is not there; " + mend);
    }
    String found = Sha256.hex(jar);
    if (!found.equals(pin.sha256())) {
      throw new CorpusException(
          "the source jar "
              + jar
              + " is not the pinned one: its SHA-256 is "
              + found
              + " but should be "
              + pin.sha256()
              + "; delete it and "
              + mend);
    }
    return jar;
  }

  private static void read(Path jar, UnaryOperator<String> part, List<JavaFile> files)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        if (entry.getName().endsWith(".java")) {
          try (InputStream in = zip.getInputStream(entry)) {
            String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String text = part.apply(JavaSource.clean(source));
            if (!text.isBlank()) {
              files.add(new JavaFile(entry.getName(), text));
            }
          }
        }
      }
    }
  }
}
