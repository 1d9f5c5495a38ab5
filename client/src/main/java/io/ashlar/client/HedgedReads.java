package io.ashlar.client;

import io.ashlar.host.Host;
import io.ashlar.host.Timers;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Has another replica asked when a storage server is slow to answer: slower than it is in nineteen
 * cases of twenty. Bounded, because a cluster that is slow as a whole must not get twice the work:
 * in the long run one request in eight is sent a second time.
 */
final class HedgedReads {
  /** A request that may be sent a second time. */
  interface Request {
    /** Whether nobody waits for its answer any more. */
    boolean isOver();

    /** Sends the same to another server, if there is one; whether it has. */
    boolean hedge();
  }

  /** What each request adds to what may be sent a second time, of one. */
  private static final int ONE = 8;

  private static final int SAVED_MAX = 16 * ONE;

  /** When a second server could not be asked, that is tried again after a growing time. */
  private static final long AGAIN_MIN_NANOS = 5_000_000;

  private static final long AGAIN_MAX_NANOS = 500_000_000;

  private record Waiting(long dueNanos, long order, long delayNanos, Request request) {}

  private final Host host;
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Waiting::dueNanos).thenComparingLong(Waiting::order));
  private Timers.Timer timer;
  private long timerDueNanos;
  private long order;
  private int saved = SAVED_MAX / 2;

  HedgedReads(Host host) {
    this.host = host;
  }

  /** A request was sent, and its shard has other replicas. */
  void sent(StorageServer server, Request request) {
    saved = Math.min(SAVED_MAX, saved + 1);
    boolean atOnce = host.faults().at("client.hedge-at-once");
    long delay = atOnce ? 0 : server.slowNanos();
    await(delay, request);
    arm();
  }

  private void await(long delayNanos, Request request) {
    long dueNanos = host.clock().nowNanos() + delayNanos;
    waiting.add(new Waiting(dueNanos, order++, delayNanos, request));
  }

  private void arm() {
    // With a timer for each request there would be as many as reads: there is one for the first.
    while (!waiting.isEmpty() && waiting.peek().request.isOver()) {
      waiting.poll();
    }
    if (waiting.isEmpty()) {
      return;
    }
    long dueNanos = waiting.peek().dueNanos;
    if (timer != null && dueNanos - timerDueNanos < 0) {
      // A server that is usually fast must not wait for the time of one that is not.
      timer.cancel();
      timer = null;
    }
    if (timer == null) {
      timerDueNanos = dueNanos;
      long delay = Math.max(0, dueNanos - host.clock().nowNanos());
      timer = host.timers().schedule(delay, this::onDue);
    }
  }

  private void onDue() {
    timer = null;
    long now = host.clock().nowNanos();
    while (!waiting.isEmpty() && waiting.peek().dueNanos - now <= 0) {
      Waiting late = waiting.poll();
      if (late.request.isOver()) {
        continue;
      }
      boolean mayHedge = saved >= ONE;
      if (!mayHedge) {
        host.probes().hit("client.hedges-used-up");
      }
      if (mayHedge && late.request.hedge()) {
        saved -= ONE;
      } else {
        // Others' answers make room for it; else it would wait for the timeout of its request.
        long again = Math.min(AGAIN_MAX_NANOS, 2 * late.delayNanos);
        await(Math.max(AGAIN_MIN_NANOS, again), late.request);
      }
    }
    arm();
  }
}
