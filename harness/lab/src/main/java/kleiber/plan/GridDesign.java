package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import kleiber.design.Candidates;
import kleiber.design.Choice;
import kleiber.design.CostAwareDesign;
import kleiber.design.Power;
import kleiber.design.Scatter;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.FlopsPerToken;

/**
 * Designs the grid that tells most of a target for a budget of time. A part of the budget goes to
 * one run that is foretold and not fitted, the check; every other run has less compute than it.
 */
public final class GridDesign {
  /** Of the budget, at most; with less, the runs fitted are kept too small to be of use. */
  private static final double SHARE_FOR_CHECK = 0.4;

  /** Compute of the check over the most of any run that is fitted, at least. */
  private static final double CHECK_BY_FIT = 1.5;

  /** The check may have so much less compute than it could, to be more like the target. */
  private static final double ALIKE = 0.5;

  private static final int DOUBLINGS = 14;
  private static final int HALVINGS = 7;

  private final Path file;
  private final List<String> changes;
  private final String name;
  private final Experiment experiment;
  private final Prior prior;
  private final Scatter scatter;
  private final int lanes;
  private final Menu menu;
  private final Scale target;

  /**
   * @param file an experiment, of which everything but the grid and the hold-out stays
   * @param changes to it
   * @param name of the designed experiment
   * @param sizes which models there are
   * @param prior the law that is supposed
   * @param corpora where tokenized text is kept
   */
  public GridDesign(
      Path file,
      List<String> changes,
      String name,
      SizeRule sizes,
      Prior prior,
      Workplace place,
      StepTimes times,
      Path corpora,
      Target target)
      throws IOException {
    this.file = file;
    this.changes = changes;
    this.name = name;
    this.prior = prior;
    scatter = Scatter.of(prior.noise());
    lanes = place.lanes();
    experiment = Experiment.read(file, changes);
    menu = Menu.of(file, changes, experiment, sizes, place, times, corpora);
    List<Observation> rows =
        menu.items().stream()
            .map(item -> new Observation("", "", "", 0, item.at(), null, 1, Double.NaN))
            .toList();
    this.target = target.scale(FlopsPerToken.of(rows), rows.stream().map(Observation::at).toList());
  }

  /**
   * A designed grid.
   *
   * @param experiment that {@code run} takes
   * @param fitted runs that are fitted, of the rest one is the check
   * @param halfWidth of the interval to expect at the target, as a share of the loss
   * @param guessed whether what runs take is a guess
   * @param check compute of the run that checks over the target's: above 1 the target lies inside
   */
  public record Designed(
      Experiment experiment, int fitted, double halfWidth, boolean guessed, double check) {}

  /** A choice among the menu. */
  private record Chosen(List<Menu.Item> fit, Menu.Item check, double halfWidth) {}

  /**
   * The grid for a budget.
   *
   * @param seconds of the whole workplace
   * @throws UserException when it pays for too few runs
   */
  public Designed within(double seconds) {
    return designed(choose(seconds).orElseThrow(() -> refusal(seconds)));
  }

  private UserException refusal(double seconds) {
    String budget = new Budget(seconds, Budget.Unit.SECONDS).words();
    boolean inside = checkWithin(seconds).filter(run -> run.flops() >= target.flops()).isPresent();
    return new UserException(
        inside
            ? "the target lies inside this grid: %s pays for a run of more compute, so training the target itself costs less than foretelling it; give one further away"
                .formatted(budget)
            : "%s pays for too few runs to fit %d constants and check them; the cheapest run takes %s of a lane"
                .formatted(
                    budget,
                    prior.theta().length,
                    new Budget(cheapest(), Budget.Unit.SECONDS).words()));
  }

  /**
   * The seconds that an interval takes; empty when no budget that could be looked at gives it.
   *
   * @param halfWidth as a share of the loss
   */
  public OptionalDouble needed(double halfWidth) {
    double high = cheapest();
    int doubled = 0;
    while (halfWidth(high) > halfWidth) {
      high *= 2;
      if (++doubled > DOUBLINGS + HALVINGS) {
        return OptionalDouble.empty();
      }
    }
    double low = high / 2;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = Math.sqrt(low * high);
      if (halfWidth(middle) > halfWidth) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return OptionalDouble.of(high);
  }

  private double cheapest() {
    return menu.items().stream().mapToDouble(Menu.Item::seconds).min().orElseThrow();
  }

