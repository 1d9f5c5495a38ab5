package io.ashlar.simulation.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The course of a run as one page, which needs no other file and no network. However long the run
 * was, the page stays below a few hundred kilobytes: what comes too thick is told together.
 */
public final class Timeline {
  private static final String DATA = "@DATA@";
  private static final long MICRO = 1_000;
  private static final int LANES_MAX = 60;
  private static final int SPANS_PER_ROW_MAX = 250;
  private static final int ROLE_SPANS_MAX = 80;
  private static final int MOMENTS_FIRST = 100;
  private static final int MOMENTS_LAST = 500;
  private static final int LINES_MAX = 200;
  private static final int LINE_CHARACTERS_MAX = 400;
  private static final int BUCKETS_MAX = 400;

  private final Recording recording;

  private Timeline(Recording recording) {
    this.recording = recording;
  }

  /**
   * The page of a run that has ended.
   *
   * @param recording after {@link Recording#end}
   */
  public static String page(RunReport report, Recording recording) {
    String data = JsonText.of(new Timeline(recording).data(report));
    return template().replace(DATA, data);
  }

  private static String template() {
    try (InputStream template = Timeline.class.getResourceAsStream("timeline.html")) {
      return new String(template.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> data(RunReport report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("title", report.title());
    data.put("verdict", report.verdict());
    data.put("passed", report.passed());
    data.put("failure", report.failure());
    data.put("replay", report.replay());
    data.put("facts", report.facts());
    data.put("counts", report.faults());
    data.put("plan", report.plan());
    data.put("lastEvents", lastEvents(report.lastEvents()));
    data.put("end", micros(recording.endNanos()));
    data.put("phases", spans(recording.phases(), SPANS_PER_ROW_MAX));
    data.put("epochs", spans(recording.epochs(), SPANS_PER_ROW_MAX));
    data.put("recoveries", spans(recording.recoveries(), 2 * SPANS_PER_ROW_MAX));
    Map<String, Object> faults = new LinkedHashMap<>();
    recording.faults().forEach((kind, spans) -> faults.put(kind, spans(spans, SPANS_PER_ROW_MAX)));
    data.put("faults", faults);
    addBuckets(data);
    List<Moment> moments = recording.moments();
    int leftOut = Math.max(0, moments.size() - MOMENTS_FIRST - MOMENTS_LAST);
    data.put("momentsLeftOut", leftOut + recording.momentsLeftOut());
    data.put("momentsBefore", leftOut == 0 ? moments.size() : MOMENTS_FIRST);
    data.put("moments", moments(moments, leftOut));
    return data;
  }

  /** All processes, and what is told for parts of equal length. */
  private void addBuckets(Map<String, Object> data) {
    int kept = (int) (recording.endNanos() / Recording.BUCKET_NANOS) + 1;
    int together = (kept + BUCKETS_MAX - 1) / BUCKETS_MAX;
    int buckets = (kept + together - 1) / together;
    data.put("bucket", micros(Recording.BUCKET_NANOS * together));
    List<Object> lanes = new ArrayList<>();
    for (Lane lane : recording.lanes().values()) {
      if (lanes.size() < LANES_MAX) {
        lanes.add(lane(lane, kept, together, buckets));
      }
    }
    data.put("lanes", lanes);
    data.put("lanesLeftOut", Math.max(0, recording.lanes().size() - LANES_MAX));
    List<Object> committed = new ArrayList<>();
    List<Object> conflicts = new ArrayList<>();
    List<Object> unknown = new ArrayList<>();
    List<Recording.Counts> samples = recording.samples();
    for (int i = 0; i < buckets; i++) {
      Recording.Counts first = samples.get(Math.min(i * together, samples.size() - 1));
      Recording.Counts last = samples.get(Math.min((i + 1) * together, samples.size() - 1));
      committed.add(last.committed() - first.committed());
      conflicts.add(last.conflicts() - first.conflicts());
      unknown.add(last.unknown() - first.unknown());
    }
    data.put("committed", committed);
    data.put("conflicts", conflicts);
    data.put("unknown", unknown);
  }

  private static Map<String, Object> lane(Lane lane, int kept, int together, int buckets) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("process", lane.process);
    told.put("lives", spans(lane.lives, SPANS_PER_ROW_MAX));
    told.put("pauses", spans(lane.pauses, SPANS_PER_ROW_MAX));
    Map<String, Object> roles = new LinkedHashMap<>();
    lane.roles.forEach((role, spans) -> roles.put(role, spans(spans, ROLE_SPANS_MAX)));
    told.put("roles", roles);
    long[] messages = lane.messages(kept);
    List<Object> sums = new ArrayList<>();
    for (int i = 0; i < buckets; i++) {
      long sum = 0;
      for (int j = i * together; j < Math.min(kept, (i + 1) * together); j++) {
        sum += messages[j];
      }
      sums.add(sum);
    }
    told.put("messages", sums);
    return told;
  }

  /** Each as its beginning, end, kind and text. */
  private static List<Object> spans(List<Span> spans, int countMax) {
    List<Object> told = new ArrayList<>();
    for (Span span : Span.bounded(spans, countMax)) {
      told.add(
          List.of(
              micros(span.fromNanos()),
              micros(span.toNanos()),
              span.kind(),
              cut(span.text()),
              span.count()));
    }
    return told;
  }

  private static List<Object> moments(List<Moment> moments, int leftOut) {
    List<Object> told = new ArrayList<>();
    for (int i = 0; i < moments.size(); i++) {
      if (leftOut == 0 || i < MOMENTS_FIRST || i >= MOMENTS_FIRST + leftOut) {
        Moment moment = moments.get(i);
        told.add(List.of(micros(moment.nanos()), moment.kind(), cut(moment.text())));
      }
    }
    return told;
  }

  private static List<String> lastEvents(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size()).stream()
        .map(Timeline::cut)
        .toList();
  }

  private static String cut(String text) {
    return text.length() <= LINE_CHARACTERS_MAX
        ? text
        : text.substring(0, LINE_CHARACTERS_MAX) + "…";
  }

  private static long micros(long nanos) {
    return nanos / MICRO;
  }
}
