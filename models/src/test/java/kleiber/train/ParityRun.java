package kleiber.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.data.Bytes;
import kleiber.data.ShuffledWindows;
import kleiber.data.SourceJars;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Tensor;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.Gpt;

/**
 * A fixed short training on real text, which {@code parity.py} repeats in PyTorch from the files
 * that {@link #main} writes.
 */
record ParityRun(String name, Gpt model) {
  static final int VOCABULARY = new Bytes().vocabulary();
  static final int BATCH = 8;
  static final int CONTEXT = 64;
  static final int STEPS = 10;
  static final long SEED = 1;
  static final long TOKENS_PER_STEP = (long) BATCH * CONTEXT;

  /** Decay so strong that ten steps show its tensors, and a clip that some gradients exceed. */
  static final AdamW OPTIMIZER = new AdamW(4e-3, 0.9, 0.95, 1e-8, 0.5, 2.0);

  static final Cosine SCHEDULE = new Cosine(2 * TOKENS_PER_STEP, 0.1);

  /** GPT-2 as it was, and the options that came after it. */
  static List<ParityRun> all() {
    return List.of(
        new ParityRun(
            "gpt2",
            new Gpt(
                2,
                64,
                4,
                Gpt.Position.LEARNED,
                Gpt.Norm.LAYER,
                Gpt.Activation.GELU,
                true,
                false,
                true)),
        new ParityRun(
            "modern",
            new Gpt(
                2,
                64,
                4,
                Gpt.Position.ROTARY,
                Gpt.Norm.RMS,
                Gpt.Activation.SWIGLU,
                false,
                true,
                false)));
  }

  /** The batches [step, inputs and targets, B·T]. */
  static int[][][] batches() throws IOException {
    Path cache = Path.of(System.getProperty("kleiber.home"), "models", "target", "corpora");
    SplitCorpus text = new SourceJars(new Bytes()).open(cache);
    ShuffledWindows windows = new ShuffledWindows(text.training(), CONTEXT, SEED);
    int[][][] batches = new int[STEPS][2][BATCH * CONTEXT];
    for (int row = 0; row < STEPS * BATCH; row++) {
      int[][] batch = batches[row / BATCH];
      windows.read(row, batch[0], batch[1], row % BATCH * CONTEXT);
    }
    return batches;
  }

  /** Losses before each step, nats per token. */
  double[] losses(Engine engine, int[][][] batches) {
    double[] losses = new double[STEPS];
    try (Cohort cohort =
        new Cohort(
            engine,
            model,
            Precision.FLOAT32,
            VOCABULARY,
            BATCH,
            CONTEXT,
            Optional.empty(),
            new long[] {SEED})) {
      for (int step = 0; step < STEPS; step++) {
        double[] norms = cohort.gradients(batches[step][0], batches[step][1]);
        losses[step] = cohort.meanLosses()[0];
        double fraction = SCHEDULE.at(step * TOKENS_PER_STEP, STEPS * TOKENS_PER_STEP);
        cohort.update(
            step + 1, new boolean[] {true}, List.of(OPTIMIZER), new double[] {fraction}, norms);
      }
    }
    return losses;
  }

  /** Initial weights, float32, little-endian, in the order of the program's parameters. */
  private byte[] weights() {
    int size = parameters().stream().mapToInt(Tensor::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor parameter : parameters()) {
      for (double value : model.initial(parameter, SEED)) {
        bytes.putFloat((float) value);
      }
    }
    return bytes.array();
  }

  /** Token ids, int32, little-endian. */
  private static byte[] bytes(int[][][] batches) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * STEPS * 2 * BATCH * CONTEXT).order(ByteOrder.LITTLE_ENDIAN);
    for (int[][] batch : batches) {
      for (int[] ids : batch) {
        for (int id : ids) {
          bytes.putInt(id);
        }
      }
    }
    return bytes.array();
  }

  private List<Tensor> parameters() {
    return model.program(VOCABULARY, BATCH, CONTEXT).parameters();
  }

  /** SHA-256, in hex, of the settings, the initial weights and the batches. */
  String fingerprint(int[][][] batches) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((this + " " + OPTIMIZER + " " + SCHEDULE).getBytes(StandardCharsets.UTF_8));
      digest.update(weights());
      digest.update(bytes(batches));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, Object> manifest(int[][][] batches, double[] losses) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (Tensor parameter : parameters()) {
      shapes.put(parameter.name(), parameter.shape());
    }
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("fingerprint", fingerprint(batches));
    manifest.put("model", model);
    manifest.put("batch", BATCH);
    manifest.put("context", CONTEXT);
    manifest.put("steps", STEPS);
    manifest.put("optimizer", OPTIMIZER);
    manifest.put("warmupSteps", SCHEDULE.warmupTokens() / TOKENS_PER_STEP);
    manifest.put("finalFraction", SCHEDULE.finalFraction());
    manifest.put("shapes", shapes);
    manifest.put("kleiber", losses);
    return manifest;
  }

  /**
   * Writes {@code weights.f32}, {@code tokens.i32} and {@code manifest.json} of each run.
   *
   * @param args the folder to write to
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int[][][] batches = batches();
    try (Engine engine = new NaiveEngine(1)) {
      for (ParityRun run : all()) {
        Path own = Files.createDirectories(folder.resolve(run.name()));
        Files.write(own.resolve("weights.f32"), run.weights());
        Files.write(own.resolve("tokens.i32"), bytes(batches));
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValue(
                own.resolve("manifest.json").toFile(),
                run.manifest(batches, run.losses(engine, batches)));
      }
    }
  }
}
