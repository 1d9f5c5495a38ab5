package io.ashlar.simulation.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is kept of one process, through all its lives. */
final class Lane {
  private static final String ALIVE = "alive";

  final String process;
  final List<Span> lives = new ArrayList<>();
  final List<Span> pauses = new ArrayList<>();

  /** By the name of the role. */
  final Map<String, List<Span>> roles = new TreeMap<>();

  /** Roles that run, by their endpoint. */
  private final Map<String, Span> running = new TreeMap<>();

  private long[] messages = new long[64];
  private String death;
  private Span life;

  Lane(String process) {
    this.process = process;
  }

  void booted(long nanos, int incarnation) {
    life = new Span(nanos, nanos, ALIVE, "boot " + incarnation + " of the whole run");
  }

  boolean hasLived() {
    return life != null || !lives.isEmpty();
  }

  /** It is about to die by itself. */
  void stops(String cause) {
    death = cause;
  }

  void died(long nanos, boolean powerLost) {
    if (life == null) {
      return;
    }
    String how =
        death != null
            ? "stopped itself: " + death
            : powerLost ? "killed, its machine lost power" : "killed";
    String kind = death != null ? "broken" : powerLost ? "power" : "killed";
    lives.add(new Span(life.fromNanos(), nanos, kind, life.text() + "; " + how));
    life = null;
    death = null;
    endRoles(nanos);
    if (!pauses.isEmpty()) {
      Span pause = pauses.get(pauses.size() - 1);
      if (pause.toNanos() > nanos) {
        pauses.set(pauses.size() - 1, pause.until(nanos));
      }
    }
  }

  void paused(long nanos, long untilNanos) {
    pauses.add(
        new Span(
            nanos, untilNanos, "paused", "stands still for " + Words.duration(untilNanos - nanos)));
  }

  void roleStarted(long nanos, String role, String endpoint) {
    running.put(endpoint, new Span(nanos, nanos, role, ""));
  }

  /** Tells more of the role of that name that started last, such as its epoch. */
  void roleIs(String role, String what) {
    String newest = null;
    for (Map.Entry<String, Span> entry : running.entrySet()) {
      Span span = entry.getValue();
      boolean isUnknown = span.kind().equals(role) && span.text().isEmpty();
      if (isUnknown && (newest == null || span.fromNanos() >= running.get(newest).fromNanos())) {
        newest = entry.getKey();
      }
    }
    if (newest != null) {
      Span span = running.get(newest);
      running.put(newest, new Span(span.fromNanos(), span.toNanos(), role, what));
    }
  }

  void roleStopped(long nanos, String endpoint) {
    Span span = running.remove(endpoint);
    if (span != null) {
      roles.computeIfAbsent(span.kind(), absent -> new ArrayList<>()).add(span.until(nanos));
    }
  }

  private void endRoles(long nanos) {
    for (String endpoint : List.copyOf(running.keySet())) {
      roleStopped(nanos, endpoint);
    }
  }

  /** A message came in that part of the run. */
  void received(int bucket) {
    if (bucket >= messages.length) {
      messages = Arrays.copyOf(messages, Math.max(bucket + 1, 2 * messages.length));
    }
    messages[bucket]++;
  }

  /** Messages that came in each of {@code count} parts of the run. */
  long[] messages(int count) {
    return Arrays.copyOf(messages, count);
  }

  /** The run has ended. */
  void end(long nanos) {
    if (life != null) {
      lives.add(life.until(nanos));
      life = null;
    }
    endRoles(nanos);
    for (List<Span> spans : roles.values()) {
      spans.sort((a, b) -> Long.compare(a.fromNanos(), b.fromNanos()));
    }
    for (int i = 0; i < pauses.size(); i++) {
      if (pauses.get(i).toNanos() > nanos) {
        pauses.set(i, pauses.get(i).until(nanos));
      }
    }
  }
}
