package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Verdict;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.CommitVersion;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.Message;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Steps 2 to 8 of a commit: leads the batches of a commit proxy, each behind the one before, from
 * their versions to the answers for their clients.
 */
final class CommitPipeline {
  /** The commit proxy as this part sees it. */
  interface Owner {
    /** A batch is through, and its clients are answered. */
    void onAnswered(CommitBatch batch);

    /** A log server says that the epoch has ended. */
    void onEpochEnded(int member);

    /**
     * What was pushed or asked is refused for what it is.
     *
     * @param why for people
     */
    void onUnusable(String why);
  }

  private static final long NANOS_PER_VERSION = 1_000;

  private final Host host;
  private final RecruitCommitProxy recruit;
  private final CommitCounters counters;
  private final Owner owner;
  private final long windowNanos;
  private final Requests requests;
  private final LogPusher pusher;
  private final Metadata metadata;
  private final PushPayload payload;
  private final TagAssigner assigner;
  private final ResolverShares shares;
  private final BatchAssembler assembler;
  private final MetadataRenewal renewal;
  private final MetadataPops pops;
  private final IdExpiry expiry;
  private final IdRows idRows = new IdRows();
  private final CommittedVersions committed;

  /** Batches that are not answered yet, in the order of their versions. */
  private final Deque<CommitBatch> inFlight = new ArrayDeque<>();

  private long lastRequestNumber;

  /** {@link CommitBatch#bytes} of the batches of which resolvers are being asked. */
  private long askedBytes;

  private long lastVersion;

  /** All metadata at or below this version is applied. */
  private long appliedVersion;

  /** The known committed version that the last push told the log servers. */
  private long toldCommitted;

  /** The last batch with all answers, or null. */
  private CommitBatch lastDecided;

  CommitPipeline(
      Host host,
      RecruitCommitProxy recruit,
      CommitProxyOptions options,
      CommitCounters counters,
      Owner owner) {
    this.host = host;
    this.recruit = recruit;
    this.counters = counters;
    this.owner = owner;
    LogGeneration generation = recruit.logs().generation();
    windowNanos = recruit.windowVersions() * NANOS_PER_VERSION;
    TagPlacement placement = new TagPlacement(generation);
    requests =
        new Requests(
            host,
            options.requestTimeoutNanos(),
            options.retryDelayMinNanos(),
            options.retryDelayMaxNanos(),
            owner::onUnusable);
    pusher = new LogPusher(host, recruit.logs(), options, new LogEvents());
    metadata = new Metadata(recruit.metadata());
    payload = new PushPayload(placement, generation.members().size());
    assigner = new TagAssigner(metadata, payload);
    shares = new ResolverShares(recruit.resolvers());
    assembler = new BatchAssembler(shares);
    renewal = new MetadataRenewal(recruit.proxyIndex() == 0, options, host.clock().nowNanos());
    pops = new MetadataPops(requests, recruit.logs(), placement);
    long begin = generation.recoveryTransactionVersion();
    expiry = new IdExpiry(begin, recruit.windowVersions(), options.idLifetimeVersions());
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

  /** Begins with a batch of these, perhaps of none. */
  void begin(List<Submission> submissions) {
    CommitBatch batch = new CommitBatch(++lastRequestNumber, submissions, host.clock().nowNanos());
    inFlight.addLast(batch);
    // Step 2.
    requests.start(
        recruit.sequencer(),
        new GetCommitVersion(recruit.roleId(), lastRequestNumber),
        CommitVersion.class,
        reply -> onVersion(batch, reply));
  }

  /** Tells the sequencer what the log has, once for all batches of these events. */
  void report() {
    committed.report(pusher.committedVersion());
  }

  /** Nothing is sent and nobody answered any more. */
  void end() {
    requests.end();
    pusher.end();
    committed.end();
    inFlight.clear();
  }

  int inFlightCount() {
    return inFlight.size();
  }

  /** The number of the last batch, from 1. */
  long lastRequestNumber() {
    return lastRequestNumber;
  }

  /** Bytes of pushes that some log server has not acknowledged. */
  long retainedBytes() {
    return pusher.retainedBytes();
  }

  /** How far each log server is behind, by member. */
  List<LogBacklog> backlogs() {
    return pusher.backlogs();
  }

  /** The controller has given a log server up for the epoch. */
  void giveUp(int member) {
    pusher.giveUp(member);
  }

  /** The largest version known to be committed. */
  long knownCommitted() {
    return committed.known();
  }

  /** The known committed version that the last push told the log servers. */
  long toldCommitted() {
    return toldCommitted;
  }

  /** Decides when idempotency ids are cleared. */
  IdExpiry expiry() {
    return expiry;
  }

  /** How often a request or a push had to be sent again. */
  long repeatedCount() {
    return requests.repeatedCount() + pusher.resentCount();
  }

  /** What knows the tags of keys, by the metadata as of the last batch that was decided. */
  TagAssigner assigner() {
    return assigner;
  }

  /** What a copy of the metadata has once all batches in flight are decided, at most. */
  long metadataBytes() {
    long bytes = metadata.copyBytes();
    for (CommitBatch batch : inFlight) {
      bytes += batch.isPast(CommitBatch.Phase.RESOLVING) ? 0 : batch.metadataBytes();
    }
    return bytes;
  }

  /** Where the shards of a range are, by the metadata as of the last batch that was decided. */
  List<ShardLocation> locations(KeyRange range, int limit, boolean reverse) {
    return metadata.locations(range, limit, reverse);
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
      owner.onAnswered(inFlight.removeFirst());
    }
  }

