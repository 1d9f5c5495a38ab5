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
  private final boolean terminal;
  private final List<Object> measurements = new ArrayList<>();
  private final List<Object> idCosts = new ArrayList<>();
  private final List<Object> levelGains = new ArrayList<>();
  private final List<Object> checks = new ArrayList<>();
  private boolean sound = true;

  /**
   * @param json one JSON line at the end, instead of lines for a person
   */
  BenchReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
    this.terminal = Boolean.getBoolean("ashlar.terminal");
  }

  /** Shows how far something is. */
  Progress progress(String what, long total) {
    return new Progress(json ? null : out, terminal, what, total);
  }

  /** What waits to be measured, on a terminal, until {@link #measured} takes its place. */
  void measuring(Target target, String name, int clients) {
    if (!json && terminal) {
      out.print(target.label() + ": " + name + ", " + clients + " clients …\r");
      out.flush();
    }
  }

  void say(String format, Object... arguments) {
    if (!json) {
      out.println(String.format(Locale.ROOT, format, arguments));
      out.flush();
    }
  }

  /**
   * @param readsEach point reads of one operation
   * @param synced what the log did meanwhile
   */
  void measured(
      Target target, RecordShape shape, ClosedLoop.Measurement m, int readsEach, Synced synced) {
    if (!m.failures().isEmpty() || m.operations() == 0) {
      sound = false;
    }
    say(
        "%-9s %-8s %-18s %5d clients %,12.0f /s   p50 %8.3f  p99 %8.3f  p99.9 %8.3f  max %8.1f ms"
            + "%s%s%s",
        target.label(),
        shape.label(),
        m.name(),
        m.clients(),
        m.perSecond(),
        m.p50Millis(),
        m.p99Millis(),
        m.p999Millis(),
        m.maxMillis(),
        readsEach > 1 ? String.format(Locale.ROOT, "   = %,.0f reads/s", reads(m, readsEach)) : "",
        synced.text(),
        trouble(m));
    measurements.add(
        Json.object()
            .put("target", target.label())
            .put("record", shape.label())
            .put("keyBytes", shape.keyBytes())
            .put("valueBytes", shape.valueBytes())
            .put("workload", m.name())
            .put("clients", m.clients())
            .put("seconds", m.seconds())
            .put("operations", m.operations())
            .put("perSecond", m.perSecond())
            .put("readsEach", readsEach)
            .put("commits", synced.commits())
            .put("syncs", synced.syncs())
            .put("commitsPerSync", synced.commitsPerSync())
            .put("p50Millis", m.p50Millis())
            .put("p99Millis", m.p99Millis())
            .put("p999Millis", m.p999Millis())
            .put("maxMillis", m.maxMillis())
            .put("failures", m.failures()));
  }

  /** What idempotency ids cost. */
  void measured(Target target, RecordShape shape, IdCost.Result ids) {
    sound &= ids.failures() == 0;
    String trouble = ids.failures() == 0 ? "" : "   FAILURES " + ids.failures();
    say("%-9s %-8s %s%s", target.label(), shape.label(), ids.text(), trouble);
    idCosts.add(
        Json.object()
            .put("target", target.label())
            .put("record", shape.label())
            .put("clients", ids.clients())
            .put("rateRatio", ids.rate().median())
            .put("cpuRatio", ids.cpu().median())
            .put("perSecondWithIds", ids.perSecondWith())
            .put("perSecondWithout", ids.perSecondWithout())
            .put("logBytesWithIds", ids.bytesWith())
            .put("logBytesWithout", ids.bytesWithout())
            .put("failures", ids.failures()));
  }

  /** What weaker levels of consistency save. */
  void measured(Target target, RecordShape shape, LevelGain.Result levels) {
    sound &= levels.failures() == 0;
    String trouble = levels.failures() == 0 ? "" : "   FAILURES " + levels.failures();
    say("%-9s %-8s %s%s", target.label(), shape.label(), levels.text(), trouble);
    for (LevelGain.Level level : levels.levels()) {
      levelGains.add(
          Json.object()
              .put("target", target.label())
              .put("record", shape.label())
              .put("clients", levels.clients())
              .put("consistency", level.consistency().name())
              .put("perSecond", level.perSecond())
              .put("p50Millis", level.p50Millis())
              .put("p99Millis", level.p99Millis())
              .put("failures", levels.failures()));
    }
  }

  private static double reads(ClosedLoop.Measurement m, int readsEach) {
    return m.perSecond() * readsEach;
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
              .put("idempotencyIds", idCosts)
              .put("levels", levelGains)
              .put("checks", checks));
      out.flush();
    }
  }
}
