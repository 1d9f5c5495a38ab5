package io.ashlar.sequencer;

import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.Refused;
import io.ashlar.message.ReportCommitted;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Hands out the commit versions of one epoch and knows the live committed version
 * (docs/protocol.md, sections 1, 2 and 4). The rules are {@link VersionClock}'s; this class keeps
 * the requests that have to wait, and answers them when an earlier number or a larger live version
 * arrives.
 *
 * <p>It has no state on disk: when it is gone, a recovery begins a new epoch beyond all its
 * versions.
 */
public final class Sequencer implements Role {
  private final Host host;
  private final RecruitSequencer recruit;
  private final SequencerOptions options;
  private final Map<Uid, TreeMap<Long, Inbound>> waiting = new TreeMap<>();

  /** Proxies whose next request waits for the live version, first come first. */
  private final Set<Uid> blockedByLive = new LinkedHashSet<>();

  private VersionClock clock;

  public Sequencer(Host host, RecruitSequencer recruit, SequencerOptions options) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
  }

  @Override
  public void start() {
    clock =
        new VersionClock(
            recruit.recoveryTransactionVersion(),
            recruit.windowVersions(),
            host.clock().nowNanos(),
            options);
    host.trace()
        .event(
            "SequencerStarted",
            "epoch",
            recruit.epoch(),
            "recoveryTransactionVersion",
            recruit.recoveryTransactionVersion());
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (!inbound.wantsReply()) {
      return; // Everything a sequencer understands is a request.
    }
    Message message = inbound.message();
    switch (message.kind()) {
      case GET_COMMIT_VERSION -> onGetCommitVersion(inbound, (GetCommitVersion) message);
      case GET_LIVE_VERSION -> host.network().reply(inbound, new LiveVersion(clock.liveVersion()));
      case REPORT_COMMITTED -> onReportCommitted(inbound, (ReportCommitted) message);
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default -> {
        host.probes().hit("sequencer.malformed");
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "a sequencer has no " + message.kind());
      }
    }
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}

  private void onGetCommitVersion(Inbound inbound, GetCommitVersion request) {
    if (request.requestNumber() <= 0) {
      host.probes().hit("sequencer.number-below-one");
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, "request numbers begin at 1");
      return;
    }
    if (host.faults().at("sequencer.refuse")) {
      // The proxy asks again.
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "busy");
      return;
    }
    if (handle(inbound, request)) {
      handleWaiting(request.proxy());
    }
  }

  /**
   * A jump of the versions, which a pause makes too, or a clock that was set. Only while they are
   * not ahead of the clock: so they are soon again where it says.
   */
  private long jumpVersions(long nowNanos) {
    return !clock.isAhead(nowNanos) && host.faults().at("sequencer.jump")
        ? host.random().nextLong(clock.stepVersionsMax()) >> host.random().nextInt(10)
        : 0;
  }

  /** Answers, refuses or keeps a request. True when a version was granted. */
  private boolean handle(Inbound inbound, GetCommitVersion request) {
    long nowNanos = host.clock().nowNanos();
    VersionClock.Decision decision =
        clock.grant(
            request.proxy(),
            request.requestNumber(),
            nowNanos,
            jumpVersions(nowNanos),
            host.faults().at("sequencer.wait-for-live-version"));
    switch (decision.outcome()) {
      case GRANTED -> {
        host.network().reply(inbound, decision.answer());
        if (host.trace().isEnabled()) {
          host.trace().event("VersionGranted", "version", decision.answer().version());
        }
      }
      case REPEATED -> {
        host.probes().hit("sequencer.repeated-request");
        host.network().reply(inbound, decision.answer());
      }
      case WAITS_FOR_EARLIER -> {
        host.probes().hit("sequencer.waits-for-earlier-number");
        park(inbound, request);
      }
      case WAITS_FOR_LIVE -> {
        host.probes().hit("sequencer.waits-for-live-version");
        if (blockedByLive.add(request.proxy())) {
          host.trace()
              .event("GrantParked", "live", clock.liveVersion(), "last", clock.lastVersion());
        }
        park(inbound, request);
      }
      case FORGOTTEN ->
          refuse(inbound, ErrorCode.VERSION_INVALID, "the answer to this number is forgotten");
      case TOO_MANY_PROXIES ->
          refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many commit proxies");
      default -> throw Check.unreachable("no such outcome: ", decision.outcome());
    }
    return decision.outcome() == VersionClock.Outcome.GRANTED;
  }

  /** Keeps a request; one of the same number takes the place of the older, whose sender gave up. */
  private void park(Inbound inbound, GetCommitVersion request) {
    TreeMap<Long, Inbound> ofProxy = waiting.get(request.proxy());
    if (ofProxy == null) {
      if (waiting.size() >= options.proxiesMax()) {
        refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many commit proxies");
        return;
      }
      ofProxy = new TreeMap<>();
      waiting.put(request.proxy(), ofProxy);
    }
    boolean isNext = request.requestNumber() == clock.nextNumber(request.proxy());
    boolean isKnown = ofProxy.containsKey(request.requestNumber());
    if (ofProxy.size() >= options.waitingMax() && !isNext && !isKnown) {
      host.probes().hit("sequencer.waiting-full");
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many requests of this proxy wait");
      return;
    }
    ofProxy.put(request.requestNumber(), inbound);
  }

  /**
   * Answers what waited for the number just granted, and so on, as far as the live version lets.
   */
  private void handleWaiting(Uid proxy) {
    TreeMap<Long, Inbound> ofProxy = waiting.get(proxy);
    if (ofProxy == null) {
      return;
    }
    // One that waited may have been sent again, and that was granted: its sender has its answer.
    ofProxy.headMap(clock.nextNumber(proxy)).clear();
    boolean granted = true;
    while (granted) {
      Inbound next = ofProxy.remove(clock.nextNumber(proxy));
      granted = next != null && handle(next, (GetCommitVersion) next.message());
    }
    if (ofProxy.isEmpty()) {
      waiting.remove(proxy);
    }
  }

  private void onReportCommitted(Inbound inbound, ReportCommitted report) {
    if (!clock.reportCommitted(report.version())) {
      host.probes().hit("sequencer.version-not-given");
      refuse(inbound, ErrorCode.VERSION_INVALID, "this epoch has not given that version");
      return;
    }
    // The proxy waits for this before it answers its clients: from here on every read version given
    // is at least what they will have been told.
    host.network().reply(inbound, new LiveVersion(clock.liveVersion()));
    if (!blockedByLive.isEmpty()) {
      List<Uid> unblocked = new ArrayList<>(blockedByLive);
      blockedByLive.clear();
      unblocked.forEach(this::handleWaiting);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    host.network().reply(inbound, new Refused(code, detail));
  }

  private RoleStatus status() {
    long waitingCount = 0;
    for (TreeMap<Long, Inbound> ofProxy : waiting.values()) {
      waitingCount += ofProxy.size();
    }
    return new RoleStatus(
        "sequencer",
        List.of(
            field("epoch", recruit.epoch()),
            field("recovery-transaction-version", recruit.recoveryTransactionVersion()),
            field("last-version", clock.lastVersion()),
            field("live-version", clock.liveVersion()),
            field("store-time-millis", recruit.storeTime().millisAt(clock.liveVersion())),
            field("commit-proxies", clock.proxyCount()),
            field("waiting-requests", waitingCount)));
  }

  private static StatusField field(String name, long value) {
    return new StatusField(name, Long.toString(value));
  }
}
