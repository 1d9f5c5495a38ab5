package io.ashlar.control;

import io.ashlar.core.Bytes;
import java.util.TreeMap;

/**
 * How many shards move at once. What a move costs others is mostly the bytes that are fetched, and
 * those nobody knows before; but a newcomer fetches piece by piece, so that the time its moves take
 * tells how much that is. While they take no longer than small shards do, more may move at once, up
 * to some times as many as at first; when one takes longer, fewer. Pure; time is given.
 */
final class MovePace {
  /** So many times as many as at first move at once at most. */
  static final int TIMES_MAX = 4;

  /**
   * A move of a small shard takes a window of versions, until what was fetched is stored, and a few
   * rounds.
   */
  static final long QUICK_NANOS = 12_000_000_000L;

  private final int first;
  private int now;

  /** When each that moves began to, by the begin of its range. */
  private final TreeMap<Bytes, Long> begun = new TreeMap<>();

  MovePace(int first) {
    this.first = first;
    this.now = first;
  }

  /** So many may move at once. */
  int movingMax() {
    return now;
  }

  /** What of a plan has been committed. */
  void committed(MovePlan.Outcome outcome, long nowNanos) {
    boolean isQuick = false;
    boolean isSlow = false;
    for (MovePlan.Step step : outcome.steps()) {
      Bytes at = step.range().begin();
      if (step.kind() == MovePlan.Kind.START) {
        begun.put(at, nowNanos);
        continue;
      }
      Long began = begun.remove(at);
      if (began != null && step.kind() == MovePlan.Kind.FINISH) {
        isSlow |= nowNanos - began > QUICK_NANOS;
        isQuick |= nowNanos - began <= QUICK_NANOS;
      }
    }
    if (isSlow) {
      now = Math.max(Math.max(1, first / TIMES_MAX), now / 2);
    } else if (isQuick) {
      now = Math.min(TIMES_MAX * first, 2 * now);
    }
  }
}