  /** Moves a batch on by one phase if it can go; {@code before} is the one ahead of it, if any. */
  private boolean step(CommitBatch batch, CommitBatch before) {
    CommitBatch.Phase phase = batch.phase();
    boolean isNext = before == null || before.isPast(phase);
    switch (phase) {
      case VERSIONING -> {
        if (isNext && batch.hasVersion() && mayAsk(batch)) {
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

  /** The first is always asked: what it waits for is asked by others, each its first. */
  private boolean mayAsk(CommitBatch batch) {
    boolean isFull =
        askedBytes > 0
            && (askedBytes + batch.bytes() > CommitProxyOptions.QUESTION_BYTES_MAX
                || host.faults().at("commit-proxy.narrow-questions"));
    if (isFull) {
      host.probes().hit("commit-proxy.questions-wait");
    }
    return !isFull;
  }

  private void resolve(CommitBatch batch) {
    askedBytes += batch.bytes();
    Check.that(batch.version() > lastVersion, "version ", batch.version(), " after ", lastVersion);
    lastVersion = batch.version();
    refuseFuture(batch);
    refuseLate(batch);
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

  /** What a client allowed for some time only, as while a lease of its lasts, and came later. */
  private void refuseLate(CommitBatch batch) {
    for (Submission submission : batch.takeOutLate()) {
      counters.refused();
      host.probes().hit("commit-proxy.too-late");
      refuse(
          submission.request(),
          ErrorCode.TRANSACTION_TOO_OLD,
          "it was to be committed by version "
              + submission.transaction().commitVersionMax()
              + ", and now it is "
              + batch.version());
    }
  }

  private void onResolved(CommitBatch batch, int resolver, BatchResolved reply) {
    batch.resolution().answer(resolver, reply);
    if (batch.resolution().isComplete()) {
      askedBytes -= batch.bytes();
    }
    advance();
  }

  private void decide(CommitBatch batch) {
    BatchResolution resolution = batch.resolution();
    resolution.forEachMetadata(appliedVersion, this::applyMetadata);
    payload.clear();
    idRows.begin(batch.version());
    long settingsBefore = metadata.settingChanges();
    if (!batch.isTooOld()) {
      for (int i = 0; i < batch.submissions().size(); i++) {
        if (resolution.verdict(i) == Verdict.COMMITTED) {
          Bytes id = batch.submissions().get(i).transaction().id();
          if (!id.isEmpty()) {
            idRows.add(id, i);
          }
          int metadataBytes = assigner.assign(batch.mutations(i));
          if (metadataBytes > 0) {
            host.probes().hit("commit-proxy.metadata-of-its-own");
            renewal.changed(metadataBytes);
          }
        }
      }
    }
    if (metadata.settingChanges() != settingsBefore) {
      batch.markChangedConfiguration();
    }
    writeIds(batch);
    expireIds(batch);
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

  /** What was committed with an id is listed in the same version: the list is part of the batch. */
  private void writeIds(CommitBatch batch) {
    Bytes rows = idRows.mutations();
    if (!rows.isEmpty()) {
      assigner.assign(rows);
      expiry.written(batch.version());
    }
  }

  /**
   * No resolver is asked: nothing else changes these rows, and a client that reads them afterwards
   * sees below which bound they tell nothing.
   */
  private void expireIds(CommitBatch batch) {
    long bound = expiry.bound(batch.version(), host.faults().at("commit-proxy.expire-ids"));
    long bytesMax =
        CommitProxyOptions.EXPIRY_BYTES_MAX
            + (long) (assigner.clearTagBytes() + assigner.setTagBytes());
    if (bound == IdExpiry.NONE
        || payload.bytesMax() + bytesMax > CommitProxyOptions.PUSH_BYTES_MAX) {
      return; // It goes with a later batch.
    }
    host.probes().hit("commit-proxy.ids-expired");
    assigner.assign(IdempotencyIds.expire(bound));
    batch.writes();
    expiry.expired(batch.version(), bound);
    host.trace().event("IdsExpired", "version", batch.version(), "below", bound);
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
      owner.onUnusable("log server " + member + ": " + detail);
    }

    @Override
    public void onLogStopped(int member) {
      owner.onEpochEnded(member);
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

  private void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, message);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }

  void checkInvariants() {
    metadata.checkInvariants();
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
