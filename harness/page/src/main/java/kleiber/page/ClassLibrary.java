package kleiber.page;

import org.teavm.extension.spi.substitution.SimpleSubstitutionPolicy;
import org.teavm.extension.spi.substitution.SubstitutionSink;

/** Tells the compiler which classes of this package stand in for those that a browser lacks. */
public final class ClassLibrary extends SimpleSubstitutionPolicy {
  @Override
  public void contribute(SubstitutionSink sink) {
    sink.selectClasses("java.util.SplittableRandom"::equals)
        .replacePackage("java.util", "kleiber.page");
  }
}
