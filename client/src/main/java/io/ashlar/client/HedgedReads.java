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

  private record Waiting(long dueNanos, long order, Request request) {}

  private final Host host;
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Waiting::dueNanos).thenComparingLong(Waiting::order));
  private Timers.Timer timer;
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
    waiting.add(new Waiting(host.clock().nowNanos() + delay, order++, request));
    arm();
  }

  private void arm() {
    // With a timer for each request there would be as many as reads; one that comes too late by the
    // difference of two servers' measures does no harm.
    while (!waiting.isEmpty() && waiting.peek().request.isOver()) {
      waiting.poll();
    }
    if (timer == null && !waiting.isEmpty()) {
      long delay = Math.max(0, waiting.peek().dueNanos - host.clock().nowNanos());
      timer = host.timers().schedule(delay, this::onDue);
    }
  }

  private void onDue() {
    timer = null;
    long now = host.clock().nowNanos();
    while (!waiting.isEmpty() && waiting.peek().dueNanos - now <= 0) {
      Request request = waiting.poll().request;
      if (request.isOver()) {
        continue;
      }
      if (saved < ONE) {
        host.probes().hit("client.hedges-used-up");
      } else if (request.hedge()) {
        saved -= ONE;
      }
    }
    arm();
  }
}
