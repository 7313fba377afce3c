package kleiber.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several parts of a grid, each for a process that may be on another machine. The parts
 * depend on the experiment alone, not on what is done, so processes that start at different times
 * agree on them; what makes good cohorts stays together.
 *
 * @param index from 0
 * @param count of the parts
 */
public record Shard(int index, int count) {
  /** All of it. */
  public static final Shard WHOLE = new Shard(0, 1);

  private static final Pattern WORD = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  public Shard {
    if (count < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "shard is %d/%d but must be %s"
              .formatted(
                  index,
                  count,
                  count < 1
                      ? "i/n with n at least 1, such as 0/8"
                      : "0/%1$d to %2$d/%1$d: parts count from 0".formatted(count, count - 1)));
    }
  }

  /** The shard that a word such as {@code 2/8} means. */
  public static Shard parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "shard is '" + word + "' but must be i/n with i from 0 to n-1, such as 0/8");
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether there are others. */
  public boolean isPart() {
    return count > 1;
  }

  /** The cohorts of this part: each, the largest first, goes to the part with the least so far. */
  <T> List<T> of(List<T> cohorts, ToDoubleFunction<T> flops) {
    double[] loads = new double[count];
    List<T> mine = new ArrayList<>();
    for (T cohort :
        cohorts.stream().sorted(Comparator.comparingDouble(flops).reversed()).toList()) {
      int least = 0;
      for (int part = 1; part < count; part++) {
        if (loads[part] < loads[least]) {
          least = part;
        }
      }
      loads[least] += flops.applyAsDouble(cohort);
      if (least == index) {
        mine.add(cohort);
      }
    }
    return mine;
  }
}
