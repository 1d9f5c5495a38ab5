package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One batch of a commit proxy, and how far it is. It goes through its phases in their order and is
 * never repaired: either it is answered, or the proxy's service ends. Its handlers record facts
 * here; {@link CommitProxy} moves it on.
 */
final class CommitBatch {
  /** The steps of docs/protocol.md, section 4, in order. */
  enum Phase {
    /** The sequencer is asked for a version. */
    VERSIONING,
    /** The resolvers are asked. */
    RESOLVING,
    /** Decided and tagged: waits until its version is inside the semi-commit window. */
    WAITING_FOR_WINDOW,
    /** The log servers have it. */
    PUSHING,
    /** Durable; the sequencer is being told. */
    REPORTING,
    /** Its clients have their answers. */
    ANSWERED
  }

  private final long requestNumber;
  private final long closedNanos;
  private final long bytes;
  private List<Submission> submissions;
  private Phase phase = Phase.VERSIONING;

  private long previousVersion = -1;
  private long version = -1;
  private boolean tooOld;
  private boolean changesConfiguration;
  private boolean writes;
  private List<Bytes> mutations;
  private BatchResolution resolution;
  private List<Bytes> payloads;

  CommitBatch(long requestNumber, List<Submission> submissions, long closedNanos) {
    this.requestNumber = requestNumber;
    this.submissions = List.copyOf(submissions);
    this.closedNanos = closedNanos;
    this.bytes = submissions.stream().mapToLong(Submission::pushBytes).sum();
  }

  long requestNumber() {
    return requestNumber;
  }

  List<Submission> submissions() {
    return submissions;
  }

  /** By how much it makes a copy of the metadata larger, at most. */
  long metadataBytes() {
    return submissions.stream().mapToLong(Submission::metadataBytes).sum();
  }

  long closedNanos() {
    return closedNanos;
  }

  /** At most what it adds to a push and to a request to a resolver, as it was closed. */
  long bytes() {
    return bytes;
  }

  /** Whether it has no transactions. */
  boolean isIdle() {
    return submissions.isEmpty();
  }

  /** Whether it carries only the known committed version and the chain. */
  boolean isEmpty() {
    return submissions.isEmpty() && !writes;
  }

  /** The proxy has written something into it that no client sent. */
  void writes() {
    writes = true;
  }

  Phase phase() {
    return phase;
  }

  /** Moves on to the next phase; none is skipped. */
  void enter(Phase next) {
    Check.that(next.ordinal() == phase.ordinal() + 1, "a batch cannot go on to ", next);
    phase = next;
  }

  boolean isPast(Phase earlier) {
    return phase.compareTo(earlier) > 0;
  }

  boolean hasVersion() {
    return version >= 0;
  }

  void version(long previous, long own) {
    Check.that(previous < own, "version ", own, " after ", previous);
    previousVersion = previous;
    version = own;
  }

  long previousVersion() {
    return previousVersion;
  }

  /**
   * Takes out, and gives, what says that it read at this batch's version or above it: nobody can
   * have been given such a read version.
   */
  List<Submission> takeOutFuture() {
    return takeOut(submission -> submission.transaction().readVersion() >= version);
  }

  /** Takes out, and gives, what was to be committed at an earlier version or not at all. */
  List<Submission> takeOutLate() {
    return takeOut(submission -> submission.transaction().commitVersionMax() < version);
  }

  private List<Submission> takeOut(Predicate<Submission> which) {
    List<Submission> taken = new ArrayList<>(0);
    for (Submission submission : submissions) {
      if (which.test(submission)) {
        taken.add(submission);
      }
    }
    if (!taken.isEmpty()) {
      submissions = submissions.stream().filter(which.negate()).toList();
    }
    return taken;
  }

  long version() {
    return version;
  }

  /** All its transactions waited too long: none goes to the resolvers, none is committed. */
  boolean isTooOld() {
    return tooOld;
  }

  void tooOld() {
    tooOld = true;
  }

  /** Whether a transaction of it has changed the configuration. */
  boolean changesConfiguration() {
    return changesConfiguration;
  }

  void markChangedConfiguration() {
    changesConfiguration = true;
  }

  /** What the resolvers are asked, and the mutations with their stamps. */
  void assembled(List<Bytes> stamped, BatchResolution asked) {
    mutations = stamped;
    resolution = asked;
  }

  Bytes mutations(int index) {
    return mutations.get(index);
  }

  BatchResolution resolution() {
    return resolution;
  }

  /** What is pushed to each log server. */
  List<Bytes> payloads() {
    return payloads;
  }

  void payloads(List<Bytes> tagged) {
    payloads = tagged;
    // The mutations live on in the payloads alone.
    mutations = null;
  }
}
