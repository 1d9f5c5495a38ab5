package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ReadVersions;
import io.ashlar.host.Timers;
import java.util.ArrayList;
import java.util.List;

/**
 * One try of a transaction as the role knows it: its read version and the operations that are under
 * way. Owned by the loop, but for what is set before its first operation is posted.
 */
final class Session {
  /** A storage server that is asked at no version answers with what it knows to be committed. */
  private static final long NO_VERSION = ReadVersions.KNOWN_COMMITTED;

  /** All tries of one transaction: what its timeout belongs to. */
  static final class Lifetime {
    private Session current;
    private TransactionTimeout timeout;
    private Timers.Timer timer;
    private boolean expired;

    /** The try whose operations came last, or null. */
    Session current() {
      return current;
    }

    boolean isExpired() {
      return expired;
    }

    void expire() {
      expired = true;
      timeout = null;
      timer = null;
    }

    void arm(TransactionTimeout newTimeout, Timers.Timer newTimer) {
      timeout = newTimeout;
      timer = newTimer;
    }

    /** There is no timeout from now on. */
    void disarm(ClientRole role) {
      if (timer != null) {
        timer.cancel();
        role.end(timeout);
        timeout = null;
        timer = null;
      }
    }
  }

  private final Lifetime lifetime;
  private final boolean ofLoop;
  private boolean causalReadRisky;
  private ClientCausalSession causal;
  private boolean asksVersion;
  private long seenWhenAsked;
  private boolean eventual;
  private long version = NO_VERSION;
  private long storeTimeMillis = NO_VERSION;
  private boolean versionIsGiven;
  private boolean versionRequested;
  private AshlarException failure;
  private final List<Operation> awaitingVersion = new ArrayList<>(0);
  private Operation firstActive;

  /** Neighbours among the role's sessions with active operations. */
  Session previous;

  Session next;

  Session(Lifetime lifetime) {
    this(lifetime, false);
  }

  private Session(Lifetime lifetime, boolean ofLoop) {
    this.lifetime = lifetime;
    this.ofLoop = ofLoop;
  }

  /** What the loop itself wants to read: outcomes are heard there, not on the executor. */
  static Session ofLoop() {
    return new Session(null, true);
  }

  boolean isOfLoop() {
    return ofLoop;
  }

  Lifetime lifetime() {
    return lifetime;
  }

  /** Before the first operation is posted: all reads are at {@code fixed}. */
  void presetVersion(long fixed) {
    version = fixed;
    versionIsGiven = true;
  }

  /** Whether the version is what a caller says, who may have made it up. */
  boolean versionIsGiven() {
    return versionIsGiven;
  }

  /** Before the first operation is posted. */
  void presetCausalReadRisky(boolean risky) {
    causalReadRisky = risky;
  }

  boolean isCausalReadRisky() {
    return causalReadRisky;
  }

  /**
   * Before the first operation is posted: it is a try of a session's transaction.
   *
   * @param asks whether it asks for a read version, though the session may know one
   */
  void presetCausal(ClientCausalSession session, boolean asks) {
    causal = session;
    asksVersion = asks;
  }

  /** Before the first operation is posted: the first storage server that answers decides. */
  void presetEventual(boolean isSo) {
    eventual = isSo;
  }

  /** Whether its version is what the storage server knows that is asked first. */
  boolean isEventual() {
    return eventual;
  }

  /** The session that its transaction belongs to, or null. */
  ClientCausalSession causal() {
    return causal;
  }

  /** Whether it asks for a read version in any case. */
  boolean asksVersion() {
    return asksVersion;
  }

  /** What its session had seen when it asked for a read version: that is below none of these. */
  long seenWhenAsked() {
    return seenWhenAsked;
  }

  /** Nobody has told that its version is committed. */
  void markVersionGiven() {
    versionIsGiven = true;
  }

  boolean hasVersion() {
    return version != NO_VERSION;
  }

  long version() {
    return version;
  }

  /** The store time at the version, or negative when a caller gave the version. */
  long storeTimeMillis() {
    return storeTimeMillis;
  }

  /** With the version, before it {@linkplain #versionArrived arrives}. */
  void noteStoreTime(long millis) {
    storeTimeMillis = millis;
  }

  /** Why nothing of the session goes on, or null. */
  AshlarException failure() {
    return failure;
  }

  void fail(AshlarException why) {
    failure = why;
  }

  boolean isActive() {
    return firstActive != null;
  }

  Operation firstActive() {
    return firstActive;
  }

  void add(Operation operation) {
    if (lifetime != null) {
      lifetime.current = this;
    }
    operation.nextActive = firstActive;
    if (firstActive != null) {
      firstActive.previousActive = operation;
    }
    firstActive = operation;
  }

  void remove(Operation operation) {
    if (operation.previousActive == null) {
      firstActive = operation.nextActive;
    } else {
      operation.previousActive.nextActive = operation.nextActive;
    }
    if (operation.nextActive != null) {
      operation.nextActive.previousActive = operation.previousActive;
    }
    operation.previousActive = null;
    operation.nextActive = null;
  }

  /** Somebody is to get the version; false when somebody does already. */
  boolean claimVersion() {
    boolean first = !versionRequested;
    versionRequested = true;
    if (first && causal != null) {
      seenWhenAsked = causal.seen();
    }
    return first;
  }

  /** The operation goes on when the version is there; true if someone has to ask for it. */
  boolean awaitVersion(Operation operation) {
    awaitingVersion.add(operation);
    return claimVersion();
  }

  /** The version is there: gives the operations that waited for it. */
  List<Operation> versionArrived(long arrived) {
    version = arrived;
    List<Operation> waiting = List.copyOf(awaitingVersion);
    awaitingVersion.clear();
    return waiting;
  }

  /** The version could not be had; it may be asked for again. */
  List<Operation> versionFailed() {
    versionRequested = false;
    List<Operation> waiting = List.copyOf(awaitingVersion);
    awaitingVersion.clear();
    return waiting;
  }
}
