package kleiber.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Words;
import kleiber.live.GridState;
import kleiber.live.GridState.CohortNow;
import kleiber.live.GridState.RunNow;
import kleiber.live.RunState;
import kleiber.observe.Quantity;

/** A grid at one moment, as a terminal shows it. */
final class WatchText {
  private static final int BAR = 24;
  private static final int SMALL_BAR = 12;
  private static final int MOST_COLUMNS = 8;

  /** Something is said every second; a claim that nobody touches is free after 90. */
  private static final double QUIET_SECONDS = 20;

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private WatchText() {}

  /** All of it in one line. */
  static String line(GridState grid) {
    return String.format(
        Locale.ROOT,
        "%s: %3.0f %%, %s%s",
        grid.name(),
        100 * share(grid),
        counts(grid),
        pace(grid));
  }

  /**
   * As much as fits into a window, the most important first.
   *
   * @param rows that there are
   * @param columns that there are; what is longer is cut off
   */
  static List<String> frame(GridState grid, int rows, int columns) {
    List<String> lines = new ArrayList<>();
    lines.add(grid.name() + ": " + grid.question());
    lines.add(
        String.format(
            Locale.ROOT,
            "%s %3.0f %%  %s%s",
            bar(share(grid), BAR),
            100 * share(grid),
            counts(grid),
            pace(grid)));
    devices(grid).forEach((device, cohorts) -> device(device, cohorts, lines));
    lines.add("");
    lines.addAll(losses(grid));
    lines.add("");
    lines.add("last events");
    int left = Math.max(1, rows - 1 - lines.size());
    grid.events().stream().limit(left).map(WatchText::event).forEach(lines::add);
    return lines.stream()
        .limit(Math.max(1, rows - 1))
        .map(line -> line.substring(0, Math.min(line.length(), columns - 1)))
        .toList();
  }

  private static double share(GridState grid) {
    return grid.flops() > 0 ? grid.flopsDone() / grid.flops() : 1;
  }

  private static String counts(GridState grid) {
    Set<RunState> told = EnumSet.of(RunState.DONE);
    grid.runs().forEach(run -> told.add(run.state()));
    return told.stream()
            .map(state -> grid.count(state) + " " + Words.of(state))
            .collect(Collectors.joining(", "))
        + " of "
        + grid.runs().size();
  }

  private static String pace(GridState grid) {
    if (grid.over()) {
      return "";
    }
    OptionalDouble left = grid.secondsLeft();
    if (left.isEmpty()) {
      return grid.count(RunState.RUNNING) > 0 ? ", just begun" : "; nobody trains";
    }
    return ", %s tokens/s, %s FLOP/s, %s left"
        .formatted(
            Numbers.count(grid.tokensPerSecond()),
            Numbers.count(grid.flopsPerSecond()),
            Numbers.duration(left.getAsDouble()));
  }

  private static Map<String, List<CohortNow>> devices(GridState grid) {
    return grid.cohorts().stream()
        .collect(
            Collectors.groupingBy(
                cohort ->
                    "%s, %d %s, led by process %s"
                        .formatted(
                            cohort.device(),
                            cohort.threads(),
                            cohort.threads() == 1 ? "thread" : "threads",
                            cohort.leader().replaceFirst("(.*)-(.*)", "$2 of machine $1")),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private static void device(String device, List<CohortNow> cohorts, List<String> lines) {
    double tokens = cohorts.stream().mapToDouble(CohortNow::tokensPerSecond).sum();
    OptionalDouble share = GridState.shareOfPeak(cohorts);
    lines.add("");
    lines.add(
        "%s: %s tokens/s%s"
            .formatted(
                device,
                Numbers.count(tokens),
                share.isPresent()
                    ? ", " + Quantity.percent(share.getAsDouble()) + " of peak"
                    : ""));
    for (CohortNow cohort : cohorts) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s %3.0f %%  %s of %s parameters  %s tokens/s%s",
              bar(cohort.share(), SMALL_BAR),
              100 * cohort.share(),
              cohort.runs().size() == 1
                  ? "run " + cohort.runs().getFirst()
                  : cohort.runs().size() + " runs",
              Numbers.count(cohort.params()),
              Numbers.count(cohort.tokensPerSecond()),
              cohort.silentSeconds() > QUIET_SECONDS
                  ? "  silent for " + Numbers.duration(cohort.silentSeconds())
                  : ""));
    }
  }

  /** The lowest loss so far of every size and length; of a run that goes on, with a mark. */
  private static List<String> losses(GridState grid) {
    Map<Double, Map<Long, RunNow>> bySize = new TreeMap<>();
    for (RunNow run : grid.runs()) {
      if (run.loss().isPresent()) {
        bySize
            .computeIfAbsent(run.params(), _ -> new TreeMap<>())
            .merge(run.planned(), run, WatchText::lower);
      }
    }
    if (bySize.isEmpty()) {
      return List.of("no loss measured yet");
    }
    TreeSet<Long> lengths = new TreeSet<>();
    bySize.values().forEach(row -> lengths.addAll(row.keySet()));
    while (lengths.size() > MOST_COLUMNS) {
      lengths.pollFirst();
    }
    String corner = "lowest loss";
    TextTable table =
        new TextTable(
            Stream.concat(
                    Stream.of(corner), lengths.stream().map(length -> "D=" + Numbers.count(length)))
                .toArray(String[]::new));
    bySize.forEach(
        (params, row) ->
            table.row(
                Stream.concat(
                        Stream.of("N=" + Numbers.count(params)),
                        lengths.stream().map(length -> loss(row.get(length))))
                    .toArray(String[]::new)));
    return table.toString().lines().toList();
  }

  private static RunNow lower(RunNow a, RunNow b) {
    return a.loss().getAsDouble() <= b.loss().getAsDouble() ? a : b;
  }

  private static String loss(RunNow run) {
    if (run == null) {
      return "";
    }
    String loss = String.format(Locale.ROOT, "%.4f", run.loss().getAsDouble());
    return run.state() == RunState.DONE ? loss : loss + "…";
  }

  private static String event(GridState.Event event) {
    return "  "
        + CLOCK.format(Instant.ofEpochMilli(event.millis()).atZone(ZoneId.systemDefault()))
        + "  "
        + event.run()
        + "  "
        + event.text();
  }

  private static String bar(double share, int width) {
    int filled = (int) (Math.clamp(share, 0, 1) * width);
    return "[" + "█".repeat(filled) + "·".repeat(width - filled) + "]";
  }
}
