import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Lifts the classes of a jar from Java 5 to Java 8, by giving their methods the stack maps that
 * came in between; what they do stays the same. Without stack maps the JVM checks a class by a slow
 * method and cannot keep it in its cache, which is most of the time that a short command takes.
 */
final class Modernize {
  private static final int STACK_MAPS_SINCE = ClassFile.JAVA_6_VERSION;

  private Modernize() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path lifted = Path.of(args[0] + ".lifted");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        ZipInputStream from = new ZipInputStream(Files.newInputStream(jar));
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(lifted))) {
      ClassFile classFile =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ConstantPoolSharingOption.NEW_POOL,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        byte[] bytes = from.readAllBytes();
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        to.putNextEntry(copy);
        to.write(entry.getName().endsWith(".class") ? lift(bytes, classFile) : bytes);
        to.closeEntry();
      }
    }
    Files.move(lifted, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] lift(byte[] bytes, ClassFile classFile) {
    ClassModel model = classFile.parse(bytes);
    if (model.majorVersion() >= STACK_MAPS_SINCE) {
      return bytes;
    }
    return classFile.transformClass(
        model,
        (builder, element) -> {
          switch (element) {
            case ClassFileVersion _ -> builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
            case MethodModel method ->
                builder.transformMethod(
                    method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
            default -> builder.with(element);
          }
        });
  }
}
