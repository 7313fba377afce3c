package kleiber.report;

import static kleiber.models.ParameterCount.Convention.ACTIVE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kleiber.experiment.FitPlan;
import kleiber.models.ParameterCount;
import kleiber.observe.Quantity;

/**
 * The one JSON block of a page. Losses that are fitted keep every digit, so that a fit to them is
 * the fit to the logs; what is only drawn keeps five. A number that is not finite is null.
 */
final class PageJson {
  /** Digits of what is drawn and never fitted. */
  private static final int DRAWN = 5;

  /** Digits of a resample's parameter: an interval is read off a thousand of them. */
  private static final int RESAMPLED = 9;

  private final JsonGenerator json;

  private PageJson(JsonGenerator json) {
    this.json = json;
  }

  /** The block, safe between the tags of a script element, in XML too. */
  static String of(PageData data) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      new PageJson(json).page(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().replace("<", "\\u003c").replace("&", "\\u0026");
  }

  private void page(PageData data) throws IOException {
    json.writeStartObject();
    json.writeStringField("heldOut", data.heldOut());
    json.writeStringField("unit", data.unit());
    json.writeNumberField("confidence", data.confidence());
    json.writeNumberField("draws", data.draws());
    json.writeFieldName("objective");
    typed(data.objective());
    json.writeArrayFieldStart("laws");
    for (Object law : data.laws()) {
      typed(law);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("published");
    json.writeStringField("law", data.published().law());
    json.writeStringField("params", data.published().params().name());
    json.writeStringField("flops", data.published().flops().name());
    json.writeNumberField("flopsAbove", data.published().flopsAbove());
    json.writeEndObject();
    meanings(data.runs());
    json.writeArrayFieldStart("runs");
    for (PageRun run : data.runs()) {
      json.writeRaw("\n");
      run(run);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("schedules");
    for (ScheduleShape shape : data.schedules()) {
      json.writeStartObject();
      json.writeStringField("name", shape.name());
      json.writeNumberField("runs", shape.runs());
      array("rates", shape.rates(), 4);
      json.writeEndObject();
    }
    json.writeEndArray();
    if (data.fit().isPresent()) {
      json.writeFieldName("fit");
      fit(data.fit().get());
    }
    json.writeEndObject();
  }

  /** What a reader can choose between, in words. */
  private void meanings(List<PageRun> runs) throws IOException {
    json.writeObjectFieldStart("params");
    for (ParameterCount.Convention params : ParameterCount.Convention.values()) {
      if (params != ACTIVE || runs.stream().anyMatch(PageRun::hasExperts)) {
        json.writeStringField(params.name(), Tables.meaning(params));
      }
    }
    json.writeEndObject();
    json.writeObjectFieldStart("flops");
    for (FitPlan.Flops flops : FitPlan.Flops.values()) {
      json.writeStringField(flops.name(), LawText.meaning(flops));
    }
    json.writeEndObject();
  }

  private void typed(Object value) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", value.getClass().getSimpleName());
    json.writeArrayFieldStart("settings");
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      switch (read(value, component)) {
        case Enum<?> constant -> json.writeString(constant.name());
        case Number number -> number(number.doubleValue(), 17);
        case Object other -> throw new IllegalStateException(value + " is set by a " + other);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Object read(Object value, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private void axes(SortedMap<String, Double> axes) throws IOException {
    json.writeArrayFieldStart("axes");
    for (String name : axes.keySet()) {
      json.writeString(name);
    }
    json.writeEndArray();
    array("places", axes.values().stream().mapToDouble(Double::doubleValue).toArray(), 17);
  }

  private void run(PageRun run) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", run.id());
    json.writeStringField("cluster", run.cluster());
    json.writeStringField("state", run.state().name());
    json.writeNumberField("cell", run.cell());
    json.writeNumberField("learningRate", run.learningRate());
    json.writeNumberField("batch", run.batch());
    array("params", run.params(), 17);
    json.writeNumberField("flopsPerToken", run.flopsPerToken());
    json.writeNumberField("uniqueTokens", run.uniqueTokens());
    axes(new TreeMap<>(run.axes()));
    array("steps", steps(run), 17);
    json.writeArrayFieldStart("losses");
    for (int row = 0; row < run.losses().length; row++) {
      number(run.losses()[row], run.used()[row] ? 17 : DRAWN);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("errors"); // of the rows that are used alone
    for (int row = 0; row < run.errors().length; row++) {
      if (run.used()[row]) {
        number(run.errors()[row], DRAWN);
      }
    }
    json.writeEndArray();
    StringBuilder used = new StringBuilder();
    for (boolean its : run.used()) {
      used.append(its ? 'u' : '-');
    }
    json.writeStringField("used", used.toString());
    json.writeEndObject();
  }

  /** Tokens in batches, which take fewer digits. */
  private static double[] steps(PageRun run) {
    return Arrays.stream(run.tokens()).map(tokens -> tokens / run.batch()).toArray();
  }

  private void fit(PublishedFit fit) throws IOException {
    json.writeStartObject();
    array("theta", fit.theta(), 17);
    json.writeFieldName("cost");
    number(fit.cost(), 17);
    json.writeNumberField("observations", fit.observations());
    json.writeNumberField("starts", fit.starts());
    json.writeNumberField("agreed", fit.agreed());
    json.writeStringField("outcome", fit.outcome().name());
    json.writeStringField("sentence", fit.sentence());
    json.writeArrayFieldStart("thetas");
    for (double[] theta : fit.thetas()) {
      array(theta, RESAMPLED);
    }
    json.writeEndArray();
    if (fit.resampling() != null) {
      json.writeNumberField("noise", fit.noise());
      json.writeNumberField("degreesOfFreedom", fit.degreesOfFreedom());
      json.writeStringField("resampling", fit.resampling().name());
    }
    json.writeEndObject();
  }

  private void array(String name, double[] values, int digits) throws IOException {
    json.writeFieldName(name);
    array(values, digits);
  }

  private void array(double[] values, int digits) throws IOException {
    json.writeStartArray();
    for (double value : values) {
      number(value, digits);
    }
    json.writeEndArray();
  }

  private void number(double value, int digits) throws IOException {
    if (!Double.isFinite(value)) {
      json.writeNull();
    } else if (Math.abs(value) < 1e15 && value == Math.rint(value)) {
      json.writeNumber((long) value);
    } else if (digits >= 17) {
      json.writeNumber(value);
    } else {
      json.writeNumber(Quantity.significant(value, digits));
    }
  }
}
