package kleiber.laws;

import java.util.Arrays;

/**
 * The learning rates of a run from its first step to a moment: η at given steps and linear between
 * them, with η = 0 at step 0. Kept as short pieces, so that a sum over all steps becomes a sum over
 * pieces; no piece changes η by more than a 64th of the highest, which moves a multi-power loss by
 * less than 1e-4.
 */
public final class LearningRates {
  private static final int PIECES_PER_PEAK = 64;

  private final double[] start;
  private final double[] end;
  private final double[] rateAtStart;
  private final double[] rateAtEnd;

  /** Sum of η over the steps before a piece. */
  private final double[] areaBefore;

  private final double until;

  /** How many pieces end at or before {@link #until}. */
  private final int whole;

  private LearningRates(double[][] pieces, double[] areaBefore, double until) {
    this.start = pieces[0];
    this.end = pieces[1];
    this.rateAtStart = pieces[2];
    this.rateAtEnd = pieces[3];
    this.areaBefore = areaBefore;
    this.until = until;
    int found = Arrays.binarySearch(end, until);
    this.whole = found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * The history of a whole run.
   *
   * @param steps ascending and positive
   * @param rates η at each of them, not negative
   */
  public static LearningRates through(double[] steps, double[] rates) {
    if (steps.length == 0 || steps.length != rates.length) {
      throw new IllegalArgumentException(
          steps.length + " steps and " + rates.length + " learning rates; give one for each step");
    }
    double peak = Arrays.stream(rates).max().orElseThrow();
    double[][] pieces = new double[4][count(steps, rates, peak)];
    double[] areaBefore = new double[pieces[0].length];
    double step = 0;
    double rate = 0;
    double area = 0;
    int n = 0;
    for (int i = 0; i < steps.length; i++) {
      if (!(steps[i] > step) || !(rates[i] >= 0)) {
        throw new IllegalArgumentException(
            "steps must ascend from above 0 and learning rates not be negative, but step "
                + steps[i]
                + " with a rate of "
                + rates[i]
                + " follows step "
                + step);
      }
      int parts = parts(rates[i] - rate, peak);
      for (int part = 0; part < parts; part++) {
        double from = (double) part / parts;
        double to = (part + 1.0) / parts;
        pieces[0][n] = step + from * (steps[i] - step);
        pieces[1][n] = part + 1 == parts ? steps[i] : step + to * (steps[i] - step);
        pieces[2][n] = rate + from * (rates[i] - rate);
        pieces[3][n] = rate + to * (rates[i] - rate);
        areaBefore[n] = area;
        area += (pieces[1][n] - pieces[0][n]) * (pieces[2][n] + pieces[3][n]) / 2;
        n++;
      }
      step = steps[i];
      rate = rates[i];
    }
    return new LearningRates(pieces, areaBefore, step);
  }

  /** The same run up to an earlier step. */
  public LearningRates until(double step) {
    if (!(step > 0) || step > end[end.length - 1]) {
      throw new IllegalArgumentException(
          "step " + step + " is not within the history, which ends at " + end[end.length - 1]);
    }
    return new LearningRates(new double[][] {start, end, rateAtStart, rateAtEnd}, areaBefore, step);
  }

  /** The sum of η over all steps. */
  public double area() {
    return whole < end.length ? area(whole, until) : area(whole - 1, until);
  }

  /** Pieces of the history; the last may be cut short by its end. */
  int pieces() {
    return whole < end.length && until > start[whole] ? whole + 1 : whole;
  }

  /** How far η falls over a piece; negative where it rises. */
  double fall(int piece) {
    return rateAtStart[piece] - rate(piece, last(piece));
  }

  /** η in the middle of a piece. */
  double middleRate(int piece) {
    return (rateAtStart[piece] + rate(piece, last(piece))) / 2;
  }

  /** The sum of η over the steps before the middle of a piece. */
  double middleArea(int piece) {
    return area(piece, (start[piece] + last(piece)) / 2);
  }

  /** Steps from the middle of a piece to the end of the history. */
  double stepsSinceMiddle(int piece) {
    return until - (start[piece] + last(piece)) / 2;
  }

  private double last(int piece) {
    return Math.min(until, end[piece]);
  }

  private double rate(int piece, double step) {
    double part = (step - start[piece]) / (end[piece] - start[piece]);
    return rateAtStart[piece] + part * (rateAtEnd[piece] - rateAtStart[piece]);
  }

  private double area(int piece, double step) {
    return areaBefore[piece] + (step - start[piece]) * (rateAtStart[piece] + rate(piece, step)) / 2;
  }

  private static int count(double[] steps, double[] rates, double peak) {
    int count = 0;
    for (int i = 0; i < steps.length; i++) {
      count += parts(rates[i] - (i == 0 ? 0 : rates[i - 1]), peak);
    }
    return count;
  }

  private static int parts(double change, double peak) {
    return peak > 0 ? (int) Math.max(1, Math.ceil(PIECES_PER_PEAK * Math.abs(change) / peak)) : 1;
  }
}
