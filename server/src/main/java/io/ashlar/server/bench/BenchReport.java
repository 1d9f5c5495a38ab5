package io.ashlar.server.bench;

import io.ashlar.server.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the benchmark says: a line for a person as soon as it is known, and JSON at the end. */
final class BenchReport {
  private final PrintWriter out;
  private final boolean json;
  private final List<Object> measurements = new ArrayList<>();
  private final List<Object> checks = new ArrayList<>();
  private boolean sound = true;

  /**
   * @param json one JSON line at the end, instead of lines for a person
   */
  BenchReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void say(String format, Object... arguments) {
    if (!json) {
      out.println(String.format(Locale.ROOT, format, arguments));
      out.flush();
    }
  }

  void measured(String target, RecordShape shape, ClosedLoop.Measurement m) {
    if (!m.failures().isEmpty() || m.operations() == 0) {
      sound = false;
    }
    say(
        "%-9s %-8s %-18s %5d clients %,12.0f /s   p50 %8.3f  p99 %8.3f  p99.9 %8.3f  max %8.1f ms%s",
        target,
        shape.name(),
        m.name(),
        m.clients(),
        m.perSecond(),
        m.p50Millis(),
        m.p99Millis(),
        m.p999Millis(),
        m.maxMillis(),
        trouble(m));
    measurements.add(
        Json.object()
            .put("target", target)
            .put("record", shape.name())
            .put("keyBytes", shape.keyBytes())
            .put("valueBytes", shape.valueBytes())
            .put("workload", m.name())
            .put("clients", m.clients())
            .put("seconds", m.seconds())
            .put("operations", m.operations())
            .put("perSecond", m.perSecond())
            .put("p50Millis", m.p50Millis())
            .put("p99Millis", m.p99Millis())
            .put("p999Millis", m.p999Millis())
            .put("maxMillis", m.maxMillis())
            .put("failures", m.failures()));
  }

  private static String trouble(ClosedLoop.Measurement m) {
    if (!m.failures().isEmpty()) {
      return "   FAILURES " + m.failures();
    }
    return m.operations() == 0 ? "   NOTHING ENDED IN TIME" : "";
  }

  /** A check of the run itself: without it the figures above mean nothing. */
  void checked(boolean holds, String format, Object... arguments) {
    String text = String.format(Locale.ROOT, format, arguments);
    sound &= holds;
    say("%s %s", holds ? "✓" : "✗ NOT TRUE:", text);
    checks.add(Json.object().put("holds", holds).put("claim", text));
  }

  boolean isSound() {
    return sound;
  }

  void end(Json environment) {
    if (json) {
      out.println(
          Json.object()
              .put("result", sound ? "ok" : "failed")
              .put("environment", environment)
              .put("measurements", measurements)
              .put("checks", checks));
      out.flush();
    }
  }
}
