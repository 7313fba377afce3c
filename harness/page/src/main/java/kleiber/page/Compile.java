package kleiber.page;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.teavm.backend.javascript.JSModuleType;
import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/**
 * Compiles {@link Browser}, and with it the fitter and the figures, to one script that defines one
 * name, {@code kleiber}. A step of the build, and the only class here that runs on a JVM.
 */
final class Compile {
  private static final String SCRIPT = "browser.js";

  private Compile() {}

  /** Argument: the folder to write the script to. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    TeaVMTool compiler = new TeaVMTool();
    compiler.setTargetType(TeaVMTargetType.JAVASCRIPT);
    compiler.setJsModuleType(JSModuleType.COMMON_JS);
    compiler.setMainClass(Browser.class.getName());
    compiler.setClassLoader(Compile.class.getClassLoader());
    compiler.setClassPath(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(File::new)
            .toList());
    compiler.setTargetDirectory(folder.toFile());
    compiler.setTargetFileName(SCRIPT);
    compiler.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
    compiler.setObfuscated(!Boolean.getBoolean("readable"));
    compiler.generate();
    List<Problem> problems = compiler.getProblemProvider().getSevereProblems();
    for (Problem problem : problems) {
      DefaultProblemTextConsumer text = new DefaultProblemTextConsumer();
      problem.render(text);
      System.err.println(text.getText() + " " + problem.getLocation());
    }
    Path script = folder.resolve(SCRIPT);
    if (!problems.isEmpty()) {
      Files.deleteIfExists(script);
      System.exit(1);
    }
    Files.writeString(
        script,
        "const kleiber={};(function(exports){" + Files.readString(script) + "})(kleiber);\n");
  }
}
