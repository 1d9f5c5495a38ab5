package io.ashlar.simulation.check;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.KeySelector;
import io.ashlar.client.StreamingMode;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/**
 * What the documentation of the client's interface says of every call of one transaction: with
 * which errors it must end, or that it must end well. Pure: it is told of each call before it is
 * made, and of what became of commits and retries. Values and keys that reads give are not its
 * affair.
 *
 * <p>What depends on the cluster, such as a conflict or a queue that is full, may happen to
 * whatever goes there; nothing else may.
 */
public final class ApiModel extends ApiWrites {
  /** No epoch begins below. */
  public static final long FIRST_VERSION = 100_000_000;

  /** The longest window there is: nothing further back than this can be read. */
  private static final long WINDOW_VERSIONS_MAX = 5_000_000;

  /** No run comes so far. */
  public static final long FUTURE_VERSION = 1L << 60;

  private static final int NO_LIMIT = 0;

  /** What a read may meet whose version is asked for. */
  private static final EnumSet<ErrorCode> READ_WEATHER =
      EnumSet.of(
          ErrorCode.TRANSACTION_TOO_OLD,
          ErrorCode.FUTURE_VERSION,
          ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);

  private static final EnumSet<ErrorCode> COMMIT_WEATHER =
      EnumSet.of(
          ErrorCode.TRANSACTION_TOO_OLD,
          ErrorCode.NOT_COMMITTED,
          ErrorCode.COMMIT_UNKNOWN_RESULT,
          ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
          ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);

  /** Below this the ranges that reads depend on, which are not known here, count for nothing. */
  private static final long READ_CONFLICT_BYTES_MAX = 1_000_000;

  /**
   * @param defaults of the connection
   * @param mayTimeOut whether the transaction has a timeout from the beginning
   */
  public ApiModel(DatabaseOptions defaults, boolean mayTimeOut) {
    super(defaults, mayTimeOut);
  }

  /** A call with a null, whatever else it is. */
  public static ApiExpectation ofNull() {
    return ApiExpectation.nullPointer();
  }

  /** A call whose future must fail so. */
  public static ApiExpectation failing(ErrorCode error) {
    return ApiExpectation.failure(EnumSet.of(error));
  }

  /** A call that must throw this. */
  public static ApiExpectation throwing(ErrorCode error) {
    return ApiExpectation.atOnce(EnumSet.of(error));
  }

  // ---- reads

  /** What a read does that is let through. */
  private enum Shape {
    /** Of keys that are named. */
    POINTS,
    /** Of one step: later writes are nothing to it. */
    SELECTOR,
    /** Of pages, each with the writes and options of its time. */
    PAGES
  }

  /**
   * A read, whose own errors are in {@code error}.
   *
   * @param keys those that are named, for points
   */
  private ApiExpectation read(ErrorCode error, Shape shape, List<byte[]> keys, boolean snapshot) {
    EnumSet<ErrorCode> errors = stateErrors();
    if (errors.isEmpty() && error != null) {
      errors.add(error);
    }
    if (!errors.isEmpty()) {
      return failure(errors);
    }
    boolean mayAnswerItself = hasMutations && seesOwnWrites(snapshot);
    boolean asks = shape == Shape.POINTS && !mayAnswerItself && !(hasRead && readsYourWrites);
    used = true;
    hasReadConflicts |= !snapshot;
    if (mustBeUnreadable(keys, snapshot)) {
      return failure(EnumSet.of(ErrorCode.ACCESSED_UNREADABLE));
    }
    hasRead = true;
    if (asks) {
      fixed = Fixed.YES;
    } else if (fixed == Fixed.NO) {
      fixed = Fixed.PERHAPS;
    }
    errors.addAll(shape == Shape.PAGES ? READ_WEATHER : weather());
    if (mayBeUnreadable(snapshot)) {
      errors.add(ErrorCode.ACCESSED_UNREADABLE);
    }
    hasTimeoutIn(errors);
    // Nothing was ever read at such a version that could be known without asking.
    boolean mustFail =
        shape == Shape.POINTS
            && !mayAnswerItself
            && (given == Given.IN_THE_FUTURE || given == Given.BEFORE_THE_DATABASE);
    return opened(mustFail ? ApiExpectation.failure(errors) : ApiExpectation.result(errors));
  }

  /** What a read may meet that is all at the version which this try has or will have. */
  private EnumSet<ErrorCode> weather() {
    return switch (given) {
      case NONE -> READ_WEATHER;
      case IN_THE_FUTURE -> EnumSet.of(ErrorCode.FUTURE_VERSION);
      case BEFORE_THE_DATABASE, SOMEWHERE ->
          EnumSet.of(ErrorCode.TRANSACTION_TOO_OLD, ErrorCode.FUTURE_VERSION);
    };
  }

  public ApiExpectation get(byte[] key, boolean snapshot) {
    return key == null
        ? ApiExpectation.nullPointer()
        : read(
            ApiLimits.key(key, readSystemKeys),
            Shape.POINTS,
            Collections.singletonList(key),
            snapshot);
  }

