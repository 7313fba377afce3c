package kleiber.page;

import java.util.Collection;
import java.util.List;
import kleiber.fit.Objective;
import kleiber.laws.Law;
import org.teavm.extension.introspect.IntrospectClass;
import org.teavm.extension.introspect.IntrospectMember;
import org.teavm.extension.introspect.IntrospectMethod;
import org.teavm.extension.spi.reflection.ReflectionPolicy;

/** Tells the compiler that laws and objectives are made by name: all that lie beside theirs. */
public final class Registry implements ReflectionPolicy {
  @Override
  public boolean isClassFoundByName(IntrospectClass<?> type) {
    return type.isRecord() && (of(type, Law.class) || of(type, Objective.class));
  }

  @Override
  public Collection<IntrospectMember> classAccessibleMembers(IntrospectClass<?> type) {
    return isClassFoundByName(type)
        ? type.declaredMethods().stream()
            .filter(IntrospectMethod::isConstructor)
            .map(IntrospectMember.class::cast)
            .toList()
        : List.of();
  }

  private static boolean of(IntrospectClass<?> type, Class<?> kind) {
    return type.name().startsWith(kind.getPackageName() + ".") && subtype(type, kind);
  }

  private static boolean subtype(IntrospectClass<?> type, Class<?> kind) {
    return type.interfaces().stream()
        .anyMatch(its -> its.name().equals(kind.getName()) || subtype(its, kind));
  }
}
