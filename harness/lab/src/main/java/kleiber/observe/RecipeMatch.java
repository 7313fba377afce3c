package kleiber.observe;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.UserException;
import kleiber.train.Facts;

/**
 * Whether losses of two recipes mean the same, and what the recipes differ in.
 *
 * @param unitOfA factor on the first's losses that makes them comparable
 * @param unitOfB factor on the second's
 * @param unit of the losses then
 * @param tuning how each of the two was tuned, in sentences
 * @param notes what a reader must know of the two together, in sentences
 */
public record RecipeMatch(
    double unitOfA, double unitOfB, String unit, List<String> tuning, List<String> notes) {
  private static final String BITS = "bits per byte";
  private static final String DECAY = "optimizer.weightDecay";

  /** Less than this takes hardly anything off a weight, since exp(−1/3) = .72. */
  private static final double LEAST_DECAY = 1.0 / 3;

  /** Settings without which a corpus is still the same text. */
  private static final Set<String> OF_TOKENS = Set.of("tokenizer", "vocabulary");

  private static final int MOST_DIFFERENCES = 8;

  public RecipeMatch {
    tuning = List.copyOf(tuning);
    notes = List.copyOf(notes);
  }

  /**
   * Sets two recipes side by side.
   *
   * @throws UserException when their losses were measured on different text, or are of different
   *     things
   */
  public static RecipeMatch of(MeasuredRecipe a, MeasuredRecipe b) {
    if (a.predicted().isPresent()
        && b.predicted().isPresent()
        && !a.predicted().equals(b.predicted())) {
      throw new UserException(
          "%s predicts %s and %s %s: such losses do not compare"
              .formatted(a.name(), a.predicted().get(), b.name(), b.predicted().get()));
    }
    List<String> notes = new ArrayList<>();
    boolean bits = inBitsPerByte(a, b, notes);
    if (!a.runs().isEmpty() && !b.runs().isEmpty()) {
      differences(a, b).ifPresent(notes::add);
      decay(a, b).ifPresent(notes::add);
    }
    List<String> tuning = Stream.of(a, b).flatMap(recipe -> recipe.tuning().stream()).toList();
    return bits
        ? new RecipeMatch(bits(a), bits(b), BITS, tuning, notes)
        : new RecipeMatch(1, 1, a.unit(), tuning, notes);
  }

  private static double bits(MeasuredRecipe recipe) {
    return 1 / Math.log(2) / recipe.bytesPerToken().getAsDouble();
  }

  private static boolean inBitsPerByte(MeasuredRecipe a, MeasuredRecipe b, List<String> notes) {
    Optional<Facts.HeldOutFacts> ofA = a.heldOut();
    Optional<Facts.HeldOutFacts> ofB = b.heldOut();
    if (ofA.isEmpty() || ofB.isEmpty()) {
      if (a.fit().heldOut().isPresent()
          && !a.fit().heldOut().equals(b.fit().heldOut())
          && b.fit().heldOut().isPresent()) {
        throw new UserException(
            "%s was measured on “%s” and %s on “%s”: losses on different text are not compared"
                .formatted(a.name(), a.fit().heldOut().get(), b.name(), b.fit().heldOut().get()));
      }
      notes.add(
          "It is not known on which text the losses of both were measured: that it is the same is"
              + " taken for granted.");
      return false;
    }
    if (ofA.get().digest().equals(ofB.get().digest()) && ofA.get().tokens() == ofB.get().tokens()) {
      return false;
    }
    if (sameText(a, b) && a.bytesPerToken().isPresent() && b.bytesPerToken().isPresent()) {
      notes.add("The tokenizers differ, so losses are compared in bits per byte.");
      return true;
    }
    throw new UserException(
        ("the losses of %s and %s were measured on different held-out text (digests %.8s and %.8s,"
                + " %d and %d tokens), so they do not compare; give both experiments the same"
                + " heldOut set. Two tokenizers of one text are compared in bits per byte")
            .formatted(
                a.name(),
                b.name(),
                ofA.get().digest(),
                ofB.get().digest(),
                ofA.get().tokens(),
                ofB.get().tokens()));
  }

  /** Whether the corpora that are held out from are the same but for how they are tokenized. */
  private static boolean sameText(MeasuredRecipe a, MeasuredRecipe b) {
    return text(a).equals(text(b));
  }

  /** Settings of the corpora, without what makes tokens of them. */
  private static Map<String, TreeSet<String>> text(MeasuredRecipe recipe) {
    Map<String, TreeSet<String>> settings = recipe.settings();
    settings
        .keySet()
        .removeIf(
            path ->
                !path.startsWith("corpus.") && !path.startsWith("heldOut.")
                    || path.endsWith(".tokens")
                    || Set.of(path.split("\\.")).stream().anyMatch(OF_TOKENS::contains));
    return settings;
  }

  private static Optional<String> differences(MeasuredRecipe a, MeasuredRecipe b) {
    Map<String, TreeSet<String>> ofA = a.settings();
    Map<String, TreeSet<String>> ofB = b.settings();
    Set<String> paths = new TreeSet<>(ofA.keySet());
    paths.addAll(ofB.keySet());
    paths.removeIf(path -> values(ofA, path).equals(values(ofB, path)));
    if (paths.isEmpty()) {
      return Optional.of("Their settings are the same.");
    }
    String more =
        paths.size() > MOST_DIFFERENCES
            ? "; and " + (paths.size() - MOST_DIFFERENCES) + " more"
            : "";
    return Optional.of(
        paths.stream()
            .limit(MOST_DIFFERENCES)
            .map(path -> path + " (" + values(ofA, path) + " | " + values(ofB, path) + ")")
            .collect(Collectors.joining("; ", "They differ in ", more + ".")));
  }

  private static String values(Map<String, TreeSet<String>> settings, String path) {
    TreeSet<String> values = settings.get(path);
    return values == null
        ? "–"
        : values.size() > 3 ? values.size() + " values" + range(values) : String.join(", ", values);
  }

  /** {@code , 0.0036 to 0.046}; empty where they are no numbers. */
  private static String range(TreeSet<String> values) {
    try {
      DoubleSummaryStatistics numbers =
          values.stream().mapToDouble(Double::parseDouble).summaryStatistics();
      return ", %s to %s"
          .formatted(
              Quantity.significant(numbers.getMin(), 2), Quantity.significant(numbers.getMax(), 2));
    } catch (NumberFormatException e) {
      return "";
    }
  }

  private static Optional<String> decay(MeasuredRecipe a, MeasuredRecipe b) {
    TreeSet<String> ofA = a.settings().get(DECAY);
    if (ofA == null || ofA.equals(b.settings().get(DECAY))) {
      return Optional.empty();
    }
    double most = Math.max(a.weightDecay(), b.weightDecay());
    return most >= LEAST_DECAY
        ? Optional.empty()
        : Optional.of(
            ("Weight decay can hardly matter here: learning rate × decay, summed over the steps,"
                    + " reaches %s in any run, and only near 1 does it take much off a weight.")
                .formatted(Quantity.significant(most, 2)));
  }
}
