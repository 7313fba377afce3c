package kleiber.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.data.Corpus;
import kleiber.models.ModelFamily;
import kleiber.models.ParameterCount;
import kleiber.train.TrainingSpec;

/** The settings of one cell of the grid while its rules are applied. */
public final class Cell {
  /**
   * A rule of the file.
   *
   * @param mark where it was written
   */
  record PlacedRule(Rule rule, Mark mark) {
    String name() {
      return rule.getClass().getSimpleName();
    }
  }

  /** The key of the file that the settings stand at, the grid's values among them. */
  private static final String BASE = "base";

  private final String label;
  private final Vocabularies vocabularies;
  private final Map<String, PlacedRule> waiting = new LinkedHashMap<>();
  private final Set<String> busy = new LinkedHashSet<>();
  private Node.Mapping settings;

  /**
   * @param settings the base with the cell's own values
   * @param label what tells this cell from the others
   * @throws UserException when a rule sets what the file or another rule gives
   */
  Cell(Node.Mapping settings, String label, List<PlacedRule> rules, Vocabularies vocabularies) {
    this.settings = settings;
    this.vocabularies = vocabularies;
    this.label = label;
    // Before a rule asks for a key and finds it missing because it is misspelt.
    Binder.refuseUnknownKeys(settings, TrainingSpec.class, BASE, Set.of());
    for (PlacedRule placed : rules) {
      String path = placed.rule().sets();
      Optional<Node> given = Trees.get(settings, path);
      if (given.isPresent()) {
        String sentence = " sets " + path + ", which is also given at " + given.get().mark();
        throw placed.mark().error(placed.name() + sentence + "; leave one of them out");
      }
      PlacedRule other = waiting.putIfAbsent(path, placed);
      if (other != null) {
        String sentence = " sets " + path + ", and so does " + other.name() + " at " + other.mark();
        throw placed.mark().error(placed.name() + sentence + "; leave one of them out");
      }
    }
  }

  /** What tells this cell from the others, such as {@code model.width=16, tokens=1e5}. */
  String label() {
    return label;
  }

  /**
   * A setting, after the rules that give it or a part of it.
   *
   * @param path dotted, such as {@code optimizer.learningRate}
   * @throws UserException when it is not there or not of that type
   */
  public <T> T get(String path, Class<T> type) {
    for (String ruled : List.copyOf(waiting.keySet())) {
      if ((ruled + ".").startsWith(path + ".") || (path + ".").startsWith(ruled + ".")) {
        apply(ruled);
      }
    }
    Node node =
        Trees.get(settings, path)
            .orElseThrow(() -> settings.mark().error(path + " is missing" + context()));
    return Binder.settings(BASE, context()).bind(node, type, path);
  }

  /**
   * Parameters of the cell's model.
   *
   * @throws kleiber.data.CorpusException when the corpus's vocabulary cannot be found
   */
  public ParameterCount parameters() throws IOException {
    ModelFamily model = get("model", ModelFamily.class);
    int vocabulary = vocabularies.of(get("corpus", Corpus.class));
    return model.count(vocabulary, get("context", Integer.class));
  }

  /** The spec, all rules applied. */
  TrainingSpec spec() {
    List.copyOf(waiting.keySet()).forEach(this::apply);
    return Binder.settings(BASE, context()).bind(settings, TrainingSpec.class);
  }

  private void apply(String path) {
    PlacedRule placed = waiting.get(path);
    if (placed == null) {
      return;
    }
    if (!busy.add(path)) {
      String circle = Names.and(new ArrayList<>(busy));
      throw placed.mark().error("the rules for " + circle + " wait for one another");
    }
    double value = value(placed);
    Node node = new Node.Scalar(Json.shortest(value), false, placed.mark());
    settings = Trees.set(settings, path, new Node.Entry(placed.mark(), node));
    waiting.remove(path);
    busy.remove(path);
  }

  private double value(PlacedRule placed) {
    try {
      double value = placed.rule().value(this);
      if (Double.isFinite(value)) {
        return value;
      }
      throw placed.mark().error(placed.name() + " gives " + value + context());
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new UserException(
          placed.mark() + ": " + placed.name() + ": " + e.getMessage() + context(), e);
    }
  }

  private String context() {
    return label.isEmpty() ? "" : " (in the cell " + label + ")";
  }
}
