package io.ashlar.simulation.check;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.MutationType;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;

/** What the documentation says of writes, and of conflicts that are added by hand. */
abstract class ApiWrites extends ApiOptions {
  ApiWrites(DatabaseOptions defaults, boolean mayTimeOut) {
    super(defaults, mayTimeOut);
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
    if (key == null) {
      return ApiExpectation.nullPointer();
    }
    KeyRange range = KeyRange.ofKey(Bytes.copyOf(key));
    return cleared(range, write(ApiLimits.key(key, writeSystemKeys), 2L * key.length + 1, range));
  }

  public ApiExpectation clear(byte[] begin, byte[] end) {
    if (begin == null || end == null) {
      return ApiExpectation.nullPointer();
    }
    KeyRange range = new KeyRange(Bytes.copyOf(begin), Bytes.copyOf(end));
    return cleared(
        range,
        write(
            ApiLimits.range(begin, end, writeSystemKeys),
            range.isEmpty() ? 0 : begin.length + end.length,
            range));
  }

  /** After a clear that may have been refused: what is gone can be read. */
  private ApiExpectation cleared(KeyRange range, ApiExpectation clear) {
    if (clear.mayEndWell()) {
      unreadable.removeIf(range::contains);
    }
    return clear;
  }

  public ApiExpectation mutate(MutationType type, byte[] key, byte[] param) {
    if (type == null || key == null || param == null) {
      return ApiExpectation.nullPointer();
    }
    long bytes = key.length + param.length;
    switch (type) {
      case SET_VERSIONSTAMPED_KEY -> {
        ErrorCode error = ApiLimits.stampedKey(key, param, writeSystemKeys);
        stamps(error);
        return write(error, bytes, null);
      }
      case SET_VERSIONSTAMPED_VALUE -> {
        ErrorCode error = ApiLimits.stampedValue(key, param, writeSystemKeys);
        stamps(error);
        ApiExpectation write = write(error, bytes, KeyRange.ofKey(Bytes.copyOf(key)));
        if (write.mayEndWell()) {
          unreadable.add(Bytes.copyOf(key));
        }
        return write;
      }
      default -> {
        return set(key, param);
      }
    }
  }

  private void stamps(ErrorCode error) {
    if (error == null && state == State.ACTIVE) {
      stamped = true;
      allowUnreadableInRanges();
    }
  }

  /** What was just written is not allowed to anyone: the cluster must refuse the commit. */
  public void doom() {
    doomed = state == State.ACTIVE;
  }
}
