package kleiber.engine;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.CudaSurvey;
import kleiber.engine.cuda.driver.EmulatedDevice;

/**
 * The engines there are: every class below this package that is one. Tests give the CUDA engine a
 * card that this machine's processor emulates, if there is a compiler for it.
 */
public final class Engines {
  private Engines() {}

  public static List<Class<? extends Engine>> all() {
    try {
      Path root = Path.of(Engine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = root.resolve(Engine.class.getPackageName().replace('.', '/'));
      try (Stream<Path> files = Files.walk(folder)) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(file -> file.endsWith(".class"))
            .map(file -> load(file.substring(0, file.length() - ".class".length())))
            .filter(Engine.class::isAssignableFrom)
            .filter(type -> !Modifier.isAbstract(type.getModifiers()))
            .filter(type -> type != CudaEngine.class || Emulation.AVAILABLE)
            .<Class<? extends Engine>>map(type -> type.asSubclass(Engine.class))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot list the engines", e);
    }
  }

  public static Engine open(Class<? extends Engine> type, int threads) {
    if (type == CudaEngine.class) {
      return Emulation.CARD ? new CudaEngine(threads) : new CudaEngine(new EmulatedDevice());
    }
    try {
      return type.getConstructor(int.class).newInstance(threads);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getSimpleName() + " needs a public constructor (int threads)", e);
    }
  }

  private static final class Emulation {
    static final boolean CARD = CudaSurvey.take().usable();
    static final boolean AVAILABLE = CARD || available();

    private static boolean available() {
      if (!EmulatedDevice.available()) {
        System.err.println("the CUDA engine is not tested here: there is no g++");
        return false;
      }
      return true;
    }
  }

  private static Class<?> load(String path) {
    try {
      return Class.forName(path.replace(File.separatorChar, '.'));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
