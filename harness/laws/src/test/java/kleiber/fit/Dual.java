package kleiber.fit;

/**
 * A number with its derivatives by the parameters of a model, so that a model is written once.
 *
 * @param d derivatives
 */
record Dual(double value, double[] d) {
  static Dual parameter(double value, int index, int size) {
    double[] d = new double[size];
    d[index] = 1;
    return new Dual(value, d);
  }

  private Dual join(double result, double mine, Dual other, double theirs) {
    double[] joint = new double[d.length];
    for (int j = 0; j < joint.length; j++) {
      joint[j] = mine * d[j] + theirs * other.d[j];
    }
    return new Dual(result, joint);
  }

  private Dual chain(double result, double slope) {
    return join(result, slope, this, 0);
  }

  Dual plus(Dual other) {
    return join(value + other.value, 1, other, 1);
  }

  Dual plus(double other) {
    return chain(value + other, 1);
  }

  Dual minus(Dual other) {
    return join(value - other.value, 1, other, -1);
  }

  Dual times(Dual other) {
    return join(value * other.value, other.value, other, value);
  }

  Dual times(double factor) {
    return chain(value * factor, factor);
  }

  Dual over(Dual other) {
    double quotient = value / other.value;
    return join(quotient, 1 / other.value, other, -quotient / other.value);
  }

  Dual exp() {
    return chain(Math.exp(value), Math.exp(value));
  }

  Dual pow(double power) {
    return chain(Math.pow(value, power), power * Math.pow(value, power - 1));
  }

  Dual atan() {
    return chain(Math.atan(value), 1 / (1 + value * value));
  }
}
