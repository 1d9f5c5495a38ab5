package io.ashlar.proxy;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ConfirmEpoch;
import io.ashlar.message.EpochConfirmed;
import io.ashlar.message.GetLiveVersion;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives out read versions: each at least as large as every version acknowledged before it was asked
 * for.
 *
 * <ol>
 *   <li>Requests are collected, up to a bound.
 *   <li>A batch closes at the end of the events at hand while few are under way, so that a lone
 *       request does not wait and many share a round.
 *   <li>Only then {@link GetLiveVersion} goes to the sequencer and {@link ConfirmEpoch} to every
 *       log server, in parallel. A batch of nothing but risky requests sends no confirmations while
 *       there is a recent one.
 *   <li>The batch is answered with the live version when both are in ({@link EpochQuorum}).
 * </ol>
 *
 * <p>When more log servers say that they have stopped than commits need not wait for, the proxy's
 * service ends: it answers nothing any more. The order of steps 1 to 3 is what makes an old epoch
 * harmless (docs/protocol.md, section 2).
 */
public final class ReadVersionProxy implements Role {
  private static final String NAME = "read-version-proxy";

  private final Host host;
  private final RecruitReadVersionProxy recruit;
  private final ReadVersionProxyOptions options;
  private final LogGeneration generation;
  private final Requests requests;
  private final StoppedLogs stoppedLogs;
  private final PeerPings peers;

  private List<Inbound> strictQueue = new ArrayList<>();
  private List<Inbound> riskyQueue = new ArrayList<>();
  private final List<ReadVersionBatch> underWay = new ArrayList<>();
  private int underWayCount;

  /** When the newest round that confirmed the epoch began. */
  private long confirmedNanos;

  private boolean everConfirmed;
  private boolean ended;

  /** Whether it ended because it was refused what it cannot do without. */
  private boolean broken;

  private long lastVersion;
  private long answeredCount;
  private long refusedCount;

