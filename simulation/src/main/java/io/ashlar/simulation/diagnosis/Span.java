package io.ashlar.simulation.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Something that went on for a while.
 *
 * @param fromNanos virtual time
 * @param toNanos not before it; the same for what took no time
 * @param kind what it is drawn as
 * @param text for people
 * @param count how many of them this stands for
 */
record Span(long fromNanos, long toNanos, String kind, String text, int count) {
  Span(long fromNanos, long toNanos, String kind, String text) {
    this(fromNanos, toNanos, kind, text, 1);
  }

  Span until(long nanos) {
    return new Span(fromNanos, Math.max(fromNanos, nanos), kind, text, count);
  }

  private Span and(Span next) {
    int together = count + next.count;
    return new Span(
        fromNanos,
        Math.max(toNanos, next.toNanos),
        kind.equals(next.kind) ? kind : "several",
        together + " one after the other",
        together);
  }

  /**
   * The same with no more than {@code countMax} spans: those with the smallest gaps between them
   * are told as one.
   *
   * @param spans in the order of their beginnings
   */
  static List<Span> bounded(List<Span> spans, int countMax) {
    int tooMany = spans.size() - countMax;
    if (tooMany <= 0) {
      return List.copyOf(spans);
    }
    long[] gaps = new long[spans.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = spans.get(i + 1).fromNanos - spans.get(i).toNanos;
    }
    long[] sorted = gaps.clone();
    Arrays.sort(sorted);
    long largestMerged = sorted[tooMany - 1];
    List<Span> fewer = new ArrayList<>();
    int merged = 0;
    Span last = spans.get(0);
    for (int i = 0; i < gaps.length; i++) {
      Span next = spans.get(i + 1);
      if (gaps[i] <= largestMerged && merged < tooMany) {
        merged++;
        last = last.and(next);
      } else {
        fewer.add(last);
        last = next;
      }
    }
    fewer.add(last);
    return fewer;
  }
}