  public ApiExpectation getMany(List<byte[]> keys, boolean snapshot) {
    if (keys == null || keys.stream().anyMatch(key -> key == null)) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = null;
    for (byte[] key : keys) {
      error = error == null ? ApiLimits.key(key, readSystemKeys) : error;
    }
    if (keys.isEmpty()) {
      EnumSet<ErrorCode> errors = stateErrors();
      return errors.isEmpty() ? opened(ApiExpectation.result(timeouts())) : failure(errors);
    }
    return read(error, Shape.POINTS, keys, snapshot);
  }

  public ApiExpectation getKey(KeySelector selector, boolean snapshot) {
    return selector == null
        ? ApiExpectation.nullPointer()
        : read(
            ApiLimits.boundary(selector.getKey(), readSystemKeys),
            Shape.SELECTOR,
            List.of(),
            snapshot);
  }

  /**
   * What a selector leads to that counts further than there are keys: from {@code begin} on
   * forwards, or backwards.
   */
  public byte[] farthest(boolean forward) {
    return forward ? ApiLimits.end(readSystemKeys).clone() : new byte[0];
  }

  public ApiExpectation getRange(
      KeySelector begin, KeySelector end, int limit, StreamingMode mode, boolean snapshot) {
    if (begin == null || end == null || mode == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.boundary(begin.getKey(), readSystemKeys);
    error = error == null ? ApiLimits.boundary(end.getKey(), readSystemKeys) : error;
    if (mode == StreamingMode.EXACT && limit == NO_LIMIT) {
      error = ErrorCode.EXACT_MODE_WITHOUT_LIMITS;
    }
    if (limit < 0) {
      error = ErrorCode.RANGE_LIMITS_INVALID;
    }
    ApiExpectation expectation = read(error, Shape.PAGES, List.of(), snapshot);
    openRanges.add(expectation);
    return expectation;
  }

  public ApiExpectation getReadVersion() {
    EnumSet<ErrorCode> errors = stateErrors();
    if (!errors.isEmpty()) {
      return failure(errors);
    }
    used = true;
    fixed = Fixed.YES;
    if (given == Given.NONE) {
      errors.add(ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);
    }
    hasTimeoutIn(errors);
    return opened(ApiExpectation.result(errors));
  }

  public ApiExpectation setReadVersion(long version) {
    ErrorCode error = version <= 0 ? ErrorCode.VERSION_INVALID : null;
    if (error == null && fixed == Fixed.YES) {
      error = ErrorCode.READ_VERSION_ALREADY_SET;
    }
    if (error == null && fixed == Fixed.PERHAPS && state == State.ACTIVE) {
      EnumSet<ErrorCode> errors = EnumSet.of(ErrorCode.READ_VERSION_ALREADY_SET);
      hasTimeoutIn(errors);
      return ApiExpectation.perhapsAtOnce(errors);
    }
    return atOnce(error);
  }

  /** The version was taken. */
  public void versionWasSet(long version) {
    fixed = Fixed.YES;
    given =
        version < FIRST_VERSION - WINDOW_VERSIONS_MAX
            ? Given.BEFORE_THE_DATABASE
            : version >= FUTURE_VERSION ? Given.IN_THE_FUTURE : Given.SOMEWHERE;
  }

  /**
   * @param isFull whether the database has as many watches as it may have
   */
  public ApiExpectation watch(byte[] key, boolean isFull) {
    if (key == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error =
        readsYourWrites ? ApiLimits.key(key, readSystemKeys) : ErrorCode.WATCHES_DISABLED;
    if (error == null && isFull && state == State.ACTIVE) {
      EnumSet<ErrorCode> errors = EnumSet.of(ErrorCode.TOO_MANY_WATCHES);
      if (mayBeUnreadable(false)) {
        errors.add(ErrorCode.ACCESSED_UNREADABLE);
      }
      used = true;
      hasReadConflicts = true;
      return failure(
          mustBeUnreadable(List.of(key), false)
              ? EnumSet.of(ErrorCode.ACCESSED_UNREADABLE)
              : errors);
    }
    return read(error, Shape.POINTS, List.of(key), false);
  }

  /** A selector that counts so far is made of another. */
  public ApiExpectation offset(long offset) {
    return offset == (int) offset ? option(true) : throwing(ErrorCode.CLIENT_INVALID_OPERATION);
  }

  // ---- the end of a try, and the next

  public ApiExpectation commit() {
    EnumSet<ErrorCode> errors = stateErrors();
    if (!errors.isEmpty()) {
      return failure(errors);
    }
    allowInRanges(ErrorCode.USED_DURING_COMMIT);
    ApiExpectation expectation = opened(commitOfActive());
    state = State.COMMITTING;
    return expectation;
  }

  private ApiExpectation commitOfActive() {
    EnumSet<ErrorCode> errors = timeouts();
    if (mayTimeOut) {
      errors.add(ErrorCode.MAY_STILL_COMMIT);
    }
    if (!hasWrites()) {
      return ApiExpectation.result(errors);
    }
    if (sizeAtLeast() > sizeLimit) {
      allow(ErrorCode.TRANSACTION_TOO_LARGE);
      errors.add(ErrorCode.TRANSACTION_TOO_LARGE);
      return ApiExpectation.failure(errors);
    }
    if (hasReadConflicts && sizeAtLeast() + READ_CONFLICT_BYTES_MAX > sizeLimit) {
      allow(ErrorCode.TRANSACTION_TOO_LARGE);
      errors.add(ErrorCode.TRANSACTION_TOO_LARGE);
    }
    if (given == Given.IN_THE_FUTURE) {
      errors.add(ErrorCode.FUTURE_VERSION);
      errors.add(ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);
      return ApiExpectation.failure(errors);
    }
    if (doomed) {
      errors.add(ErrorCode.CLIENT_INVALID_OPERATION);
      errors.add(ErrorCode.COMMIT_UNKNOWN_RESULT);
      errors.add(ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);
      return ApiExpectation.failure(errors);
    }
    errors.addAll(COMMIT_WEATHER);
    return given == Given.BEFORE_THE_DATABASE
        ? ApiExpectation.failure(errors)
        : ApiExpectation.result(errors);
  }

  public ApiExpectation getCommittedVersion() {
    return ApiExpectation.atOnce(
        state == State.COMMITTED
            ? EnumSet.noneOf(ErrorCode.class)
            : EnumSet.of(ErrorCode.NO_COMMIT_VERSION));
  }

  public ApiExpectation getVersionstamp() {
    if (state == State.COMMITTED) {
      return hasWrites()
          ? ApiExpectation.result(EnumSet.noneOf(ErrorCode.class))
          : ApiExpectation.failure(EnumSet.of(ErrorCode.NO_COMMIT_VERSION));
    }
    if (state == State.FAILED || state == State.RETRYING) {
      return failure(stateErrors());
    }
    EnumSet<ErrorCode> errors = timeouts();
    errors.add(ErrorCode.NO_COMMIT_VERSION);
    if (mayTimeOut) {
      errors.add(ErrorCode.MAY_STILL_COMMIT);
    }
    return opened(ApiExpectation.result(errors));
  }

  public ApiExpectation onError(Throwable thrown) {
    if (thrown == null) {
      return ApiExpectation.nullPointer();
    }
    if (!(thrown instanceof AshlarException error)) {
      // It is judged by identity, not by its number.
      return ApiExpectation.failure(EnumSet.noneOf(ErrorCode.class));
    }
    ErrorCode code = error.code();
    boolean leavesItOpen = code.isMaybeCommitted() || code == ErrorCode.MAY_STILL_COMMIT;
    if (isOver) {
      return noRetry(leavesItOpen ? code : ErrorCode.TRANSACTION_CANCELLED);
    }
    if (state == State.COMMITTING) {
      EnumSet<ErrorCode> errors = EnumSet.of(ErrorCode.USED_DURING_COMMIT);
      if (hasTimeoutIn(errors) && leavesItOpen) {
        errors.remove(ErrorCode.TRANSACTION_TIMED_OUT);
        errors.add(code);
      } else if (mayTimeOut && doubt != Doubt.NO) {
        errors.add(ErrorCode.COMMIT_UNKNOWN_RESULT);
      }
      return ApiExpectation.failure(errors);
    }
    boolean again = error.isRetryableNotCommitted() || (error.isMaybeCommitted() && idempotent);
    if (!again || (retryLimit >= 0 && retries >= retryLimit)) {
      return noRetry(code);
    }
    retries++;
    tries++;
    allow(ErrorCode.TRANSACTION_CANCELLED);
    allowInRanges(ErrorCode.USED_DURING_COMMIT);
    allow(code);
    reset();
    state = State.RETRYING;
    if (error.isMaybeCommitted() && doubt != Doubt.YES) {
      doubt = Doubt.PERHAPS;
    }
    EnumSet<ErrorCode> errors = timeouts();
    if (doubt != Doubt.NO) {
      errors.add(ErrorCode.COMMIT_UNKNOWN_RESULT);
      if (leavesItOpen) {
        errors.add(code);
      }
    }
    return opened(ApiExpectation.result(errors));
  }

  /** Whatever ends the tries, they are not silent about one that may be committed. */
  private ApiExpectation noRetry(ErrorCode why) {
    EnumSet<ErrorCode> errors = EnumSet.of(why);
    if (why.isMaybeCommitted() || why == ErrorCode.MAY_STILL_COMMIT) {
      return ApiExpectation.failure(errors);
    }
    if (doubt != Doubt.NO) {
      errors.add(ErrorCode.COMMIT_UNKNOWN_RESULT);
    }
    if (doubt == Doubt.YES) {
      errors.remove(why);
      return ApiExpectation.failure(errors);
    }
    return failure(errors);
  }
}
