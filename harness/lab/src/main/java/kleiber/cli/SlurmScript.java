package kleiber.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The scripts of a Slurm job array that trains a grid.
 *
 * @param name of the jobs
 * @param folder of the scripts and of what the jobs print
 * @param tasks of the array, each a part of the grid
 * @param cores of a task
 * @param gpus of a task
 * @param options further lines for sbatch, such as {@code --partition=long}
 * @param environment lines that set what the program needs
 */
record SlurmScript(
    String name,
    Path folder,
    int tasks,
    int cores,
    int gpus,
    List<String> options,
    List<String> environment) {

  /**
   * Trains one part. When its time is nearly up, or it has to make room, it keeps a snapshot and
   * goes back into the queue, from where it goes on to the last bit as if never interrupted.
   *
   * @param program the words that train; the part is added to them
   */
  String training(List<String> program) {
    List<String> lines = header("%A_%a.log");
    lines.add("#SBATCH --array=0-" + (tasks - 1));
    lines.add("#SBATCH --cpus-per-task=" + cores);
    if (gpus > 0) {
      lines.add("#SBATCH --gpus-per-task=" + gpus);
    }
    lines.add("#SBATCH --requeue");
    lines.add("#SBATCH --signal=B:TERM@60");
    lines.add("");
    lines.addAll(environment);
    lines.add(
        "%s --shard \"$SLURM_ARRAY_TASK_ID/%d\" &".formatted(ShellWords.line(program), tasks));
    lines.add("program=$!");
    lines.add("trap 'kill -TERM \"$program\"' TERM");
    lines.add("code=0");
    lines.add("wait \"$program\" || code=$?");
    lines.add("while kill -0 \"$program\" 2>/dev/null; do # the wait was for the signal");
    lines.add("  code=0");
    lines.add("  wait \"$program\" || code=$?");
    lines.add("done");
    lines.add("if [ \"$code\" -eq " + Failures.INTERRUPTED + " ]; then");
    lines.add("  scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"");
    lines.add("fi");
    lines.add("exit \"$code\"");
    return text(lines);
  }

  /** Fits and reports, once all parts have ended. */
  String report(List<String> program) {
    List<String> lines = header("report-%j.log");
    lines.add("");
    lines.addAll(environment);
    lines.add("exec " + ShellWords.line(program));
    return text(lines);
  }

  private List<String> header(String log) {
    List<String> lines = new ArrayList<>();
    lines.add("#!/bin/bash");
    lines.add("#SBATCH --job-name=" + name);
    lines.add("#SBATCH --ntasks=1");
    lines.add("#SBATCH --output=" + folder.resolve(log).toString().replace(" ", "\\ "));
    lines.add("#SBATCH --open-mode=append");
    options.forEach(option -> lines.add("#SBATCH " + option));
    return lines;
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
