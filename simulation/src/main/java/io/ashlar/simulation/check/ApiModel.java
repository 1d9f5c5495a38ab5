package io.ashlar.simulation.check;

import io.ashlar.client.KeySelector;
import io.ashlar.client.MutationType;
import io.ashlar.client.StreamingMode;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
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
public final class ApiModel extends ApiState {
  /** No epoch begins below. */
  public static final long FIRST_VERSION = 100_000_000;

  /** No run comes so far. */
  public static final long FUTURE_VERSION = 1L << 60;

  private static final int NO_LIMIT = 0;
  private static final long SIZE_LIMIT_MIN = 32;
  private static final long SIZE_LIMIT_MAX = 10_000_000;

  /** What a read may meet, whatever it is. */
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
   * @param retryLimit see {@code DatabaseOptions}
   * @param mayTimeOut whether the transaction has a timeout from the beginning
   */
  public ApiModel(long retryLimit, long sizeLimit, boolean idempotent, boolean mayTimeOut) {
    super(retryLimit, sizeLimit, idempotent, mayTimeOut);
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

  /** A read of keys or a range, whose own errors are in {@code error}. */
  private ApiExpectation read(ErrorCode error, boolean isPointRead, boolean snapshot) {
    EnumSet<ErrorCode> errors = stateErrors();
    if (errors.isEmpty() && error != null) {
      errors.add(error);
    }
    if (!errors.isEmpty()) {
      return failure(errors);
    }
    // Neither the transaction's own writes nor what it has read before can have the answer.
    boolean asks = isPointRead && !hasMutations && !hasRead;
    used = true;
    hasRead = true;
    hasReadConflicts |= !snapshot;
    if (asks) {
      fixed = Fixed.YES;
    } else if (fixed == Fixed.NO) {
      fixed = Fixed.PERHAPS;
    }
    errors.addAll(READ_WEATHER);
    // A read that goes on for longer than one step also sees what is written meanwhile.
    if (stamped || !isPointRead) {
      errors.add(ErrorCode.ACCESSED_UNREADABLE);
    }
    hasTimeoutIn(errors);
    boolean mustFail = asks && given == Given.IN_THE_FUTURE;
    return opened(mustFail ? ApiExpectation.failure(errors) : ApiExpectation.result(errors));
  }

  public ApiExpectation get(byte[] key, boolean snapshot) {
    return key == null
        ? ApiExpectation.nullPointer()
        : read(ApiLimits.key(key, readSystemKeys), true, snapshot);
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
    return read(error, true, snapshot);
  }

  public ApiExpectation getKey(KeySelector selector, boolean snapshot) {
    return selector == null
        ? ApiExpectation.nullPointer()
        : read(ApiLimits.boundary(selector.getKey(), readSystemKeys), false, snapshot);
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
    ApiExpectation expectation = read(error, false, snapshot);
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
        version < FIRST_VERSION
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
      if (stamped) {
        errors.add(ErrorCode.ACCESSED_UNREADABLE);
      }
      used = true;
      hasReadConflicts = true;
      return failure(errors);
    }
    return read(error, true, false);
  }

  // ---- conflicts

