package kleiber.estimate;

/** Whether the optimum of a fitted parabola or bowl means anything. */
public enum Vertex {
  /** It is a minimum, and there are runs on all sides of it. */
  INSIDE,
  /** The surface does not curve upward: its stationary point is no minimum. */
  CONCAVE,
  /** It lies outside what was tried. */
  EDGE,
  /**
   * It lies inside, but too few runs hold it there: a single one on one side of a parabola, or no
   * more runs than a bowl has coefficients.
   */
  OPEN
}