  public ReadVersionProxy(
      Host host, RecruitReadVersionProxy recruit, ReadVersionProxyOptions options) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
    this.generation = recruit.logs().generation();
    this.stoppedLogs = new StoppedLogs(generation);
    this.requests =
        new Requests(
            host,
            options.requestTimeoutNanos(),
            options.retryDelayMinNanos(),
            options.retryDelayMaxNanos(),
            this::breakOff);
    List<Address> others = new ArrayList<>(recruit.logs().addresses());
    others.add(recruit.sequencer());
    this.peers = new PeerPings(host, others);
  }

  @Override
  public void start() {
    host.trace().event("ReadVersionProxyStarted", "epoch", recruit.epoch());
    peers.start();
    if (host.faults().at("read-version-proxy.break-off")) {
      host.timers()
          .schedule(
              host.random().nextLong(CommitProxy.LIFE_MAX_NANOS),
              () -> breakOff("a refusal is feigned"));
    }
  }

  @Override
  public void onMessage(Inbound inbound) {
    switch (inbound.message().kind()) {
      case GET_READ_VERSION -> onGetReadVersion(inbound, (GetReadVersion) inbound.message());
      case PING -> onPing(inbound);
      case GET_ROLE_STATUS -> reply(inbound, status());
      default -> {
        host.probes().hit("read-version-proxy.foreign-message");
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "not for a " + NAME);
      }
    }
  }

  @Override
  public void onBatchEnd() {
    while (!ended && queuedCount() > 0 && canClose()) {
      closeBatch();
    }
  }

  @Override
  public void stop() {
    end();
  }

  private boolean canClose() {
    boolean isFull = underWay.size() >= options.batchesUnderWayMax();
    if (isFull) {
      host.probes().hit("read-version-proxy.under-way-full");
    }
    return !isFull;
  }

  private int queuedCount() {
    return strictQueue.size() + riskyQueue.size();
  }

  private void onGetReadVersion(Inbound inbound, GetReadVersion request) {
    if (ended || !inbound.wantsReply()) {
      host.probes().hit("read-version-proxy.request-after-the-end");
      return;
    }
    int count = queuedCount() + underWayCount;
    if (count >= options.queueCountMax() || host.faults().at("read-version-proxy.refuse")) {
      refusedCount++;
      host.probes().hit("read-version-proxy.queue-full");
      refuse(
          inbound,
          ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED,
          "the queue holds " + count + " requests, its limit is " + options.queueCountMax());
      return;
    }
    (request.causalReadRisky() ? riskyQueue : strictQueue).add(inbound);
    if (host.faults().at("read-version-proxy.close-early") && canClose()) {
      closeBatch();
    }
  }

  /**
   * From here on nothing joins the batch: all it asks the others begins after its requests came.
   */
  private void closeBatch() {
    ReadVersionBatch batch =
        new ReadVersionBatch(strictQueue, riskyQueue, new EpochQuorum(generation));
    strictQueue = new ArrayList<>();
    riskyQueue = new ArrayList<>();
    underWay.add(batch);
    underWayCount += batch.count();
    if (host.trace().isEnabled()) {
      host.trace().event("ReadVersionBatchClosed", "count", batch.count());
    }
    requests.start(
        recruit.sequencer(),
        new GetLiveVersion(),
        LiveVersion.class,
        reply -> onLiveVersion(batch, reply));
    if (batch.hasStrict() || !isRecentlyConfirmed()) {
      confirm(batch);
    }
  }

  private boolean isRecentlyConfirmed() {
    return everConfirmed
        && host.clock().nowNanos() - confirmedNanos <= options.riskyConfirmationAgeNanos()
        && !host.faults().at("read-version-proxy.distrust-confirmation");
  }

  private void confirm(ReadVersionBatch batch) {
    batch.confirming();
    long beganNanos = host.clock().nowNanos();
    for (int i = 0; i < generation.members().size(); i++) {
      if (!stoppedLogs.has(i)) {
        new Confirmation(batch, i, beganNanos).send();
      }
    }
  }

  /** What one log server says in the round of one batch. */
  private final class Confirmation implements Requests.Listener<EpochConfirmed> {
    private final ReadVersionBatch batch;
    private final int member;
    private final long beganNanos;
    private Requests.Repeated<EpochConfirmed> request;

    private void onLogStopped() {
      if (stoppedLogs.isEpochOver(member)) {
        onEpochEnded(member);
      } else {
        host.probes().hit("read-version-proxy.goes-on-without-a-log-server");
        request.cancel();
      }
    }

    Confirmation(ReadVersionBatch batch, int member, long beganNanos) {
      this.batch = batch;
      this.member = member;
      this.beganNanos = beganNanos;
    }

    void send() {
      request =
          requests.start(
              recruit.logs().addresses().get(member),
              new ConfirmEpoch(recruit.epoch()),
              EpochConfirmed.class,
              this);
    }

    @Override
    public void onReply(EpochConfirmed reply) {
      batch.quorum().confirm(member);
      if (batch.quorum().isReached() && (!everConfirmed || beganNanos > confirmedNanos)) {
        everConfirmed = true;
        confirmedNanos = beganNanos;
      }
      advance(batch);
    }

    @Override
    public void onFailure(Failure failure) {
      if (failure.isRefusal(ErrorCode.TLOG_STOPPED)) {
        onLogStopped();
      } else if (batch.quorum().isReached()) {
        host.probes().hit("read-version-proxy.confirmed-without-this-one");
        request.cancel();
      }
    }
  }

  private void onLiveVersion(ReadVersionBatch batch, LiveVersion reply) {
    batch.liveVersion(reply.version());
    advance(batch);
  }

  private void advance(ReadVersionBatch batch) {
    if (!underWay.contains(batch) || !batch.knowsLiveVersion()) {
      return;
    }
    if (batch.isComplete()) {
      underWay.remove(batch);
      answer(batch, batch.remaining());
      return;
    }
    if (isRecentlyConfirmed()) {
      answerRisky(batch);
    }
    if (batch.count() == 0) {
      underWay.remove(batch);
    } else if (!batch.isConfirming()) {
      // The confirmation it relied on has become too old while the sequencer took its time.
      host.probes().hit("read-version-proxy.risky-confirmation-aged");
      confirm(batch);
    }
  }

  private void answerRisky(ReadVersionBatch batch) {
    List<Inbound> risky = batch.takeRisky();
    if (!risky.isEmpty()) {
      host.probes().hit("read-version-proxy.earlier-confirmation-serves");
      answer(batch, risky);
    }
  }

  private void answer(ReadVersionBatch batch, List<Inbound> inbounds) {
    long version = batch.liveVersion();
    lastVersion = Math.max(lastVersion, version);
    underWayCount -= inbounds.size();
    answeredCount += inbounds.size();
    if (host.trace().isEnabled()) {
      host.trace().event("ReadVersionsAnswered", "count", inbounds.size(), "version", version);
    }
    ReadVersion reply = new ReadVersion(version, recruit.storeTime().millisAt(version));
    for (Inbound inbound : inbounds) {
      host.network().reply(inbound, reply);
    }
  }

  private void onEpochEnded(int member) {
    if (!ended) {
      host.probes().hit("read-version-proxy.epoch-ended");
      host.trace().event("ReadVersionProxyEnded", "epoch", recruit.epoch(), "logServer", member);
      end();
    }
  }

  private void onPing(Inbound inbound) {
    if (!broken) {
      reply(inbound, new Pong(List.of(), peers.roundTrips()));
    }
  }

  /** As the commit proxy's: pings are answered no more, and the controller ends the epoch. */
  private void breakOff(String why) {
    if (!ended) {
      host.probes().hit("read-version-proxy.broken");
      host.trace().event("ReadVersionProxyBroken", "epoch", recruit.epoch(), "why", why);
      broken = true;
      end();
    }
  }

  private void end() {
    ended = true;
    peers.stop();
    requests.end();
    strictQueue.clear();
    riskyQueue.clear();
    underWay.clear();
    underWayCount = 0;
  }

  private RoleStatus status() {
    return new RoleStatus(
        NAME,
        List.of(
            new StatusField("epoch", Long.toString(recruit.epoch())),
            new StatusField("state", ended ? "ended" : "serving"),
            new StatusField("last-version", Long.toString(lastVersion)),
            new StatusField("queued", Integer.toString(queuedCount())),
            new StatusField("under-way", Integer.toString(underWayCount)),
            new StatusField("answered", Long.toString(answeredCount)),
            new StatusField("refused", Long.toString(refusedCount)),
            new StatusField("requests-repeated", Long.toString(requests.repeatedCount()))));
  }

  private void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, message);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }
}