  public ApiExpectation addReadConflictKey(byte[] key) {
    if (key == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.key(key, readSystemKeys);
    if (error == null && state == State.ACTIVE) {
      readConflicts.add(KeyRange.ofKey(Bytes.copyOf(key)));
    }
    return atOnce(error);
  }

  public ApiExpectation addReadConflictRange(byte[] begin, byte[] end) {
    if (begin == null || end == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.range(begin, end, readSystemKeys);
    if (error == null && state == State.ACTIVE) {
      readConflicts.add(new KeyRange(Bytes.copyOf(begin), Bytes.copyOf(end)));
    }
    return atOnce(error);
  }

  public ApiExpectation addWriteConflictKey(byte[] key) {
    if (key == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.key(key, writeSystemKeys);
    if (error == null && state == State.ACTIVE) {
      writeConflicts.add(KeyRange.ofKey(Bytes.copyOf(key)));
    }
    return atOnce(error);
  }

  public ApiExpectation addWriteConflictRange(byte[] begin, byte[] end) {
    if (begin == null || end == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.range(begin, end, writeSystemKeys);
    if (error == null && state == State.ACTIVE) {
      writeConflicts.add(new KeyRange(Bytes.copyOf(begin), Bytes.copyOf(end)));
    }
    return atOnce(error);
  }

  /** A selector that counts so far is made of another. */
  public ApiExpectation offset(long offset) {
    return offset == (int) offset ? option(true) : throwing(ErrorCode.CLIENT_INVALID_OPERATION);
  }

  // ---- writes

  /**
   * A write.
   *
   * @param error of the arguments, or null
   * @param conflict where it is a write conflict; null for nowhere that is known yet. When it is
   *     empty there is nothing to write
   */
  private ApiExpectation write(ErrorCode error, long bytes, KeyRange conflict) {
    if (state != State.ACTIVE || error != null) {
      return atOnce(error);
    }
    used = true;
    if (mutationBytes + bytes > sizeLimit) {
      ApiExpectation tooLarge = atOnce(ErrorCode.TRANSACTION_TOO_LARGE);
      allowInRanges(ErrorCode.TRANSACTION_TOO_LARGE);
      fail(ErrorCode.TRANSACTION_TOO_LARGE);
      return tooLarge;
    }
    if (conflict == null || !conflict.isEmpty()) {
      hasMutations = true;
      mutationBytes += bytes;
      if (conflict != null && !nextWithoutConflict) {
        writeConflicts.add(conflict);
      }
    }
    nextWithoutConflict = false;
    return atOnce(null);
  }

  public ApiExpectation set(byte[] key, byte[] value) {
    if (key == null || value == null) {
      return ApiExpectation.nullPointer();
    }
    ErrorCode error = ApiLimits.key(key, writeSystemKeys);
    return write(
        error == null ? ApiLimits.value(value.length) : error,
        key.length + value.length,
        KeyRange.ofKey(Bytes.copyOf(key)));
  }

  public ApiExpectation clear(byte[] key) {
    return key == null
        ? ApiExpectation.nullPointer()
        : write(
            ApiLimits.key(key, writeSystemKeys),
            2L * key.length + 1,
            KeyRange.ofKey(Bytes.copyOf(key)));
  }

  public ApiExpectation clear(byte[] begin, byte[] end) {
    if (begin == null || end == null) {
      return ApiExpectation.nullPointer();
    }
    KeyRange range = new KeyRange(Bytes.copyOf(begin), Bytes.copyOf(end));
    return write(
        ApiLimits.range(begin, end, writeSystemKeys),
        range.isEmpty() ? 0 : begin.length + end.length,
        range);
  }

  public ApiExpectation mutate(MutationType type, byte[] key, byte[] param) {
    if (type == null || key == null || param == null) {
      return ApiExpectation.nullPointer();
    }
    long bytes = key.length + param.length;
    switch (type) {
      case SET_VERSIONSTAMPED_KEY -> {
        ErrorCode error = ApiLimits.stampedKey(key, param, writeSystemKeys);
        stamped |= error == null && state == State.ACTIVE;
        return write(error, bytes, null);
      }
      case SET_VERSIONSTAMPED_VALUE -> {
        ErrorCode error = ApiLimits.stampedValue(key, param, writeSystemKeys);
        stamped |= error == null && state == State.ACTIVE;
        return write(error, bytes, KeyRange.ofKey(Bytes.copyOf(key)));
      }
      default -> {
        return set(key, param);
      }
    }
  }

  /** What was just written is not allowed to anyone: the cluster must refuse the commit. */
  public void doom() {
    doomed = state == State.ACTIVE;
  }

  // ---- options

  public ApiExpectation setTimeout(long millis) {
    if (millis > 0) {
      mayTimeOut = true;
      allow(ErrorCode.TRANSACTION_TIMED_OUT);
      if (state == State.COMMITTING) {
        allow(ErrorCode.MAY_STILL_COMMIT);
      }
    }
    return option(millis >= 0);
  }

  public ApiExpectation setRetryLimit(long limit) {
    retryLimit = limit;
    return option(true);
  }

  public ApiExpectation setMaxRetryDelay(long millis) {
    return option(millis >= 0);
  }

  public ApiExpectation setSizeLimit(long bytes) {
    boolean isLegal = bytes >= SIZE_LIMIT_MIN && bytes <= SIZE_LIMIT_MAX;
    sizeLimit = isLegal ? bytes : sizeLimit;
    return option(isLegal);
  }

  public ApiExpectation setReadYourWritesDisable() {
    EnumSet<ErrorCode> errors = EnumSet.of(ErrorCode.CLIENT_INVALID_OPERATION);
    if (mayTimeOut && (used || state == State.FAILED)) {
      // What was called after the timeout was no use of it, and no retry began it anew.
      return ApiExpectation.perhapsAtOnce(errors);
    }
    if (used) {
      return ApiExpectation.atOnce(errors);
    }
    readsYourWrites = false;
    return option(true);
  }

  public ApiExpectation setNextWriteNoWriteConflictRange() {
    nextWithoutConflict = true;
    return option(true);
  }

  public ApiExpectation setReadSystemKeys() {
    readSystemKeys = true;
    return option(true);
  }

  public ApiExpectation setAccessSystemKeys() {
    readSystemKeys = true;
    writeSystemKeys = true;
    return option(true);
  }

  public ApiExpectation setIdempotent() {
    idempotent = true;
    return option(true);
  }

  /** An option that any value will do for, or not. */
  public ApiExpectation option(boolean isLegal) {
    return ApiExpectation.atOnce(
        isLegal ? EnumSet.noneOf(ErrorCode.class) : EnumSet.of(ErrorCode.INVALID_OPTION_VALUE));
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
    if (isOver) {
      return failure(EnumSet.of(ErrorCode.TRANSACTION_CANCELLED));
    }
    if (state == State.COMMITTING) {
      return failure(EnumSet.of(ErrorCode.USED_DURING_COMMIT));
    }
    ErrorCode code = error.code();
    boolean again = error.isRetryableNotCommitted() || (error.isMaybeCommitted() && idempotent);
    if (!again || (retryLimit >= 0 && retries >= retryLimit)) {
      return failure(EnumSet.of(code));
    }
    retries++;
    tries++;
    allow(ErrorCode.TRANSACTION_CANCELLED);
    allowInRanges(ErrorCode.USED_DURING_COMMIT);
    allow(code);
    reset();
    state = State.RETRYING;
    return opened(ApiExpectation.result(timeouts()));
  }
}
