package kleiber.engine.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the libraries of a CUDA installation: where LD_LIBRARY_PATH says, in a toolkit, where the
 * loader looks, and in the wheels that come with PyTorch; the newest that the driver supports
 * before any that is newer than it.
 *
 * @param environment variables by name
 * @param root of the file system, {@code /} outside of tests
 */
record LibrarySearch(Map<String, String> environment, Path root) {
  private static final List<Integer> VERSIONS = List.of(13, 12);
  private static final List<String> WHEELS = List.of("nvidia/cu13/lib", "nvidia/%s/lib");

  /** This machine's. */
  static LibrarySearch here() {
    return new LibrarySearch(System.getenv(), Path.of("/"));
  }

  /** The driver, which comes with the card's kernel module and nothing else. */
  Optional<NativeLibrary> driver() {
    List<Path> files = new ArrayList<>();
    for (Path folder : variable("LD_LIBRARY_PATH")) {
      files.add(folder.resolve("libcuda.so.1"));
    }
    files.add(Path.of("libcuda.so.1"));
    for (String folder :
        List.of("usr/lib/wsl/lib", "usr/local/nvidia/lib64", "usr/lib/x86_64-linux-gnu")) {
      files.add(root.resolve(folder).resolve("libcuda.so.1"));
    }
    return first(files);
  }

  /** The library of matrix products. */
  Optional<NativeLibrary> cublasLt() {
    return first(candidates("libcublasLt.so.", "cublas"));
  }

  /** The compiler. What it opens itself is opened before it, from the same folder. */
  Optional<NativeLibrary> nvrtc() {
    for (Path file : candidates("libnvrtc.so.", "cuda_nvrtc")) {
      if (file.isAbsolute() && Files.exists(file)) {
        list(file.getParent(), "libnvrtc-builtins.so.*").forEach(NativeLibrary::open);
      }
      Optional<NativeLibrary> library = open(file);
      if (library.isPresent()) {
        return library;
      }
    }
    return Optional.empty();
  }

  private List<Path> candidates(String name, String wheel) {
    Set<Path> folders = new LinkedHashSet<>(variable("LD_LIBRARY_PATH"));
    Set<Path> toolkits = new LinkedHashSet<>();
    toolkits.addAll(variable("CUDA_HOME"));
    toolkits.addAll(variable("CUDA_PATH"));
    toolkits.add(root.resolve("usr/local/cuda"));
    list(root.resolve("usr/local"), "cuda-*").reversed().forEach(toolkits::add);
    for (Path toolkit : toolkits) {
      folders.add(toolkit.resolve("lib64"));
      list(toolkit.resolve("targets"), "*-linux")
          .forEach(target -> folders.add(target.resolve("lib")));
    }
    Set<Path> wheels = new LinkedHashSet<>();
    for (Path packages : sitePackages()) {
      WHEELS.forEach(folder -> wheels.add(packages.resolve(folder.formatted(wheel))));
    }
    List<Path> files = new ArrayList<>();
    for (int version : versions()) {
      folders.forEach(folder -> files.add(folder.resolve(name + version)));
      files.add(Path.of(name + version));
      wheels.forEach(folder -> files.add(folder.resolve(name + version)));
    }
    return files;
  }

  /** In the order in which they are tried. A driver that tells no version decides nothing. */
  private List<Integer> versions() {
    int newest =
        driver()
            .map(Driver::newestCuda)
            .filter(told -> told > 0)
            .orElse(VERSIONS.getFirst() * 1000);
    return VERSIONS.stream()
        .sorted(Comparator.comparing(version -> version * 1000 > newest)) // stable
        .toList();
  }

  /** Of every Python that could be meant. */
  private Set<Path> sitePackages() {
    Set<Path> prefixes = new LinkedHashSet<>();
    prefixes.addAll(variable("VIRTUAL_ENV"));
    prefixes.addAll(variable("CONDA_PREFIX"));
    variable("PATH").stream().map(Path::getParent).forEach(prefixes::add);
    variable("HOME").forEach(home -> prefixes.add(home.resolve(".local")));
    for (String prefix : List.of("usr/local", "usr", "opt/conda")) {
      prefixes.add(root.resolve(prefix));
    }
    prefixes.remove(null);
    Set<Path> packages = new LinkedHashSet<>();
    for (Path prefix : prefixes) {
      for (Path python : list(prefix.resolve("lib"), "python3*")) {
        packages.add(python.resolve("site-packages"));
        packages.add(python.resolve("dist-packages"));
      }
    }
    return packages;
  }

  /** The folders of a variable. */
  private List<Path> variable(String name) {
    return Arrays.stream(environment.getOrDefault(name, "").split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .flatMap(LibrarySearch::path)
        .filter(Path::isAbsolute)
        .toList();
  }

  private static Stream<Path> path(String folder) {
    try {
      return Stream.of(Path.of(folder));
    } catch (InvalidPathException e) {
      return Stream.of();
    }
  }

  private static List<Path> list(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (var entries = Files.newDirectoryStream(folder, glob)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return List.of(); // a folder that may not be read has nothing for us
      }
    }
    found.sort(null);
    return found;
  }

  private static Optional<NativeLibrary> first(List<Path> files) {
    return files.stream().flatMap(file -> open(file).stream()).findFirst();
  }

  private static Optional<NativeLibrary> open(Path file) {
    return file.isAbsolute() && !Files.exists(file) ? Optional.empty() : NativeLibrary.open(file);
  }
}
