package kleiber.page;

import org.teavm.jso.JSObject;
import org.teavm.jso.JSProperty;

/** The JSON block of a page, as {@code kleiber.report.PageJson} writes it. */
interface PageObject extends JSObject {
  @JSProperty
  String getHeldOut();

  @JSProperty
  String getUnit();

  @JSProperty
  double getConfidence();

  @JSProperty
  int getDraws();

  @JSProperty
  Typed getObjective();

  @JSProperty
  Typed[] getLaws();

  @JSProperty
  ChoiceObject getPublished();

  @JSProperty
  RunObject[] getRuns();

  @JSProperty
  ShapeObject[] getSchedules();

  /** Undefined where nothing was fitted. */
  @JSProperty
  FitObject getFit();

  /** A record of a package that is its own registry. */
  interface Typed extends JSObject {
    @JSProperty
    String getType();

    /** Its components in their order: numbers, or names of constants. */
    @JSProperty
    JSObject[] getSettings();
  }

  /** What a reader can change. */
  interface ChoiceObject extends JSObject {
    @JSProperty
    String getLaw();

    @JSProperty
    String getParams();

    @JSProperty
    String getFlops();

    @JSProperty
    double getFlopsAbove();
  }

  /** A run. */
  interface RunObject extends JSObject {
    @JSProperty
    String getId();

    @JSProperty
    String getCluster();

    @JSProperty
    String getState();

    @JSProperty
    int getCell();

    @JSProperty
    double getLearningRate();

    @JSProperty
    double getBatch();

    @JSProperty
    double[] getParams();

    @JSProperty
    double getFlopsPerToken();

    @JSProperty
    double getUniqueTokens();

    /** Further axes of scale. */
    @JSProperty
    String[] getAxes();

    /** Where the run lies on each of them. */
    @JSProperty
    double[] getPlaces();

    /** D in batches. */
    @JSProperty
    double[] getSteps();

    @JSProperty
    double[] getLosses();

    /** Of the rows that are used. */
    @JSProperty
    double[] getErrors();

    /** A letter for each row: u where it is used. */
    @JSProperty
    String getUsed();
  }

  /** A learning-rate schedule. */
  interface ShapeObject extends JSObject {
    @JSProperty
    String getName();

    @JSProperty
    int getRuns();

    @JSProperty
    double[] getRates();
  }

  /** The published fit. */
  interface FitObject extends JSObject {
    @JSProperty
    double[] getTheta();

    @JSProperty
    double getCost();

    @JSProperty
    int getObservations();

    @JSProperty
    int getStarts();

    @JSProperty
    int getAgreed();

    @JSProperty
    String getOutcome();

    @JSProperty
    String getSentence();

    /** Empty without resamples. */
    @JSProperty
    double[][] getThetas();

    @JSProperty
    double getNoise();

    @JSProperty
    double getDegreesOfFreedom();

    @JSProperty
    String getResampling();
  }
}
