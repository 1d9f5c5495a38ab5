package io.ashlar.resolver;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.core.Verdict;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of batches, and what the commit proxies still have to learn.
 *
 * <ol>
 *   <li>Batches are handled in the order of the chain of versions, each once.
 *   <li>An answer is kept until its proxy says that it has it or a later one, and given again to a
 *       repeated request.
 *   <li>The metadata transactions of a version are kept until every proxy has an answer of that
 *       version or a later one. A proxy not heard of yet has none since RT.
 * </ol>
 */
final class BatchChain {
  /** What to do with a batch. */
  enum Outcome {
    /** It is next: resolve it, then {@link BatchChain#resolved}. */
    NEXT,
    /** One before it has not come yet. */
    WAITS,
    /** It was handled; its answer is kept. */
    REPEATED,
    REFUSED
  }

  /**
   * An outcome.
   *
   * @param answer of a repeated batch, else null
   * @param refusal of a refused one, else null
   */
  record Decision(Outcome outcome, BatchResolved answer, ErrorCode refusal, String detail) {
    private static final Decision NEXT = new Decision(Outcome.NEXT, null, null, "");
    private static final Decision WAITS = new Decision(Outcome.WAITS, null, null, "");

    private static Decision refused(ErrorCode code, String detail) {
      return new Decision(Outcome.REFUSED, null, code, detail);
    }
  }

  /** What one commit proxy has been told and has not yet acknowledged. */
  private static final class Proxy {
    private final ArrayDeque<BatchResolved> kept = new ArrayDeque<>();
    private long lastReceivedVersion;

    Proxy(long lastReceivedVersion) {
      this.lastReceivedVersion = lastReceivedVersion;
    }

    void received(long version) {
      lastReceivedVersion = Math.max(lastReceivedVersion, version);
      while (!kept.isEmpty() && kept.peekFirst().version() <= lastReceivedVersion) {
        kept.removeFirst();
      }
    }

    BatchResolved kept(long version) {
      for (BatchResolved answer : kept) {
        if (answer.version() == version) {
          return answer;
        }
      }
      return null;
    }
  }

  private final long firstVersion;
  private final int commitProxyCount;
  private final ResolverOptions options;
  private final Map<Uid, Proxy> proxies = new TreeMap<>();
  private final ArrayDeque<MetadataBatch> metadata = new ArrayDeque<>();
  private long metadataBytes;
  private long metadataRejectedCount;
  private long lastVersion;

  /**
   * @param recoveryTransactionVersion RT: where the chain begins
   * @param commitProxyCount how many proxies metadata is kept for
   */
  BatchChain(long recoveryTransactionVersion, int commitProxyCount, ResolverOptions options) {
    this.firstVersion = recoveryTransactionVersion;
    this.lastVersion = recoveryTransactionVersion;
    this.commitProxyCount = commitProxyCount;
    this.options = options;
  }

  /** The version of the last batch handled, or RT. */
  long lastVersion() {
    return lastVersion;
  }

  /** Bytes of metadata mutations kept. */
  long metadataBytes() {
    return metadataBytes;
  }

  /** Metadata transactions rejected because too much metadata is kept. */
  long metadataRejectedCount() {
    return metadataRejectedCount;
  }

  /** Answers kept for all proxies. */
  int keptAnswerCount() {
    int count = 0;
    for (Proxy proxy : proxies.values()) {
      count += proxy.kept.size();
    }
    return count;
  }

