package io.ashlar.proxy;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Verdict;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;

/**
 * Leads transactions from their clients to the log (docs/protocol.md, section 4).
 *
 * <ol>
 *   <li>Transactions are checked ({@link Admission}) and queued, up to a bound; a batch closes at
 *       the end of the events at hand while few are in flight, else when one is answered, when it
 *       is full, or after a short interval.
 *   <li>The sequencer gives the batch its version.
 *   <li>Gate 1: in version order, versionstamps are filled in and every resolver is asked.
 *   <li>Gate 2: from here on in version order, metadata of other proxies is applied, then the batch
 *       decided, its own metadata applied and its mutations tagged.
 *   <li>The batch waits until its version is at most a window above what is known committed.
 *   <li>It is pushed to every log server.
 *   <li>When enough have acknowledged, the sequencer is told, before the clients: a read version
 *       asked for after the answer must cover it.
 *   <li>The clients are answered.
 * </ol>
 *
 * <p>A log server that says its epoch has ended ends the proxy's service: what is in flight is
 * never answered, because only the next epoch knows whether it is in the log.
 */
public final class CommitProxy implements Role {
  private static final String NAME = "commit-proxy";

  /** When a fault point ends a proxy, it does so within this time. */
  static final long LIFE_MAX_NANOS = 5_000_000_000L;

  /** No transaction waits longer for a batch, whatever the window is. */
  static final long WAIT_MAX_NANOS = 1_000_000_000L;

  private static final long NANOS_PER_VERSION = 1_000;

  private final Host host;
  private final RecruitCommitProxy recruit;
  private final CommitProxyOptions options;
  private final BatchQueue queue;
  private final long waitMaxNanos;
  private final BatchInterval interval;
  private final IdlePushes idlePushes;
  private final CommitPipeline pipeline;
  private final PeerPings peers;
  private final CommitCounters counters = new CommitCounters();
  private boolean answeredSinceClose;
  private Timers.Timer intervalTimer;
  private boolean ended;

  /** Whether it has committed another configuration: the next epoch will have it. */
  private boolean superseded;

  /** Whether it ended because it was refused what it cannot do without. */
  private boolean broken;

