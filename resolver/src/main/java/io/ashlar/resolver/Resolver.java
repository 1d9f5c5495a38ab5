package io.ashlar.resolver;

import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Verdict;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ResolverTransaction;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.List;
import java.util.TreeMap;

/**
 * Decides which transactions commit (docs/protocol.md, section 5). {@link BatchChain} says which
 * batch is next and remembers answers, {@link ConflictSet} decides it; this class keeps the batches
 * that have to wait for an earlier one.
 *
 * <p>It begins empty at RT and has no state on disk: when it is gone, a recovery begins a new epoch
 * in which nothing that read before can commit.
 */
public final class Resolver implements Role {
  private final Host host;
  private final RecruitResolver recruit;
  private final ResolverOptions options;
  private final BatchChain chain;
  private final ConflictSet conflicts;

  /** Batches that wait, by their previous version. */
  private final TreeMap<Long, Inbound> parked = new TreeMap<>();

  private long parkedBytes;
  private long committedCount;
  private long conflictCount;
  private long tooOldCount;

  public Resolver(Host host, RecruitResolver recruit, ResolverOptions options) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
    long first = recruit.recoveryTransactionVersion();
    chain = new BatchChain(first, recruit.commitProxyCount(), options);
    conflicts = new ConflictSet(first, recruit.windowVersions());
  }

  @Override
  public void start() {
    host.trace()
        .event(
            "ResolverStarted",
            "epoch",
            recruit.epoch(),
            "recoveryTransactionVersion",
            recruit.recoveryTransactionVersion());
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (!inbound.wantsReply()) {
      return; // Everything a resolver understands is a request.
    }
    Message message = inbound.message();
    switch (message.kind()) {
      case RESOLVE_BATCH -> onResolveBatch(inbound);
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default ->
          refuse(inbound, ErrorCode.MALFORMED_REQUEST, "a resolver has no " + message.kind());
    }
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}

  private void onResolveBatch(Inbound inbound) {
    if (host.faults().at("resolver.refuse")) {
      // The proxy sends it again.
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "busy");
      return;
    }
    boolean advanced = handle(inbound);
    while (advanced) {
      Inbound next = unpark(chain.lastVersion());
      advanced = next != null && handle(next);
    }
  }

  /** Answers, refuses or parks a batch. True when the chain has advanced. */
  private boolean handle(Inbound inbound) {
    ResolveBatch batch = (ResolveBatch) inbound.message();
    BatchChain.Decision decision = chain.admit(batch);
    switch (decision.outcome()) {
      case NEXT -> {
        return resolve(inbound, batch);
      }
      case WAITS -> park(inbound, batch);
      case REPEATED -> {
        host.probes().hit("resolver.repeated-batch");
        host.network().reply(inbound, decision.answer());
      }
      case REFUSED -> refuse(inbound, decision.refusal(), decision.detail());
      default -> throw Check.unreachable("no such outcome: ", decision.outcome());
    }
    return false;
  }

  private boolean resolve(Inbound inbound, ResolveBatch batch) {
    byte[] verdicts;
    try {
      verdicts = conflicts.resolve(batch.version(), batch.transactions());
    } catch (MalformedException e) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, e.getMessage());
      return false;
    }
    if (verdicts.length > 0 && host.faults().at("resolver.reject-transaction")) {
      // A conflict that is none is legal: with several resolvers it happens anyway.
      verdicts[host.random().nextInt(verdicts.length)] = (byte) Verdict.CONFLICT.code();
    }
    if (conflicts.hasConflictWithinBatch()) {
      host.probes().hit("shape.conflict-within-batch");
    }
    long rejectedBefore = chain.metadataRejectedCount();
    boolean keepsNone = hasMetadata(batch) && host.faults().at("resolver.refuse-metadata");
    long metadataBytesMax = keepsNone ? 0 : options.metadataBytesMax();
    BatchResolved answer = chain.resolved(batch, verdicts, metadataBytesMax);
    host.network().reply(inbound, answer);
    if (!answer.metadata().isEmpty()) {
      host.probes().hit("resolver.metadata-told");
    }
    if (host.trace().isEnabled()) {
      host.trace().event("BatchResolved", "version", batch.version(), "count", verdicts.length);
    }
    if (chain.metadataRejectedCount() > rejectedBefore) {
      host.probes().hit("resolver.metadata-full");
      host.trace().event("MetadataRejected", "version", batch.version());
    }
    count(verdicts);
    return true;
  }

  private static boolean hasMetadata(ResolveBatch batch) {
    for (ResolverTransaction transaction : batch.transactions()) {
      if (!transaction.metadataMutations().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void count(byte[] verdicts) {
    for (byte code : verdicts) {
      switch (Verdict.ofCode(code)) {
        case COMMITTED -> committedCount++;
        case CONFLICT -> conflictCount++;
        case TOO_OLD -> {
          host.probes().hit("resolver.too-old");
          tooOldCount++;
        }
        default -> throw Check.unreachable("no such verdict: ", code);
      }
    }
  }

  /**
   * Keeps a batch; one with the same previous version takes the place of the older. When there is
   * no room the latest leave for an earlier one: else late batches would keep out those they wait
   * for, and each repetition would move the chain by one.
   */
  private void park(Inbound inbound, ResolveBatch batch) {
    unpark(batch.previousVersion());
    long bytes = sizeBytes(batch);
    while (isFullFor(bytes) && parked.lastKey() > batch.previousVersion()) {
      host.probes().hit("resolver.batch-displaced");
      refuse(
          unpark(parked.lastKey()), ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many batches wait");
    }
    if (isFullFor(bytes)) {
      host.probes().hit("resolver.parked-full");
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many batches wait");
      return;
    }
    host.probes().hit("resolver.parked-batch");
    parked.put(batch.previousVersion(), inbound);
    parkedBytes += bytes;
  }

  /** Never when nothing is parked. */
  private boolean isFullFor(long bytes) {
    return !parked.isEmpty()
        && (parked.size() >= options.parkedBatchesMax()
            || parkedBytes + bytes > options.parkedBytesMax());
  }

  private Inbound unpark(long previousVersion) {
    Inbound inbound = parked.remove(previousVersion);
    if (inbound != null) {
      parkedBytes -= sizeBytes((ResolveBatch) inbound.message());
    }
    return inbound;
  }

  private static long sizeBytes(ResolveBatch batch) {
    long bytes = 0;
    for (ResolverTransaction transaction : batch.transactions()) {
      bytes +=
          transaction.readConflicts().length()
              + transaction.writeConflicts().length()
              + transaction.metadataMutations().length();
    }
    return bytes;
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    host.probes().hit("resolver.refused-" + code.label());
    host.trace().event("BatchRefused", "code", code, "detail", detail);
    host.network().reply(inbound, new Refused(code, detail));
  }

  private RoleStatus status() {
    return new RoleStatus(
        "resolver",
        List.of(
            field("epoch", recruit.epoch()),
            field("recovery-transaction-version", recruit.recoveryTransactionVersion()),
            field("last-version", chain.lastVersion()),
            field("oldest-version", conflicts.oldestVersion()),
            field("boundaries", conflicts.boundaryCount()),
            field("committed", committedCount),
            field("conflicts", conflictCount),
            field("too-old", tooOldCount),
            field("parked-batches", parked.size()),
            field("kept-answers", chain.keptAnswerCount()),
            field("kept-metadata-bytes", chain.metadataBytes()),
            field("metadata-rejected", chain.metadataRejectedCount())));
  }

  private static StatusField field(String name, long value) {
    return new StatusField(name, Long.toString(value));
  }
}
