package kleiber.train;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On an interface of settings: the record that a file means when it names no type there, and that
 * is written without one.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Untyped {
  /** A record beside the interface. */
  Class<? extends Record> value();
}