  private double halfWidth(double seconds) {
    return choose(seconds).map(Chosen::halfWidth).orElse(Double.POSITIVE_INFINITY);
  }

  /** The best use of a budget; empty when it pays for too few runs. */
  private Optional<Chosen> choose(double seconds) {
    double all = lanes * seconds;
    Optional<Menu.Item> check = checkWithin(seconds);
    if (check.isEmpty()) {
      return Optional.empty();
    }
    List<Menu.Item> fit =
        menu.items().stream()
            .filter(item -> item.seconds() <= seconds)
            .filter(item -> CHECK_BY_FIT * item.flops() <= check.get().flops())
            .toList();
    if (fit.size() <= prior.theta().length) {
      return Optional.empty();
    }
    Candidates candidates =
        new Candidates(
            fit.stream().map(Menu.Item::at).toList(),
            fit.stream().mapToDouble(Menu.Item::seconds).toArray(),
            List.of(target));
    List<Choice> plan =
        new CostAwareDesign(prior.law(), prior.theta(), scatter)
            .plan(candidates, List.of(), all - check.get().seconds());
    if (plan.size() <= prior.theta().length) {
      return Optional.empty();
    }
    double error = Math.hypot(plan.getLast().after(), scatter.noise());
    return Optional.of(
        new Chosen(
            plan.stream().map(choice -> fit.get(choice.run())).toList(),
            check.get(),
            Power.halfWidth(experiment.fit().confidence()) * error));
  }

  private Optional<Menu.Item> checkWithin(double seconds) {
    return check(Math.min(seconds, SHARE_FOR_CHECK * lanes * seconds));
  }

  /** Of the runs of about the most compute, the one with most nearly the target's D / N. */
  private Optional<Menu.Item> check(double seconds) {
    List<Menu.Item> paid = menu.items().stream().filter(item -> item.seconds() <= seconds).toList();
    double most = paid.stream().mapToDouble(Menu.Item::flops).max().orElse(0);
    return paid.stream()
        .filter(item -> item.flops() >= ALIKE * most)
        .min(
            Comparator.comparingDouble(
                item -> Math.abs(Math.log(ratio(item.at()) / ratio(target)))));
  }

  private static double ratio(Scale at) {
    return at.tokens() / at.params();
  }

  /** What the file says of a grid that is not there any more. */
  private List<String> withoutTheGrid() {
    List<String> settings = new ArrayList<>();
    if (experiment.runs().stream().anyMatch(Run::probe)) {
      settings.add("probes=~");
    }
    if (!experiment.studies().isEmpty()) {
      settings.add("studies=~");
    }
    if (experiment.fit().where().isPresent()) {
      settings.add("fit.where=~"); // all runs are of the recipe
    }
    if (experiment.fit().leaveOut().isPresent()) {
      settings.add("fit.leaveOut=~");
    }
    return settings;
  }

  /** What a user must know of the grid beside its runs, in sentences. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!menu.fixed().isEmpty()) {
      notes.add(
          "further axes stay as in the first cell of the file's grid that its fit reads: "
              + menu.fixed().entrySet().stream()
                  .map(axis -> axis.getKey() + " " + axis.getValue())
                  .collect(Collectors.joining(", ")));
    }
    if (!menu.refused().isEmpty()) {
      notes.add(
          "%d of the sizes are left out, which the file refuses, the first of them %s"
              .formatted(menu.refused().size(), menu.refused().getFirst()));
    }
    if (!experiment.studies().isEmpty()) {
      notes.add("the file's studies and probes are of its own grid; the designed one has none");
    }
    return notes;
  }

  private Designed designed(Chosen chosen) {
    List<Menu.Item> all = new ArrayList<>(chosen.fit);
    all.add(chosen.check);
    double most = chosen.fit.stream().mapToDouble(Menu.Item::flops).max().orElseThrow();
    List<String> settings = new ArrayList<>(changes);
    settings.add("grid=" + menu.blocks(all));
    settings.addAll(withoutTheGrid());
    settings.add(
        String.format(
            Locale.ROOT, "fit.holdOut.flopsAbove=%.3g", Math.sqrt(most * chosen.check.flops())));
    settings.add("name=" + name);
    return new Designed(
        Experiment.read(file, settings),
        chosen.fit.size(),
        chosen.halfWidth,
        all.stream().anyMatch(item -> item.source() == TimeSource.GUESSED),
        chosen.check.flops() / target.flops());
  }
}
