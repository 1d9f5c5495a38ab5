package io.ashlar.simulation.check;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;

/**
 * What a transaction is at, as far as the documentation of its interface lets its user know: its
 * state, its options, what this try has done, and which futures are open.
 */
abstract class ApiState {
  /** What the transaction is at. */
  enum State {
    ACTIVE,
    COMMITTING,
    COMMITTED,
    /** {@link ApiState#failure} says why. */
    FAILED,
    RETRYING
  }

  /** Whether the read version can still be set. */
  enum Fixed {
    NO,
    /** A read was called that perhaps needed no version. */
    PERHAPS,
    YES
  }

  /** Where a read version lies that was set. */
  enum Given {
    NONE,
    BEFORE_THE_DATABASE,
    SOMEWHERE,
    IN_THE_FUTURE
  }

  /** Whether a try that was begun anew may have been committed, and none after it was. */
  enum Doubt {
    NO,
    /** Unless the timeout came before it was begun anew. */
    PERHAPS,
    YES
  }

  final List<ApiExpectation> open = new ArrayList<>();

  /** Those among them that go on with a page when the state has changed. */
  final List<ApiExpectation> openRanges = new ArrayList<>();

  // What outlives a try.
  boolean readSystemKeys;
  boolean writeSystemKeys;
  boolean readsYourWrites = true;
  boolean bypassesUnreadable;

  /** Snapshot reads see own writes while it is positive. */
  int snapshotReadYourWrites;

  boolean idempotent;
  boolean mayTimeOut;
  boolean isOver;
  long retryLimit;
  long retries;
  long sizeLimit;
  int tries;
  Doubt doubt = Doubt.NO;

  // What a try begins anew.
  State state = State.ACTIVE;
  final EnumSet<ErrorCode> failure = EnumSet.noneOf(ErrorCode.class);
  boolean used;
  boolean hasRead;
  boolean hasReadConflicts;
  boolean stamped;

  /** Keys whose value only the commit will know; those are not all that cannot be read. */
  final TreeSet<Bytes> unreadable = new TreeSet<>();

  boolean doomed;
  boolean nextWithoutConflict;
  boolean hasMutations;

  /** Of the try before a retry: when the timeout came before that, this try has not begun. */
  final EnumSet<ErrorCode> failureBefore = EnumSet.noneOf(ErrorCode.class);

  Fixed fixed = Fixed.NO;
  Given given = Given.NONE;
  long mutationBytes;
  JoinedRanges readConflicts = new JoinedRanges();
  JoinedRanges writeConflicts = new JoinedRanges();

  /**
   * @param defaults of the connection
   * @param mayTimeOut whether the transaction has a timeout from the beginning
   */
  ApiState(DatabaseOptions defaults, boolean mayTimeOut) {
    this.retryLimit = defaults.transactionRetryLimit();
    this.sizeLimit = defaults.transactionSizeLimitBytes();
    this.idempotent = defaults.idempotent();
    this.snapshotReadYourWrites = defaults.snapshotReadYourWrites() ? 1 : 0;
    this.mayTimeOut = mayTimeOut;
  }

  // ---- what the state says

  EnumSet<ErrorCode> stateErrors() {
    EnumSet<ErrorCode> errors = EnumSet.noneOf(ErrorCode.class);
    switch (state) {
      case ACTIVE -> {}
      case COMMITTING, COMMITTED, RETRYING -> errors.add(ErrorCode.USED_DURING_COMMIT);
      case FAILED -> errors.addAll(failure);
    }
    return errors;
  }

  /** Whether writes are taken, and a commit would be one. */
  public boolean isActive() {
    return state == State.ACTIVE;
  }

  /** Whether its reads are at a version that nobody was given. */
  public boolean readsTheFuture() {
    return given == Given.IN_THE_FUTURE;
  }

  /** Whether the transaction has been committed. */
  public boolean isCommitted() {
    return state == State.COMMITTED;
  }

  /** Whether a commit would send something. */
  public boolean hasWrites() {
    return hasMutations || !writeConflicts.isEmpty();
  }

  /** Whether the cluster must refuse what is to be committed. */
  public boolean isDoomed() {
    return doomed;
  }

  boolean hasTimeoutIn(EnumSet<ErrorCode> errors) {
    return mayTimeOut && errors.add(ErrorCode.TRANSACTION_TIMED_OUT);
  }

  /** A call that throws its errors: those of the state, or else {@code error}, or else none. */
  ApiExpectation atOnce(ErrorCode error) {
    EnumSet<ErrorCode> errors = stateErrors();
    if (errors.isEmpty() && error != null) {
      errors.add(error);
    }
    boolean endsWell = errors.isEmpty();
    return hasTimeoutIn(errors) && endsWell
        ? ApiExpectation.perhapsAtOnce(errors).orTimedOut(this::timedOut)
        : ApiExpectation.atOnce(errors);
  }

