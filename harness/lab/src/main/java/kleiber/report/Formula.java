package kleiber.report;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Formulas as laws write them in plain text, set for a page. */
final class Formula {
  private static final Map<String, String> GREEK =
      Map.ofEntries(
          Map.entry("alpha", "α"),
          Map.entry("beta", "β"),
          Map.entry("gamma", "γ"),
          Map.entry("delta", "δ"),
          Map.entry("epsilon", "ε"),
          Map.entry("eta", "η"),
          Map.entry("theta", "θ"),
          Map.entry("kappa", "κ"),
          Map.entry("lambda", "λ"),
          Map.entry("mu", "μ"),
          Map.entry("sigma", "σ"),
          Map.entry("tau", "τ"));

  private static final Pattern NAME = Pattern.compile("(?<![A-Za-z])[a-z]+(?![A-Za-z])");

  /** A raised or lowered name, number or bracket. */
  private static final Pattern SHIFTED =
      Pattern.compile("([\\^_])([-−]?(?:[\\p{L}\\d.*]+|\\([^()]*\\)))");

  private Formula() {}

  /** Greek names as letters: {@code alpha} reads α. */
  static String letters(String text) {
    return replace(NAME, text, m -> GREEK.getOrDefault(m.group(), m.group()));
  }

  /** {@code A N^-alpha} with a raised −α. */
  static String html(String formula) {
    String text = Markup.escape(letters(formula));
    return replace(
        SHIFTED,
        text,
        m -> {
          String tag = m.group(1).equals("^") ? "sup" : "sub";
          return "<" + tag + ">" + m.group(2).replace('-', '−') + "</" + tag + ">";
        });
  }

  /** {@link Matcher#replaceAll(Function)}, which a browser's class library does not have. */
  private static String replace(Pattern pattern, String text, Function<Matcher, String> by) {
    StringBuilder replaced = new StringBuilder();
    Matcher matcher = pattern.matcher(text);
    int from = 0;
    while (matcher.find()) {
      replaced.append(text, from, matcher.start()).append(by.apply(matcher));
      from = matcher.end();
    }
    return replaced.append(text, from, text.length()).toString();
  }
}
