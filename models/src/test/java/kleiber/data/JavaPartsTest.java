package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JavaPartsTest {
  private static final String FILE =
      """
      package a;

      /**
       * What {@code A} does.
       *
       * <p>And why.
       */
      class A { // short
        String url = "http://x/*y*/\\"//"; /* after **/ char quote = '"'; // "not" a string
        String block = \"""
            // no comment, and "quotes"
            \""";
      }
      """;

  @Test
  void commentsLoseTheirSigns() {
    assertEquals(
        """
        What {@code A} does.
        <p>And why.
        short
        after
        "not" a string
        """,
        JavaParts.comments(FILE));
  }

  @Test
  void codeKeepsItsLiterals() {
    assertEquals(
        """
        package a;
        class A {
          String url = "http://x/*y*/\\"//";  char quote = '"';
          String block = \"""
              // no comment, and "quotes"
              \""";
        }
        """,
        JavaParts.code(FILE));
  }

  @Test
  void whatHasNoEndEndsWithTheFile() {
    assertEquals("open\n", JavaParts.comments("int a; /* open"));
    assertEquals("int a;\n", JavaParts.code("int a; /* open"));
    assertEquals("char c = '\n", JavaParts.code("char c = '"));
    assertEquals("", JavaParts.comments("int a;"));
  }
}
