package kleiber.engine.cuda;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.engine.cuda.driver.CudaSurvey;
import kleiber.engine.cuda.driver.DriverDevice;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.naive.NaiveEngine;

/**
 * The CUDA engine on this machine's card, one part of the check at a time; {@code
 * docker/gpu-check.sh} runs it: {@code CardCheck PART LIMIT [DIR]}. After LIMIT seconds it stops
 * itself. What it measures it also writes to {@code DIR/PART.jsonl}, DIR being {@code
 * results/gpu/CARD} if not given. Needs no jar but this module. Status 1 means that something is
 * wrong or was not finished, 2 that there is no card. Instead of the first card it takes the
 * emulated one if the environment says CARD=emulated, which is for trying this program out.
 */
record CardCheck(CardSizes sizes, Supplier<CudaDevice> device, CardLog log) {
  /** A card that can do all; what programs take is the same on every card. */
  private static final CardProperties ANY =
      new CardProperties("any card", 9, 0, Long.MAX_VALUE, 132, 227 << 10);

  static final List<String> PARTS =
      List.of("survey", "kernels", "bits", "steps", "speed", "pytorch");
  private static final boolean EMULATED = "emulated".equals(System.getenv("CARD"));

  public static void main(String[] arguments) {
    String part = arguments[0];
    Path home = Path.of(System.getProperty("kleiber.home"));
    Supplier<CudaDevice> device = EMULATED ? EmulatedDevice::new : () -> DriverDevice.open(0);
    int status = 2;
    if (EMULATED && !EmulatedDevice.available()) {
      System.err.println("gpu-check: there is no g++ here, which the emulated card is built with");
      System.exit(status);
    }
    try {
      Optional<CardProperties> card =
          EMULATED || CudaSurvey.take().usable() || !part.equals("survey")
              ? Optional.of(properties(device))
              : Optional.empty();
      Optional<Path> out =
          arguments.length > 2
              ? Optional.of(Path.of(arguments[2]))
              : card.map(c -> home.resolve("results").resolve("gpu").resolve(folder(c)));
      try (CardLog log = new CardLog(System.out, out.map(o -> o.resolve(part + ".jsonl")))) {
        stopAfter(Duration.ofSeconds(Long.parseLong(arguments[1])), part, log);
        CardSizes sizes = EMULATED ? CardSizes.emulated() : CardSizes.card();
        new CardCheck(sizes, device, log).run(part, home, out, card);
        status = log.sound() ? 0 : 1;
      }
    } catch (CudaException e) {
      System.err.println("gpu-check: " + e.getMessage());
    } catch (UncheckedIOException e) {
      System.err.println("gpu-check: cannot be written: " + e.getCause().getMessage());
    }
    System.exit(status);
  }

  private static CardProperties properties(Supplier<CudaDevice> device) {
    try (CudaDevice card = device.get()) {
      return card.properties();
    }
  }

  /** A card's name as that of a folder. */
  static String folder(CardProperties card) {
    return card.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** A kernel that hangs, or a Python that does, must not outlast its time either. */
  private static void stopAfter(Duration limit, String part, CardLog log) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(limit);
              } catch (InterruptedException e) {
                return;
              }
              log.expect(
                  false,
                  "%s was stopped after its limit of %d s; what is above was done"
                      .formatted(part, limit.toSeconds()));
              ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
              Runtime.getRuntime().halt(1);
            });
  }

  /**
   * One part.
   *
   * @param home of the sources
   * @param out where other parts have written
   * @param card empty if there is none
   */
  void run(String part, Path home, Optional<Path> out, Optional<CardProperties> card) {
    long start = System.nanoTime();
    log.say("== %s", part);
    log.record(
        "part",
        "part",
        part,
        "at",
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        "card",
        card.map(CardProperties::name).orElse("none"),
        "architecture",
        card.map(CardProperties::architecture).orElse("none"),
        "java",
        Runtime.version());
    switch (part) {
      case "survey" -> survey();
      case "kernels" -> {
        try (Engine naive = new NaiveEngine(1);
            Engine engine = engine()) {
          new CardKernels(sizes, naive, engine, log).check();
        }
        try (CudaDevice opened = device.get()) {
          new CardHeads(sizes, opened, log).check();
        }
      }
      case "bits" -> {
        try (Engine engine = engine()) {
          new CardTrainings(sizes, log).bits(engine);
        }
      }
      case "steps" -> {
        try (Engine naive = new NaiveEngine(1);
            Engine engine = engine()) {
          new CardTrainings(sizes, log).steps(naive, engine);
        }
      }
      case "speed" -> new CardSpeed(sizes, device, log).measure();
      case "pytorch" ->
          new CardPyTorch(
                  sizes,
                  Optional.ofNullable(System.getenv("PYTHON")).orElse("python3"),
                  home.resolve("models/src/test/pytorch/gpt.py"),
                  EMULATED ? "cpu" : "cuda",
                  out.orElseThrow().resolve("speed.jsonl"),
                  log)
              .measure();
      default -> throw new IllegalArgumentException("parts are " + PARTS);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    log.say("(%.1f s)", seconds);
    log.record("end", "seconds", seconds, "sound", log.sound());
  }

  private Engine engine() {
    Engine engine = new CudaEngine(device.get());
    List<String> numerics = Arrays.stream(Precision.values()).map(engine::numerics).toList();
    log.say("%s", String.join("; ", numerics));
    log.record("engine", "numerics", String.join("; ", numerics));
    return engine;
  }

  private void survey() {
    CudaSurvey survey = CudaSurvey.take();
    for (CudaSurvey.Finding found : survey.findings()) {
      log.say("%s: %s", found.what(), found.sentence());
      log.record(
          "finding", "of", found.what(), "found", found.found(), "sentence", found.sentence());
    }
    for (CudaSurvey.Card card : survey.cards()) {
      log.say("%s", card);
      log.record(
          "card",
          "ordinal",
          card.ordinal(),
          "name",
          card.properties().name(),
          "architecture",
          card.properties().architecture(),
          "multiprocessors",
          card.properties().multiprocessors(),
          "memoryBytes",
          card.properties().memory(),
          "freeBytes",
          card.freeMemory());
    }
    sizes.timed().forEach(this::memory);
  }

  /** What a model takes of any card while it trains. */
  private void memory(CardSizes.Timed timed) {
    Map<Precision, Long> bytes = new EnumMap<>(Precision.class);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BF16)) {
      Program program = timed.model().program().in(precision);
      bytes.put(precision, CudaEngine.bytes(ANY, program, timed.members(), SmallGpt.ADAMW, false));
      log.record(
          "memory",
          "model",
          timed.name(),
          "members",
          timed.members(),
          "precision",
          precision,
          "bytes",
          bytes.get(precision));
    }
    log.say(
        "training %s takes %.1f MiB of a card in float32, %.1f MiB in bf16",
        timed.title(), bytes.get(Precision.FLOAT32) / 0x1p20, bytes.get(Precision.BF16) / 0x1p20);
  }
}
