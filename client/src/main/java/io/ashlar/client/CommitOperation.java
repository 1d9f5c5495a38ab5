package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.TransactionCommitted;

/**
 * The commit of one transaction. Allowed steps: NEW → SENT → (FENCING → (RESOLVING)) → ended; a
 * blind write whose borrowed read version was too old goes from SENT back to NEW once.
 */
final class CommitOperation extends Operation {
  /** How far it is. */
  enum Phase {
    /** Nothing was sent. */
    NEW,
    /** The original is with a commit proxy. */
    SENT,
    /** The result of the original is unknown, and a fence is on its way. */
    FENCING,
    /** The fence is through: the original has happened or never will, which is looked up. */
    RESOLVING
  }

  /** Hears the outcome, on the executor. */
  interface Receiver {
    /** Exactly one of the two is null. */
    void onCommitted(TransactionCommitted committed, AshlarException error);
  }

  private final ByteWriter readConflicts;
  private final ByteWriter writeConflicts;
  private final Bytes mutations;
  private final boolean hasId;
  private final boolean blind;
  private final long versionMax;
  private final Receiver receiver;

  private Session lookup;
  private Phase phase = Phase.NEW;
  private TransactionCommitted committed;
  private Bytes fenceKey;
  private Bytes id;
  private long readVersion;
  private boolean borrowsVersion;
  private Session versionCheck;
  private int fencesSent;

  /** Neighbours among the commits under way; the loop's. */
  CommitOperation previousCommit;

  CommitOperation nextCommit;

  /**
   * @param readConflicts handed over: the role appends to it
   * @param writeConflicts likewise
   * @param hasId whether its result can be looked up by an idempotency id
   * @param blind whether it read nothing, so that any read version of the window will do
   * @param versionMax it is not committed above this version
   */
  CommitOperation(
      Session session,
      ByteWriter readConflicts,
      ByteWriter writeConflicts,
      Bytes mutations,
      boolean hasId,
      boolean blind,
      long versionMax,
      Receiver receiver) {
    super(session);
    this.readConflicts = readConflicts;
    this.writeConflicts = writeConflicts;
    this.mutations = mutations;
    this.hasId = hasId;
    this.blind = blind;
    this.versionMax = versionMax;
    this.receiver = receiver;
  }

  ByteWriter readConflicts() {
    return readConflicts;
  }

  ByteWriter writeConflicts() {
    return writeConflicts;
  }

  Bytes mutations() {
    return mutations;
  }

  boolean isBlind() {
    return blind;
  }

  long versionMax() {
    return versionMax;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next) {
    phase = next;
  }

  /** Whether it has an idempotency id. */
  boolean hasId() {
    return hasId;
  }

  /** Its idempotency id; empty without. */
  Bytes id() {
    return id;
  }

  /** In which its fence must collide with it. */
  Bytes fenceKey() {
    return fenceKey;
  }

  /** What makes it different from all others; once. */
  void identify(Bytes key, Bytes idOrEmpty) {
    fenceKey = key;
    id = idOrEmpty;
  }

  /** The reads by which its result is looked up, or null. */
  Session lookup() {
    return lookup;
  }

  void setLookup(Session session) {
    lookup = session;
  }

  long readVersion() {
    return readVersion;
  }

  /** The version it will be sent with, borrowed when it is not the session's own. */
  void setReadVersion(long version, boolean borrowed) {
    readVersion = version;
    borrowsVersion = borrowed;
  }

  boolean borrowsVersion() {
    return borrowsVersion;
  }

  /** Gets a version that is above all told so far, to hold against one that was given; or null. */
  Session versionCheck() {
    return versionCheck;
  }

  void setVersionCheck(Session session) {
    versionCheck = session;
  }

  /** How many fences were tried: the answers to all but the last are of no interest. */
  int fencesSent() {
    return fencesSent;
  }

  int countFence() {
    return ++fencesSent;
  }

  void setCommitted(TransactionCommitted result) {
    committed = result;
  }

  @Override
  void start(ClientRole role) {
    role.commits().start(this);
  }

  @Override
  AshlarException errorOnGivingUp(AshlarException why) {
    if (phase == Phase.NEW) {
      return why;
    }
    return new AshlarException(
        ErrorCode.MAY_STILL_COMMIT, ErrorCode.MAY_STILL_COMMIT.meaning() + " Why: " + why.detail());
  }

  @Override
  void finish() {
    receiver.onCommitted(committed, error());
  }
}
