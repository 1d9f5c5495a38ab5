package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Backoff;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.ReadVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * Fetches read versions: all sessions that ask within a batch of events share one request, so the
 * version is as large as anything acknowledged before any of them asked. Repeats what failed, which
 * only makes the version larger.
 */
final class VersionRequests {
  private static final long RETRY_MIN_NANOS = 5_000_000;
  private static final long RETRY_MAX_NANOS = 500_000_000;

  /** Requests under way of one kind; who asks beyond that waits and shares the next. */
  private static final int IN_FLIGHT_MAX = 8;

  /** How old a version may be that only has to lie in the window, for writes without reads. */
  private static final long RECENT_NANOS = 500_000_000;

  private final ClientRole role;
  private final Host host;
  private final KnownCommitted known;
  private final long timeoutNanos;
  private final Queue strict = new Queue(false);
  private final Queue risky = new Queue(true);
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);
  private int nextProxy;
  private boolean waiting;
  private long recentVersion = -1;
  private long recentNanos;

  private static final class Queue {
    final boolean causalReadRisky;
    List<Session> sessions = new ArrayList<>();
    final List<Batch> inFlight = new ArrayList<>();

    Queue(boolean causalReadRisky) {
      this.causalReadRisky = causalReadRisky;
    }
  }

  VersionRequests(ClientRole role, Host host, KnownCommitted known, long timeoutNanos) {
    this.role = role;
    this.host = host;
    this.known = known;
    this.timeoutNanos = timeoutNanos;
  }

  /** Asks for the session's version, from {@link #flush} on. */
  void ask(Session session) {
    (session.isCausalReadRisky() ? risky : strict).sessions.add(session);
  }

  /** A version of this epoch that is at most half a second old, or −1. */
  long recentVersion() {
    return recentVersion >= 0 && host.clock().nowNanos() - recentNanos <= RECENT_NANOS
        ? recentVersion
        : -1;
  }

  /** The highest version of which this client knows that it was committed, or −1. */
  long highestVersion() {
    return known.highest();
  }

  /** A version of the present epoch became known. */
  void noteVersion(long version) {
    known.noteLive(version);
    if (version > recentVersion) {
      recentVersion = version;
      recentNanos = host.clock().nowNanos();
    }
  }

  /** No version known so far is good for writes any more. */
  void forgetRecent() {
    recentVersion = -1;
  }

  void onNewView(boolean newEpoch) {
    if (newEpoch) {
      forgetRecent();
      askAgain(strict);
      askAgain(risky);
    }
    waiting = false;
    backoff.reset();
  }

  /** A proxy of an epoch that is over answers nobody. */
  private void askAgain(Queue queue) {
    for (Batch batch : queue.inFlight) {
      host.probes().hit("client.read-version-asked-in-the-next-epoch");
      queue.sessions.addAll(batch.giveUp());
    }
    queue.inFlight.clear();
  }

  /** At the end of a batch: sends what was asked for. */
  void flush() {
    flush(strict);
    flush(risky);
  }

  private void flush(Queue queue) {
    ClusterView view = role.view();
    if (queue.sessions.isEmpty() || view == null || waiting) {
      return;
    }
    if (queue.inFlight.size() >= IN_FLIGHT_MAX) {
      host.probes().hit("client.version-requests-full");
      return;
    }
    List<Address> proxies = view.readVersionProxies();
    if (proxies.isEmpty()) {
      waitBeforeRetry();
      return;
    }
    Batch batch = new Batch(queue, queue.sessions, view.epoch());
    queue.sessions = new ArrayList<>();
    queue.inFlight.add(batch);
    Address proxy = proxies.get(Math.floorMod(nextProxy++, proxies.size()));
    GetReadVersion request = new GetReadVersion(queue.causalReadRisky);
    host.network().request(proxy, request, ReadVersion.class, timeoutNanos, batch);
  }

  private void waitBeforeRetry() {
    if (!waiting) {
      waiting = true;
      host.timers().schedule(backoff.nextDelayNanos(host.random()), () -> waiting = false);
    }
  }

  private final class Batch implements ReplyHandler<ReadVersion> {
    private final Queue queue;
    private final List<Session> sessions;
    private final long epoch;
    private boolean givenUp;

    Batch(Queue queue, List<Session> sessions, long epoch) {
      this.queue = queue;
      this.sessions = sessions;
      this.epoch = epoch;
    }

    /** Another request asks for the same sessions, and what this one gives is not wanted. */
    List<Session> giveUp() {
      givenUp = true;
      return sessions;
    }

    @Override
    public void onReply(ReadVersion reply) {
      if (givenUp) {
        return;
      }
      queue.inFlight.remove(this);
      backoff.reset();
      if (role.view().epoch() == epoch) {
        noteVersion(reply.version());
      }
      if (host.faults().at("client.ask-version-again")) {
        // As if the answer had been lost: the next version is no smaller.
        queue.sessions.addAll(sessions);
        return;
      }
      for (Session session : sessions) {
        session.noteStoreTime(reply.storeTimeMillis());
        role.versionArrived(session, reply.version());
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (givenUp) {
        return;
      }
      queue.inFlight.remove(this);
      boolean refused =
          failure.isRefusal(ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED)
              || failure.isRefusal(ErrorCode.DATABASE_LOCKED);
      if (refused) {
        AshlarException error = ClientRole.error(failure);
        for (Session session : sessions) {
          role.versionFailed(session, error);
        }
        return;
      }
      host.probes().hit("client.read-version-repeated");
      queue.sessions.addAll(sessions);
      waitBeforeRetry();
    }
  }
}
