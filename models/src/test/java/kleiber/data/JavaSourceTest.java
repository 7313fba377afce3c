package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JavaSourceTest {
  @Test
  void theLicenceHeaderGoes() {
    assertEquals(
        "package a;\n", JavaSource.clean("/*\r\n * Licensed to …\r\n */\r\npackage a;\r\n"));
    assertEquals("package a;", JavaSource.clean("\uFEFF// Copyright\n// 2020\n\n\npackage a;"));
    assertEquals(
        "package a;", JavaSource.clean("/* Copyright */\n// ASM: under the licence X\npackage a;"));
    assertEquals("", JavaSource.clean("/* Copyright without an end"));
  }

  @Test
  void otherCommentsStay() {
    assertEquals(
        "/** What a does. */\npackage a;",
        JavaSource.clean("/* Copyright */\n\n/** What a does. */\npackage a;"));
    String code = "package a;\n/** Copyright is a field. */\nString copyright;\n";
    assertEquals(code, JavaSource.clean(code));
  }
}
