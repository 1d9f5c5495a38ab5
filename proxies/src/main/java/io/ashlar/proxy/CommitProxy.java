package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Verdict;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.Timers;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.CommitVersion;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  private static final long NANOS_PER_VERSION = 1_000;

  /** When a fault point ends a proxy, it does so within this time. */
  static final long LIFE_MAX_NANOS = 5_000_000_000L;

  private final Host host;
  private final RecruitCommitProxy recruit;
  private final CommitProxyOptions options;
  private final long windowNanos;
  private final Requests requests;
  private final LogPusher pusher;
  private final Metadata metadata;
  private final PushPayload payload;
  private final TagAssigner assigner;
  private final ResolverShares shares;
  private final BatchAssembler assembler;
  private final BatchQueue queue;
  private final BatchInterval interval;
  private final MetadataRenewal renewal;
  private final MetadataPops pops;
  private final IdlePushes idlePushes;
  private final CommittedVersions committed;
  private final CommitCounters counters = new CommitCounters();

  /** Batches that are not answered yet, in the order of their versions. */
  private final Deque<CommitBatch> inFlight = new ArrayDeque<>();

  private long lastRequestNumber;
  private long lastVersion;

  /** All metadata at or below this version is applied. */
  private long appliedVersion;

  /** The known committed version that the last push told the log servers. */
  private long toldCommitted;

  private boolean answeredSinceClose;
  private Timers.Timer intervalTimer;
  private boolean ended;

  /** The last batch with all answers, or null. */
  private CommitBatch lastDecided;

  /** Whether it ended because it was refused what it cannot do without. */
  private boolean broken;

  public CommitProxy(Host host, RecruitCommitProxy recruit, CommitProxyOptions options) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
    LogGeneration generation = recruit.logs().generation();
    windowNanos = recruit.windowVersions() * NANOS_PER_VERSION;
    TagPlacement placement = new TagPlacement(generation);
    requests =
        new Requests(
            host,
            options.requestTimeoutNanos(),
            options.retryDelayMinNanos(),
            options.retryDelayMaxNanos(),
            this::breakOff);
    pusher = new LogPusher(host, recruit.logs(), options, new LogEvents());
    metadata = new Metadata(recruit.metadata());
    payload = new PushPayload(placement, generation.members().size());
    assigner = new TagAssigner(metadata, payload);
    shares = new ResolverShares(recruit.resolvers());
    assembler = new BatchAssembler(shares);
    queue = new BatchQueue(options);
    interval = new BatchInterval(options.batchIntervalMaxNanos());
    renewal = new MetadataRenewal(recruit.proxyIndex() == 0, options, host.clock().nowNanos());
    pops = new MetadataPops(requests, recruit.logs(), placement);
    idlePushes = new IdlePushes(host, options, recruit.windowVersions(), this::onIdle);
    long begin = generation.recoveryTransactionVersion();
    lastVersion = begin;
    appliedVersion = begin;
    toldCommitted = begin;
    committed =
        new CommittedVersions(
            host,
            requests,
            recruit.sequencer(),
            begin,
            options.retryDelayMinNanos(),
            this::onCommittedNews);
  }

  @Override
  public void start() {
    host.trace()
        .event("CommitProxyStarted", "epoch", recruit.epoch(), "index", recruit.proxyIndex());
    // The start of an epoch counts as a commit: readers must learn that RT is committed.
    idlePushes.committed(committed.known());
    idlePushes.idle(toldCommitted);
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
      committed.report(pusher.committedVersion());
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
          Admission.admit(
              inbound,
              transaction,
              host.clock().nowNanos(),
              assigner.setTagBytes(),
              assigner.clearTagBytes());
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
    if (!inFlight.isEmpty() && canClose() && host.faults().at("commit-proxy.empty-batch")) {
      close(List.of());
    }
  }

  private int batchCountMax() {
    return host.faults().at("commit-proxy.batch-of-one") ? 1 : options.batchCountMax();
  }

  private boolean canClose() {
    if (inFlight.size() >= options.batchesInFlightMax()) {
      host.probes().hit("commit-proxy.in-flight-full");
      return false;
    }
    if (pusher.retainedBytes() >= options.retainedBytesMax()) {
      host.probes().hit("commit-proxy.retained-full");
      return false;
    }
    return true;
  }

  private boolean isTimeToClose() {
    if (host.faults().at("commit-proxy.close-later")) {
      return false;
    }
    return inFlight.size() < options.eagerBatches()
        || answeredSinceClose
        || queue.fillsBatch()
        || host.clock().nowNanos() - queue.firstArrivedNanos() >= interval.nanos();
  }

  private void close(List<Submission> submissions) {
    idlePushes.busy();
    answeredSinceClose = false;
    counters.batchClosed();
    CommitBatch batch = new CommitBatch(++lastRequestNumber, submissions, host.clock().nowNanos());
    inFlight.addLast(batch);
    int count = submissions.size();
    host.probes()
        .hit(
            count == 0
                ? "shape.batch-of-none"
                : count == 1
                    ? "shape.batch-of-one"
                    : count < 10 ? "shape.batch-of-few" : "shape.batch-of-many");
    if (host.trace().isEnabled()) {
      host.trace().event("CommitBatchClosed", "request", lastRequestNumber, "count", count);
    }
    // Step 2.
    requests.start(
        recruit.sequencer(),
        new GetCommitVersion(recruit.roleId(), lastRequestNumber),
        CommitVersion.class,
        reply -> onVersion(batch, reply));
  }

  private void onVersion(CommitBatch batch, CommitVersion reply) {
    Check.that(
        reply.requestNumber() == batch.requestNumber(), "version for ", reply.requestNumber());
    batch.version(reply.previousVersion(), reply.version());
    advance();
  }

  // Steps 3 to 8: the batches move on, each behind the one before.

  private void advance() {
    CommitBatch before = null;
    for (CommitBatch batch : inFlight) {
      while (step(batch, before)) {
        if (host.trace().isEnabled()) {
          host.trace()
              .event("CommitBatchPhase", "version", batch.version(), "phase", batch.phase());
        }
      }
      if (batch.phase() == CommitBatch.Phase.VERSIONING) {
        break;
      }
      before = batch;
    }
    while (!inFlight.isEmpty() && inFlight.peekFirst().phase() == CommitBatch.Phase.ANSWERED) {
      onAnswered(inFlight.removeFirst());
    }
  }

  /** Moves a batch on by one phase if it can go; {@code before} is the one ahead of it, if any. */
  private boolean step(CommitBatch batch, CommitBatch before) {
    CommitBatch.Phase phase = batch.phase();
    boolean isNext = before == null || before.isPast(phase);
    switch (phase) {
      case VERSIONING -> {
        if (isNext && batch.hasVersion()) {
          batch.enter(CommitBatch.Phase.RESOLVING);
          resolve(batch);
          return true;
        }
      }
      case RESOLVING -> {
        if (isNext && batch.resolution().isComplete()) {
          batch.enter(CommitBatch.Phase.WAITING_FOR_WINDOW);
          decide(batch);
          return true;
        }
      }
      case WAITING_FOR_WINDOW -> {
        if (isNext && isInsideWindow(batch)) {
          batch.enter(CommitBatch.Phase.PUSHING);
          push(batch);
          return true;
        }
      }
      case PUSHING -> {
        if (pusher.committedVersion() >= batch.version()) {
          batch.enter(CommitBatch.Phase.REPORTING);
          return true;
        }
      }
      case REPORTING -> {
        if (committed.live() >= batch.version()) {
          batch.enter(CommitBatch.Phase.ANSWERED);
          answer(batch);
          return true;
        }
      }
      case ANSWERED -> {}
    }
    return false;
  }

  private void resolve(CommitBatch batch) {
    Check.that(batch.version() > lastVersion, "version ", batch.version(), " after ", lastVersion);
    lastVersion = batch.version();
    refuseFuture(batch);
    List<Submission> submissions = batch.submissions();
    if (!batch.isIdle()
        && host.clock().nowNanos() - submissions.get(0).arrivedNanos() > windowNanos) {
      // What they read is older than the window. The version must still go through the chain.
      host.probes().hit("commit-proxy.batch-too-old");
      batch.tooOld();
      submissions = List.of();
    }
    BatchAssembler.Assembled assembled = assembler.assemble(submissions, batch.version());
    batch.assembled(
        assembled.mutations(),
        new BatchResolution(batch.version(), submissions.size(), assembled.questions()));
    for (int i = 0; i < shares.count(); i++) {
      int resolver = i;
      requests.start(
          shares.address(i),
          question(batch, i, appliedVersion),
          BatchResolved.class,
          reply -> onResolved(batch, resolver, reply));
    }
    if (lastDecided != null && host.faults().at("commit-proxy.repeat-late")) {
      repeatLate(lastDecided);
    }
  }

  private ResolveBatch question(CommitBatch batch, int resolver, long receivedVersion) {
    return new ResolveBatch(
        recruit.roleId(),
        batch.previousVersion(),
        batch.version(),
        receivedVersion,
        batch.resolution().questions(resolver));
  }

  /** As if a repetition had been on its way until the answer was there, and no longer kept. */
  private void repeatLate(CommitBatch decided) {
    long begin = recruit.logs().generation().recoveryTransactionVersion();
    for (int i = 0; i < shares.count(); i++) {
      requests.repeatAnswered(shares.address(i), question(decided, i, begin));
    }
  }

  /**
   * A read version from the future would make every writer invisible that comes before it, the
   * client's own fence among them: a result that was reported as settled could then change.
   */
  private void refuseFuture(CommitBatch batch) {
    for (Submission submission : batch.takeOutFuture()) {
      counters.refused();
      host.probes().hit("commit-proxy.refused-" + ErrorCode.FUTURE_VERSION.label());
      refuse(
          submission.request(),
          ErrorCode.FUTURE_VERSION,
          "the read version is "
              + submission.transaction().readVersion()
              + ", and no version is above "
              + batch.version()
              + " yet");
    }
  }

  private void onResolved(CommitBatch batch, int resolver, BatchResolved reply) {
    batch.resolution().answer(resolver, reply);
    advance();
  }

  private void decide(CommitBatch batch) {
    BatchResolution resolution = batch.resolution();
    resolution.forEachMetadata(appliedVersion, this::applyMetadata);
    payload.clear();
    if (!batch.isTooOld()) {
      for (int i = 0; i < batch.submissions().size(); i++) {
        if (resolution.verdict(i) == Verdict.COMMITTED) {
          int metadataBytes = assigner.assign(batch.mutations(i));
          if (metadataBytes > 0) {
            host.probes().hit("commit-proxy.metadata-of-its-own");
            renewal.changed(metadataBytes);
          }
        }
      }
    }
    renewMetadata(batch);
    appliedVersion = batch.version();
    lastDecided = batch;
    batch.payloads(payload.payloads());
  }

  private void applyMetadata(long version, Bytes mutations) {
    host.probes().hit("commit-proxy.metadata-of-another");
    for (Mutation mutation : Mutations.decode(mutations)) {
      metadata.apply(mutation);
    }
    renewal.changed(mutations.length());
    host.trace().event("MetadataApplied", "version", version, "bytes", mutations.length());
  }

  private void renewMetadata(CommitBatch batch) {
    long nowNanos = host.clock().nowNanos();
    boolean due =
        renewal.isDue(nowNanos)
            || (renewal.isAllowed() && host.faults().at("commit-proxy.renew-metadata"));
    if (batch.isIdle() || !due) {
      return;
    }
    boolean isTooLarge =
        metadata.copyBytes() > CommitProxyOptions.RENEWAL_BYTES_MAX
            || host.faults().at("commit-proxy.leave-metadata-out");
    if (isTooLarge) {
      // The log keeps the metadata since the start of the epoch; it is only not shortened.
      host.probes().hit("commit-proxy.metadata-too-large-to-renew");
      renewal.copied(-1, nowNanos);
      return;
    }
    if (payload.bytesMax() + metadata.copyBytes() > CommitProxyOptions.PUSH_BYTES_MAX) {
      return; // It goes with a later, smaller batch.
    }
    host.probes().hit("commit-proxy.metadata-renewed");
    assigner.appendCopy();
    renewal.copied(batch.version(), nowNanos);
    host.trace()
        .event("MetadataRenewed", "version", batch.version(), "bytes", metadata.copyBytes());
  }

  private boolean isInsideWindow(CommitBatch batch) {
    boolean isInside = batch.version() <= committed.known() + recruit.windowVersions();
    if (!isInside) {
      host.probes().hit("commit-proxy.outside-semi-commit-window");
    }
    if (!isInside || host.faults().at("commit-proxy.ask-live-version")) {
      committed.ask();
    }
    return isInside;
  }

  private void onCommittedNews() {
    long through = renewal.popThrough(committed.known());
    if (through >= 0) {
      pops.popThrough(through);
    }
    advance();
  }

  private void push(CommitBatch batch) {
    List<PushLog> pushes = new ArrayList<>(batch.payloads().size());
    PushLog last = null;
    toldCommitted = committed.known();
    for (Bytes bytes : batch.payloads()) {
      if (last == null || last.payload() != bytes) {
        last =
            new PushLog(
                recruit.epoch(), batch.previousVersion(), batch.version(), toldCommitted, bytes);
      }
      pushes.add(last);
    }
    batch.payloads(null);
    pusher.push(pushes);
  }

  private final class LogEvents implements LogPusher.Listener {
    @Override
    public void onLogCommitted() {
      committed.onPushed(pusher.committedVersion());
    }

    @Override
    public void onLogRefused(int member, String detail) {
      breakOff("log server " + member + ": " + detail);
    }

    @Override
    public void onLogStopped(int member) {
      if (!ended) {
        host.probes().hit("commit-proxy.epoch-ended");
        host.trace().event("CommitProxyEnded", "epoch", recruit.epoch(), "logServer", member);
        end();
      }
    }
  }

  private void answer(CommitBatch batch) {
    List<Submission> submissions = batch.submissions();
    for (int i = 0; i < submissions.size(); i++) {
      Inbound request = submissions.get(i).request();
      Verdict verdict = batch.isTooOld() ? Verdict.TOO_OLD : batch.resolution().verdict(i);
      counters.decided(verdict);
      switch (verdict) {
        case COMMITTED -> reply(request, new TransactionCommitted(batch.version(), i));
        case CONFLICT -> refuse(request, ErrorCode.NOT_COMMITTED, "");
        case TOO_OLD -> refuse(request, ErrorCode.TRANSACTION_TOO_OLD, "");
      }
    }
  }

  private void onAnswered(CommitBatch batch) {
    long nowNanos = host.clock().nowNanos();
    answeredSinceClose = true;
    interval.observe(nowNanos - batch.closedNanos());
    if (!batch.isIdle()) {
      idlePushes.committed(batch.version());
    }
    if (inFlight.isEmpty()) {
      idlePushes.idle(toldCommitted);
    }
  }

  private void onIdle() {
    if (!ended && inFlight.isEmpty() && queue.isEmpty()) {
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
      reply(inbound, new KeyLocations(metadata.locations(range, limit, request.reverse())));
    }
  }

  private void onPing(Inbound inbound) {
    if (!broken) {
      reply(inbound, new Pong());
    }
  }

  private RoleStatus status() {
    List<StatusField> fields = new ArrayList<>();
    add(fields, "epoch", recruit.epoch());
    fields.add(new StatusField("state", ended ? "ended" : "serving"));
    add(fields, "known-committed-version", committed.known());
    add(fields, "queued", queue.count());
    add(fields, "queued-bytes", queue.bytes());
    add(fields, "batches-in-flight", inFlight.size());
    add(fields, "batches", counters.batches());
    add(fields, "batch-latency-micros", interval.latencyNanos() / 1_000);
    add(fields, "committed", counters.committed());
    add(fields, "conflicts", counters.conflicts());
    add(fields, "too-old", counters.tooOld());
    add(fields, "refused", counters.refusedAtAdmission());
    add(fields, "retained-bytes", pusher.retainedBytes());
    add(fields, "requests-repeated", requests.repeatedCount() + pusher.resentCount());
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
    requests.end();
    pusher.end();
    committed.end();
    queue.clear();
    inFlight.clear();
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
    metadata.checkInvariants();
    queue.checkInvariants();
    pusher.checkInvariants();
    Check.that(
        committed.live() <= committed.known(),
        "live version above known committed: ",
        committed.live());
    CommitBatch before = null;
    for (CommitBatch batch : inFlight) {
      boolean ordered = before == null || before.phase().compareTo(batch.phase()) >= 0;
      Check.that(ordered, "a batch overtook the one before it: ", batch.requestNumber());
      before = batch;
    }
  }
}