  /** A batch has come. Takes note of what its proxy has received, and nothing else. */
  Decision admit(ResolveBatch batch) {
    String flaw = flaw(batch);
    if (flaw != null) {
      return Decision.refused(ErrorCode.MALFORMED_REQUEST, flaw);
    }
    Proxy proxy = proxies.get(batch.proxy());
    if (proxy == null) {
      if (proxies.size() >= commitProxyCount) {
        return Decision.refused(ErrorCode.MALFORMED_REQUEST, "not a commit proxy of this epoch");
      }
      proxy = new Proxy(firstVersion);
      proxies.put(batch.proxy(), proxy);
    }
    if (batch.previousVersion() >= lastVersion) {
      proxy.received(batch.lastReceivedVersion());
      dropKnownMetadata();
      if (batch.previousVersion() > lastVersion) {
        return Decision.WAITS;
      }
      return proxy.kept.size() < options.keptAnswersMax()
          ? Decision.NEXT
          : Decision.refused(
              ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many answers are not acknowledged");
    }
    BatchResolved answer = proxy.kept(batch.version());
    return answer != null
        ? new Decision(Outcome.REPEATED, answer, null, "")
        : Decision.refused(
            ErrorCode.VERSION_INVALID, "the chain is beyond this version, and it has no answer");
  }

  private String flaw(ResolveBatch batch) {
    if (batch.version() <= batch.previousVersion()) {
      return "the version is not above the previous one";
    }
    if (batch.lastReceivedVersion() > lastVersion) {
      return "an answer received from the future";
    }
    int index = -1;
    for (ResolverTransaction transaction : batch.transactions()) {
      if (transaction.index() <= index) {
        return "transactions out of order";
      }
      index = transaction.index();
    }
    return null;
  }

  /**
   * The next batch is decided: makes and keeps its answer.
   *
   * @param verdicts one for each transaction; belongs to this chain from here on
   * @param metadataBytesMax rejects metadata that would make what is kept more than that; at most
   *     the option's
   */
  BatchResolved resolved(ResolveBatch batch, byte[] verdicts, long metadataBytesMax) {
    Check.that(batch.previousVersion() == lastVersion, "not the next batch: ", batch.version());
    List<MetadataBatch> unknown = new ArrayList<>();
    for (MetadataBatch earlier : metadata) {
      if (earlier.version() > batch.lastReceivedVersion()) {
        unknown.add(earlier);
      }
    }
    keepMetadata(batch, verdicts, metadataBytesMax);
    BatchResolved answer = new BatchResolved(batch.version(), Bytes.wrap(verdicts), unknown);
    proxies.get(batch.proxy()).kept.addLast(answer);
    lastVersion = batch.version();
    return answer;
  }

  private void keepMetadata(ResolveBatch batch, byte[] verdicts, long metadataBytesMax) {
    List<MetadataTransaction> kept = new ArrayList<>();
    for (int i = 0; i < verdicts.length; i++) {
      ResolverTransaction transaction = batch.transactions().get(i);
      Bytes mutations = transaction.metadataMutations();
      if (!mutations.isEmpty()) {
        boolean fits = metadataBytes + mutations.length() <= metadataBytesMax;
        if (!fits) {
          metadataRejectedCount++;
          verdicts[i] = (byte) Verdict.CONFLICT.code();
        }
        Verdict verdict = Verdict.ofCode(verdicts[i]);
        // What this resolver rejects nobody applies: its bytes need not be kept.
        Bytes needed = verdict == Verdict.COMMITTED ? mutations : Bytes.EMPTY;
        kept.add(new MetadataTransaction(transaction.index(), verdict, needed));
        metadataBytes += needed.length();
      }
    }
    if (!kept.isEmpty()) {
      metadata.addLast(new MetadataBatch(batch.version(), kept));
    }
  }

  private void dropKnownMetadata() {
    if (metadata.isEmpty() || proxies.size() < commitProxyCount) {
      return;
    }
    long known = Long.MAX_VALUE;
    for (Proxy proxy : proxies.values()) {
      known = Math.min(known, proxy.lastReceivedVersion);
    }
    while (!metadata.isEmpty() && metadata.peekFirst().version() <= known) {
      for (MetadataTransaction transaction : metadata.removeFirst().transactions()) {
        metadataBytes -= transaction.mutations().length();
      }
    }
  }

  void checkInvariants() {
    Check.that(proxies.size() <= commitProxyCount, "too many proxies: ", proxies.size());
    for (Proxy proxy : proxies.values()) {
      long version = proxy.lastReceivedVersion;
      Check.that(version <= lastVersion, "received from the future: ", version);
      for (BatchResolved answer : proxy.kept) {
        Check.that(answer.version() > version, "answers out of order: ", answer.version());
        version = answer.version();
      }
      Check.that(version <= lastVersion, "an answer from the future: ", version);
    }
    long bytes = 0;
    long version = firstVersion;
    for (MetadataBatch batch : metadata) {
      Check.that(batch.version() > version, "metadata out of order: ", batch.version());
      version = batch.version();
      for (MetadataTransaction transaction : batch.transactions()) {
        bytes += transaction.mutations().length();
      }
    }
    Check.that(bytes == metadataBytes, "metadata bytes: ", bytes, " against ", metadataBytes);
    Check.that(bytes <= options.metadataBytesMax(), "too much metadata: ", bytes);
  }
}
