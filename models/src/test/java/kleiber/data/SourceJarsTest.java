package kleiber.data;

import static kleiber.data.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SourceJarsTest {
  private final String home = System.getProperty("kleiber.home");
  @TempDir private Path temporary;

  @AfterEach
  void restoreHome() {
    System.setProperty("kleiber.home", home);
  }

  @Test
  void theBuildFetchesWhatIsPinned() throws Exception {
    Set<String> pinned = new TreeSet<>();
    for (JarText.Pin pin : JarText.pins()) {
      assertTrue(pin.sha256().matches("[0-9a-f]{64}"), pin::toString);
      pinned.add(pin.group() + ":" + pin.artifact() + ":" + pin.version() + ":sources");
    }
    NodeList items =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of(home, "models", "pom.xml").toFile())
            .getElementsByTagName("artifactItem");
    Set<String> fetched = new TreeSet<>();
    for (int i = 0; i < items.getLength(); i++) {
      Element item = (Element) items.item(i);
      fetched.add(
          String.join(
              ":",
              text(item, "groupId"),
              text(item, "artifactId"),
              text(item, "version"),
              text(item, "classifier")));
    }
    assertEquals(fetched, pinned);
    assertFalse(pinned.isEmpty());
  }

  @Test
  void aMissingJarIsRefused() throws IOException {
    System.setProperty("kleiber.home", temporary.toString());
    assertRefused(
        () -> open("a"),
        temporary + "/models/target/source-jars/" + first().fileName() + " is not there",
        "run mvn generate-resources -pl models in " + temporary);
    System.clearProperty("kleiber.home");
    assertRefused(() -> open("b"), "kleiber.home is not set", "./kleiber");
  }

  @Test
  void aJarThatIsNotThePinnedOneIsRefused() throws IOException {
    Path jars = Files.createDirectories(temporary.resolve("models/target/source-jars"));
    Files.writeString(jars.resolve(first().fileName()), "another");
    System.setProperty("kleiber.home", temporary.toString());
    assertRefused(
        () -> open("a"),
        first().fileName(),
        "its SHA-256 is " + Sha256.hex("another") + " but should be " + first().sha256(),
        "delete it and run mvn generate-resources");
  }

  private void open(String cache) throws IOException {
    new SourceJars(new Bytes()).open(temporary.resolve(cache));
  }

  private static JarText.Pin first() throws IOException {
    return JarText.pins().getFirst();
  }

  private static String text(Element item, String name) {
    return item.getElementsByTagName(name).item(0).getTextContent().trim();
  }
}
