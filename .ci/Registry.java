import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Catalogue;
import kleiber.fit.Objective;
import kleiber.laws.Law;

/**
 * Writes {@code kleiber.page.Known}, which makes laws and objectives by their names: what a
 * catalogue finds by looking into a package, a compiler to JavaScript has to be told. Part of the
 * build; argument: the folder for generated sources.
 */
class Registry {
  public static void main(String[] args) throws IOException {
    StringBuilder cases = new StringBuilder();
    for (Class<?> kind : List.of(Law.class, Objective.class)) {
      for (Class<?> type : Catalogue.of(kind).values()) {
        construction(type)
            .ifPresent(
                made ->
                    cases.append(
                        "      case \"%s\" -> %s;\n".formatted(type.getSimpleName(), made)));
      }
    }
    Path file = Path.of(args[0], "kleiber", "page", "Known.java");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        package kleiber.page;

        /** Laws and objectives by name. Written by the build: see Registry.java. */
        final class Known {
          private Known() {}

          static Object make(PageObject.Typed its) {
            return switch (its.getType()) {
        %s      default -> throw new IllegalArgumentException("no law or objective " + its.getType());
            };
          }
        }
        """
            .formatted(cases));
  }

  /** The call that makes a record; empty when it has a setting that a page cannot hold. */
  private static Optional<String> construction(Class<?> type) {
    if (!type.isRecord()) {
      return Optional.empty();
    }
    List<String> arguments = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String setting = "its.getSettings()[" + arguments.size() + "]";
      Class<?> its = component.getType();
      if (its == double.class) {
        arguments.add("Settings.number(" + setting + ")");
      } else if (its == int.class || its == long.class) {
        arguments.add("(" + its + ") Settings.number(" + setting + ")");
      } else if (its.isEnum()) {
        arguments.add(its.getCanonicalName() + ".valueOf(Settings.word(" + setting + "))");
      } else {
        return Optional.empty();
      }
    }
    return Optional.of("new " + type.getCanonicalName() + "(" + String.join(", ", arguments) + ")");
  }
}