  public CommitProxy(Host host, RecruitCommitProxy recruit, CommitProxyOptions options) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
    queue = new BatchQueue(options);
    waitMaxNanos = Math.min(WAIT_MAX_NANOS, recruit.windowVersions() * NANOS_PER_VERSION / 2);
    interval = new BatchInterval(options.batchIntervalMaxNanos());
    idlePushes = new IdlePushes(host, options, recruit.windowVersions(), this::onIdle);
    pipeline = new CommitPipeline(host, recruit, options, counters, new Led());
    List<Address> others = new ArrayList<>(recruit.logs().addresses());
    recruit.resolvers().forEach(share -> others.add(share.resolver()));
    others.add(recruit.sequencer());
    peers = new PeerPings(host, others);
  }

  @Override
  public void start() {
    host.trace()
        .event("CommitProxyStarted", "epoch", recruit.epoch(), "index", recruit.proxyIndex());
    // The start of an epoch counts as a commit: readers must learn that RT is committed.
    idlePushes.committed(pipeline.knownCommitted());
    idle();
    peers.start();
    // One proxy of an epoch: it takes silence for the controller to see that it must begin another.
    if (recruit.proxyIndex() == 0 && host.faults().at("commit-proxy.break-off")) {
      host.timers()
          .schedule(host.random().nextLong(LIFE_MAX_NANOS), () -> breakOff("a refusal is feigned"));
    }
  }

  @Override
  public void onMessage(Inbound inbound) {
    switch (inbound.message().kind()) {
      case COMMIT_TRANSACTION -> onCommit(inbound, (CommitTransaction) inbound.message());
      case GET_KEY_LOCATIONS -> onGetKeyLocations(inbound, (GetKeyLocations) inbound.message());
      case PING -> onPing(inbound);
      case GET_ROLE_STATUS -> reply(inbound, status());
      default -> {
        host.probes().hit("commit-proxy.foreign-message");
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "not for a " + NAME);
      }
    }
  }

  @Override
  public void onBatchEnd() {
    if (!ended) {
      // Once for all batches that became durable during these events.
      pipeline.report();
      refuseWaiting();
      closeBatches();
    }
  }

  @Override
  public void stop() {
    end();
  }

  // Step 1: admission and batching.

  private void onCommit(Inbound inbound, CommitTransaction transaction) {
    if (ended) {
      host.probes().hit("commit-proxy.transaction-after-the-end");
      return;
    }
    try {
      Submission submission =
          Admission.admit(inbound, transaction, host.clock().nowNanos(), pipeline.assigner());
      if (submission.metadataBytes() > 0) {
        Admission.checkRoom(submission, pipeline.metadataBytes() + queue.metadataBytes());
      }
      if (!queue.hasRoom(submission.pushBytes()) || host.faults().at("commit-proxy.refuse")) {
        throw new RefusedException(
            ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
            "the queue holds " + queue.count() + " transactions of " + queue.bytes() + " bytes");
      }
      queue.add(submission);
    } catch (RefusedException refused) {
      counters.refused();
      host.probes().hit("commit-proxy.refused-" + refused.code().label());
      refuse(inbound, refused.code(), refused.getMessage());
    } catch (MalformedException malformed) {
      counters.refused();
      host.probes().hit("commit-proxy.malformed-transaction");
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, malformed.getMessage());
    }
  }

  /**
   * Refuses what has waited too long for a batch. When more comes than gets through, everything
   * would else be decided only after its client has given up on it and asked for something else,
   * which in turn waits behind all that nobody wants any more: batches would be full and nothing
   * done, for ever.
   */
  private void refuseWaiting() {
    long earliestNanos = host.clock().nowNanos() - waitMaxNanos;
    if (queue.isEmpty() || queue.firstArrivedNanos() >= earliestNanos) {
      return;
    }
    List<Submission> late = queue.takeArrivedBefore(earliestNanos);
    for (Submission submission : late) {
      counters.decided(Verdict.TOO_OLD);
      refuse(
          submission.request(),
          ErrorCode.TRANSACTION_TOO_OLD,
          "it waited too long, and what it read would be older still once it is decided");
    }
    host.trace().event("TransactionsWaitedTooLong", "count", late.size());
  }

  private void closeBatches() {
    while (!queue.isEmpty() && canClose() && isTimeToClose()) {
      close(queue.takeBatch(batchCountMax()));
    }
    if (!queue.isEmpty() && canClose() && intervalTimer == null) {
      long over = queue.firstArrivedNanos() + interval.nanos();
      // When it is over the end of that event's batch closes.
      intervalTimer =
          host.timers()
              .schedule(Math.max(0, over - host.clock().nowNanos()), () -> intervalTimer = null);
    }
    if (pipeline.inFlightCount() > 0
        && canClose()
        && host.faults().at("commit-proxy.empty-batch")) {
      close(List.of());
    }
  }

  private int batchCountMax() {
    return host.faults().at("commit-proxy.batch-of-one") ? 1 : options.batchCountMax();
  }

  private boolean canClose() {
    if (pipeline.inFlightCount() >= options.batchesInFlightMax()) {
      host.probes().hit("commit-proxy.in-flight-full");
      return false;
    }
    if (pipeline.retainedBytes() >= options.retainedBytesMax()) {
      host.probes().hit("commit-proxy.retained-full");
      return false;
    }
    return true;
  }

  private boolean isTimeToClose() {
    if (host.faults().at("commit-proxy.close-later")) {
      return false;
    }
    return pipeline.inFlightCount() < options.eagerBatches()
        || answeredSinceClose
        || queue.fillsBatch()
        || host.clock().nowNanos() - queue.firstArrivedNanos() >= interval.nanos();
  }

  private void close(List<Submission> submissions) {
    idlePushes.busy();
    answeredSinceClose = false;
    counters.batchClosed();
    int count = submissions.size();
    host.probes()
        .hit(
            count == 0
                ? "shape.batch-of-none"
                : count == 1
                    ? "shape.batch-of-one"
                    : count < 10 ? "shape.batch-of-few" : "shape.batch-of-many");
    if (host.trace().isEnabled()) {
      long request = pipeline.lastRequestNumber() + 1;
      host.trace().event("CommitBatchClosed", "request", request, "count", count);
    }
    pipeline.begin(submissions);
  }

  /** What comes of the batches that are led through the other steps. */
  private final class Led implements CommitPipeline.Owner {
    @Override
    public void onAnswered(CommitBatch batch) {
      CommitProxy.this.onAnswered(batch);
    }

    @Override
    public void onEpochEnded(int member) {
      if (!ended) {
        host.probes().hit("commit-proxy.epoch-ended");
        host.trace().event("CommitProxyEnded", "epoch", recruit.epoch(), "logServer", member);
        end();
      }
    }

    @Override
    public void onUnusable(String why) {
      breakOff(why);
    }
  }

  private void onAnswered(CommitBatch batch) {
    long nowNanos = host.clock().nowNanos();
    answeredSinceClose = true;
    interval.observe(nowNanos - batch.closedNanos());
    if (batch.changesConfiguration() && !superseded) {
      host.probes().hit("commit-proxy.configuration-changed");
      superseded = true;
    }
    if (!batch.isEmpty()) {
      idlePushes.committed(batch.version());
    }
    if (pipeline.inFlightCount() == 0) {
      idle();
    }
  }

  private void idle() {
    idlePushes.idle(pipeline.toldCommitted());
  }

  private void onIdle() {
    if (!ended && pipeline.inFlightCount() == 0 && queue.isEmpty()) {
      close(List.of());
    }
  }

  // What others ask.

  private void onGetKeyLocations(Inbound inbound, GetKeyLocations request) {
    KeyRange range = request.range();
    if (ended) {
      return;
    }
    if (request.limit() <= 0) {
      host.probes().hit("commit-proxy.locations-without-limit");
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, "the limit of shards is " + request.limit());
    } else if (range.begin().compareTo(range.end()) > 0) {
      host.probes().hit("commit-proxy.locations-of-inverted-range");
      refuse(
          inbound,
          ErrorCode.INVERTED_RANGE,
          range.begin().printable(32) + " is after " + range.end().printable(32));
    } else {
      boolean onlyOne = host.faults().at("commit-proxy.one-location");
      int limit = onlyOne ? 1 : Math.min(request.limit(), options.locationsMax());
      reply(inbound, new KeyLocations(pipeline.locations(range, limit, request.reverse())));
    }
  }

  private void onPing(Inbound inbound) {
    if (superseded) {
      // What is said here reaches the controller, which begins an epoch as the rows now say.
      refuse(inbound, ErrorCode.CONFIGURATION_CHANGED, "the configuration has been changed");
      return;
    }
    for (int member : ((Ping) inbound.message()).givenUp()) {
      if (member < 0 || member >= recruit.logs().generation().members().size()) {
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "there is no log server " + member);
        return;
      }
      pipeline.giveUp(member);
    }
    if (!broken) {
      reply(inbound, new Pong(pipeline.backlogs(), peers.roundTrips()));
    }
  }

  private RoleStatus status() {
    List<StatusField> fields = new ArrayList<>();
    add(fields, "epoch", recruit.epoch());
    fields.add(new StatusField("state", ended ? "ended" : "serving"));
    add(fields, "known-committed-version", pipeline.knownCommitted());
    add(fields, "queued", queue.count());
    add(fields, "queued-bytes", queue.bytes());
    add(fields, "batches-in-flight", pipeline.inFlightCount());
    add(fields, "batches", counters.batches());
    add(fields, "batch-latency-micros", interval.latencyNanos() / 1_000);
    add(fields, "committed", counters.committed());
    add(fields, "conflicts", counters.conflicts());
    add(fields, "too-old", counters.tooOld());
    add(fields, "refused", counters.refusedAtAdmission());
    add(fields, "retained-bytes", pipeline.retainedBytes());
    add(fields, "requests-repeated", pipeline.repeatedCount());
    add(fields, "ids-to-expire", pipeline.expiry().isPending() ? 1 : 0);
    add(fields, "ids-expired-at-version", pipeline.expiry().expiredAt());
    return new RoleStatus(NAME, fields);
  }

  private static void add(List<StatusField> fields, String name, long value) {
    fields.add(new StatusField(name, Long.toString(value)));
  }

  /**
   * What was pushed or asked is refused for what it is, so it would be again: a fault of ours or of
   * a peer. The chain cannot go on without it. Pings are answered no more, and the controller ends
   * the epoch.
   */
  private void breakOff(String why) {
    if (!ended) {
      host.probes().hit("commit-proxy.broken");
      host.trace().event("CommitProxyBroken", "epoch", recruit.epoch(), "why", why);
      broken = true;
      end();
    }
  }

  private void end() {
    ended = true;
    peers.stop();
    pipeline.end();
    queue.clear();
  }

  private void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, message);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }

  /** Called by tests after every step. */
  void checkInvariants() {
    queue.checkInvariants();
    pipeline.checkInvariants();
  }
}
