package io.ashlar.client;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.MutationType;

/**
 * What a transaction will send: its mutations, encoded in their order as they come, its write
 * conflicts, and the map of the same writes for reads of its own.
 */
final class WriteBuffer {
  private static final int STAMP_BYTES = 10;

  private final ByteWriter mutations = new ByteWriter(128);
  private final ConflictRanges conflicts = new ConflictRanges();
  private WriteMap map = WriteMap.EMPTY;
  private long sizeBytes;
  private boolean nextWithoutConflict;

  /** The next write adds no write conflict. */
  void skipNextConflict() {
    nextWithoutConflict = true;
  }

  /** The writes as they are now; what comes later does not change it. */
  WriteMap map() {
    return map;
  }

  ConflictRanges conflicts() {
    return conflicts;
  }

  boolean isEmpty() {
    return mutations.size() == 0 && conflicts.isEmpty();
  }

  /** The bytes of keys and values. */
  long sizeBytes() {
    return sizeBytes;
  }

  Bytes encodedMutations() {
    return mutations.toBytes();
  }

  void set(Bytes key, Bytes value) {
    append(MutationType.SET, key, value);
    addConflict(key);
    map = map.set(key, value);
  }

  void clear(Bytes key) {
    append(MutationType.CLEAR_RANGE, key, Keys.after(key));
    addConflict(key);
    map = map.clear(key);
  }

  void clear(Bytes begin, Bytes end) {
    if (begin.equals(end)) {
      nextWithoutConflict = false;
      return;
    }
    append(MutationType.CLEAR_RANGE, begin, end);
    if (!takeSkip()) {
      conflicts.add(begin, end);
    }
    map = map.clear(begin, end);
  }

  void atomic(MutationType type, Bytes key, Bytes operand) {
    append(type, key, operand);
    addConflict(key);
    map = map.atomic(key, type, operand);
  }

  void setVersionstampedValue(Bytes key, Bytes value) {
    append(MutationType.SET_VERSIONSTAMPED_VALUE, key, value);
    addConflict(key);
    map = map.setVersionstampedValue(key, Legality.withoutPosition(value));
  }

  /**
   * The key gets its versionstamp, and its write conflict, from the commit proxy. Until then all
   * keys it may become cannot be read.
   *
   * @param versionMin the commit version will be above
   */
  void setVersionstampedKey(Bytes key, Bytes value, long versionMin) {
    append(MutationType.SET_VERSIONSTAMPED_KEY, key, value);
    nextWithoutConflict = false;
    int position = (int) Legality.stampPosition(key);
    byte[] low = Legality.withoutPosition(key).toArray();
    byte[] high = low.clone();
    for (int i = 0; i < STAMP_BYTES; i++) {
      low[position + i] = i < 8 ? (byte) (versionMin >>> (56 - 8 * i)) : 0;
      high[position + i] = (byte) 0xff;
    }
    map = map.makeUnreadable(Bytes.wrap(low), Keys.after(Bytes.wrap(high)));
  }

  void addConflictRange(Bytes begin, Bytes end) {
    conflicts.add(begin, end);
  }

  private void append(MutationType type, Bytes first, Bytes second) {
    mutations.putByte(type.code()).putBytes(first).putBytes(second);
    sizeBytes += first.length() + second.length();
  }

  private void addConflict(Bytes key) {
    if (!takeSkip()) {
      conflicts.addKey(key);
    }
  }

  private boolean takeSkip() {
    boolean skip = nextWithoutConflict;
    nextWithoutConflict = false;
    return skip;
  }
}