  ApiExpectation failure(EnumSet<ErrorCode> errors) {
    hasTimeoutIn(errors);
    return ApiExpectation.failure(errors);
  }

  ApiExpectation opened(ApiExpectation expectation) {
    open.removeIf(each -> !each.isOpen());
    open.add(expectation);
    return expectation;
  }

  void allow(ErrorCode error) {
    open.forEach(each -> each.allow(error));
  }

  void allowInRanges(ErrorCode error) {
    openRanges.removeIf(each -> !each.isOpen());
    openRanges.forEach(each -> each.allow(error));
  }

  boolean seesOwnWrites(boolean snapshot) {
    return readsYourWrites && (!snapshot || snapshotReadYourWrites > 0);
  }

  /** Whether a read may come upon a versionstamped write. */
  boolean mayBeUnreadable(boolean snapshot) {
    return stamped && seesOwnWrites(snapshot) && !bypassesUnreadable;
  }

  /** Whether a read of these keys does so for certain. */
  boolean mustBeUnreadable(List<byte[]> keys, boolean snapshot) {
    return mayBeUnreadable(snapshot)
        && keys.stream().anyMatch(key -> unreadable.contains(Bytes.copyOf(key)));
  }

  /** Something can be met from now on by later pages of what is under way. */
  void allowUnreadableInRanges() {
    if (readsYourWrites && !bypassesUnreadable) {
      allowInRanges(ErrorCode.ACCESSED_UNREADABLE);
    }
  }

  EnumSet<ErrorCode> timeouts() {
    EnumSet<ErrorCode> errors = EnumSet.noneOf(ErrorCode.class);
    hasTimeoutIn(errors);
    return errors;
  }

  /**
   * The size, or −1 where that depends on what reads found, or on when the transaction failed: a
   * timeout may come before {@code onError} has begun it anew.
   */
  public long approximateSize() {
    return hasReadConflicts || state == State.FAILED ? -1 : sizeAtLeast();
  }

  long sizeAtLeast() {
    long read = hasReadConflicts ? 0 : readConflicts.sizeBytes();
    return mutationBytes + writeConflicts.sizeBytes() + read;
  }

  /** A commit that had begun has ended. */
  public void commitEnded(Throwable thrown) {
    if (thrown == null) {
      state = State.COMMITTED;
      doubt = Doubt.NO;
    } else if (thrown instanceof AshlarException error) {
      allow(error.code());
      state = State.FAILED;
      failure.clear();
      failure.add(error.code());
    }
  }

  /** A call was refused since the timeout has passed: so will all be. */
  private void timedOut() {
    if (state == State.ACTIVE) {
      fail(ErrorCode.TRANSACTION_TIMED_OUT);
    }
  }

  void fail(ErrorCode why) {
    state = State.FAILED;
    failure.clear();
    failure.add(why);
  }

  /** How many tries there were: to tell the retry that {@link #retryEnded} is about from others. */
  public int tries() {
    return tries;
  }

  void reset() {
    failureBefore.clear();
    if (state == State.FAILED) {
      failureBefore.addAll(failure);
    }
    used = false;
    hasRead = false;
    hasReadConflicts = false;
    stamped = false;
    unreadable.clear();
    doomed = false;
    nextWithoutConflict = false;
    hasMutations = false;
    fixed = Fixed.NO;
    given = Given.NONE;
    mutationBytes = 0;
    readConflicts = new JoinedRanges();
    writeConflicts = new JoinedRanges();
  }

  /** The last retry that had begun has ended. */
  public void retryEnded(Throwable thrown) {
    if (thrown == null) {
      state = State.ACTIVE;
      if (doubt == Doubt.PERHAPS) {
        doubt = Doubt.YES;
      }
    } else if (thrown instanceof AshlarException error) {
      fail(error.code());
      failure.addAll(failureBefore);
      hasTimeoutIn(failure);
      if (isOver) {
        failure.add(ErrorCode.TRANSACTION_CANCELLED);
      }
    }
  }

  /** The transaction is given up: {@code cancel} or {@code close}. */
  public void cancel() {
    if (state == State.COMMITTED) {
      return;
    }
    isOver = true;
    allow(ErrorCode.TRANSACTION_CANCELLED);
    if (state == State.COMMITTING) {
      allow(ErrorCode.MAY_STILL_COMMIT);
    } else {
      fail(ErrorCode.TRANSACTION_CANCELLED);
    }
  }
}
