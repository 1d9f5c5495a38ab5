package io.ashlar.proxy;

import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.MalformedException;
import io.ashlar.core.MutationType;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.host.Inbound;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.CoordinatorPlaces;

/**
 * Checks a transaction where its bytes come in. What passes can be stamped, resolved, tagged and
 * pushed without any further check: no later step has a way to refuse a single transaction. Pure.
 *
 * <p>One object checks one transaction.
 */
final class Admission {
  /** The key of the first shard's team: without it no shard would hold the first keys. */
  private static final Bytes FIRST_SHARD = Keys.KEY_SERVERS_PREFIX;

  private static final Bytes AFTER_SHARDS = Keys.afterPrefix(Keys.KEY_SERVERS_PREFIX);

  private final CommitTransaction transaction;
  private final int setTagBytes;
  private final int clearTagBytes;
  private final TagAssigner assigner;

  /** Keys, values and conflict ranges, as the client counts them. */
  private long contentBytes;

  /** What the transaction adds to a push or to a request to a resolver, at most. */
  private long pushBytes;

  /** By how much it makes a copy of the metadata larger, at most. */
  private long metadataBytes;

  private boolean stamped;
  private boolean metadata;

  private int shardRowsSet;
  private boolean shardRowsCleared;
  private int shardTeamMax;
  private int shardKeyBytesMax;

  private Admission(CommitTransaction transaction, TagAssigner assigner) {
    this.transaction = transaction;
    this.assigner = assigner;
    this.setTagBytes = assigner.setTagBytes();
    this.clearTagBytes = assigner.clearTagBytes();
  }

  /**
   * Admits the transaction.
   *
   * @param assigner knows how much tags, and orders to storage servers, may add to it
   * @throws RefusedException with the client's error when it breaks a limit
   * @throws MalformedException when its bytes are not what they should be
   */
  static Submission admit(
      Inbound request, CommitTransaction transaction, long nowNanos, TagAssigner assigner)
      throws RefusedException {
    Admission admission = new Admission(transaction, assigner);
    admission.check();
    return new Submission(
        request,
        transaction,
        nowNanos,
        (int) admission.pushBytes,
        admission.stamped,
        admission.metadata,
        admission.metadataBytes);
  }

  /**
   * Checks that the metadata stays so small that every recovery can send all of it, and the log be
   * shortened by copies of it. What only clears has always room.
   *
   * @param metadataBytes what a copy has once all that was admitted before is committed
   */
  static void checkRoom(Submission submission, long metadataBytes) throws RefusedException {
    long then = metadataBytes + submission.metadataBytes();
    if (submission.metadataBytes() > 0 && then > CommitProxyOptions.METADATA_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.CLIENT_INVALID_OPERATION,
          "the rows of the system, from \\xff on, would have up to "
              + then
              + " bytes, the limit is "
              + CommitProxyOptions.METADATA_BYTES_MAX
              + ": clear some first, in a transaction that sets none");
    }
  }

  private void check() throws RefusedException {
    // Before anything is walked over: the work must be bounded too.
    pushBytes =
        (long) transaction.mutations().length()
            + transaction.readConflicts().length()
            + transaction.writeConflicts().length();
    checkPushBytes();
    checkId();
    MutationCursor cursor = new MutationCursor(transaction.mutations());
    while (cursor.next()) {
      checkMutation(cursor);
    }
    pushBytes +=
        assigner.orderBytes(shardRowsSet, shardRowsCleared, shardTeamMax, shardKeyBytesMax);
    checkConflicts(transaction.readConflicts(), "a read conflict range");
    checkConflicts(transaction.writeConflicts(), "a write conflict range");
    if (contentBytes > Limits.TRANSACTION_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.TRANSACTION_TOO_LARGE,
          "keys, values and conflict ranges have "
              + contentBytes
              + " bytes, the limit is "
              + Limits.TRANSACTION_BYTES_MAX);
    }
    checkPushBytes();
  }

  private void checkPushBytes() throws RefusedException {
    if (pushBytes > CommitProxyOptions.TRANSACTION_PUSH_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.TRANSACTION_TOO_LARGE,
          "encoded and tagged the transaction has up to "
              + pushBytes
              + " bytes, the limit is "
              + CommitProxyOptions.TRANSACTION_PUSH_BYTES_MAX);
    }
  }

  private void checkMutation(MutationCursor cursor) throws RefusedException {
    MutationType type = typeOf(cursor.typeCode());
    contentBytes += cursor.firstLength() + cursor.secondLength();
    if (type == MutationType.CLEAR_RANGE) {
      pushBytes += clearTagBytes;
      checkRange(
          cursor.array(),
          cursor.firstAt(),
          cursor.firstLength(),
          cursor.secondAt(),
          cursor.secondLength(),
          "a range to clear");
    } else {
      pushBytes += setTagBytes;
      checkKeyAndValue(cursor, type);
    }
    if (isMetadata(cursor, type)) {
      metadata = true;
      checkMetadata(cursor, type);
    }
    if (isSystem(cursor, type)) {
      checkIds(cursor, type);
    }
  }

  private static MutationType typeOf(int code) throws RefusedException {
    MutationType type;
    try {
      type = MutationType.ofCode(code);
    } catch (MalformedException unknown) {
      throw new RefusedException(ErrorCode.INVALID_MUTATION_TYPE, unknown.getMessage());
    }
    if (!type.isAllowedFromClient()) {
      throw new RefusedException(
          ErrorCode.INVALID_MUTATION_TYPE, "clients cannot send mutations of the type " + type);
    }
    return type;
  }

  private void checkKeyAndValue(MutationCursor cursor, MutationType type) throws RefusedException {
    byte[] array = cursor.array();
    int keyLength = cursor.firstLength();
    int valueLength = cursor.secondLength();
    if (type == MutationType.SET_VERSIONSTAMPED_KEY) {
      checkHole(array, cursor.firstAt(), keyLength, "key");
      keyLength -= Versionstamps.POSITION_BYTES;
      // The stamped key is written to the write conflicts too.
      pushBytes += keyLength + 4;
      stamped = true;
    } else if (type == MutationType.SET_VERSIONSTAMPED_VALUE) {
      checkHole(array, cursor.secondAt(), valueLength, "value");
      valueLength -= Versionstamps.POSITION_BYTES;
      stamped = true;
    }
    if (keyLength > Limits.KEY_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.KEY_TOO_LARGE,
          "a key has " + keyLength + " bytes, the limit is " + Limits.KEY_BYTES_MAX);
    }
    if (valueLength > Limits.VALUE_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.VALUE_TOO_LARGE,
          "a value has " + valueLength + " bytes, the limit is " + Limits.VALUE_BYTES_MAX);
    }
    if (isByte(cursor, type, 0, 0xff) && isByte(cursor, type, 1, 0xff)) {
      throw illegalKey(array, cursor.firstAt(), keyLength, "a key");
    }
  }

  private static void checkHole(byte[] array, int at, int length, String what)
      throws RefusedException {
    if (Versionstamps.holeOf(array, at, length) < 0) {
      throw new RefusedException(
          ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
          "a versionstamped "
              + what
              + " of "
              + length
              + " bytes, the last four of which do not name a place for ten bytes before them");
    }
  }

  /**
   * Whether the key, once stamped, has this byte there. A stamp begins with a zero byte, and no key
   * that has any of it among its first two bytes is outside the legal space.
   */
  private static boolean isByte(MutationCursor cursor, MutationType type, int index, int value) {
    int length = cursor.firstLength();
    if (type == MutationType.SET_VERSIONSTAMPED_KEY) {
      if (Versionstamps.holeOf(cursor.array(), cursor.firstAt(), length) <= index) {
        return false;
      }
      length -= Versionstamps.POSITION_BYTES;
    }
    return index < length && (cursor.array()[cursor.firstAt() + index] & 0xff) == value;
  }

  /** Whether the mutation may reach any key of the system's. */
  private static boolean isSystem(MutationCursor cursor, MutationType type) {
    return type == MutationType.CLEAR_RANGE
        ? cursor.secondLength() > 1 && (cursor.array()[cursor.secondAt()] & 0xff) == 0xff
        : isByte(cursor, type, 0, 0xff);
  }

  private static boolean isMetadata(MutationCursor cursor, MutationType type) {
    if (type != MutationType.SET_VERSIONSTAMPED_KEY) {
      return cursor.touchesMetadata();
    }
    boolean isSystem = isByte(cursor, type, 0, 0xff);
    return isSystem && !isByte(cursor, type, 1, Keys.SYSTEM_ROWS.begin().at(1));
  }

  /**
   * The rows of idempotency ids are written by commit proxies alone: who else could change them
   * would change what is answered of others' commits.
   */
  private void checkIds(MutationCursor cursor, MutationType type) throws RefusedException {
    boolean isOfIds =
        type == MutationType.CLEAR_RANGE
            ? IdempotencyIds.RANGE.intersects(new KeyRange(cursor.first(), cursor.second()))
            : IdempotencyIds.RANGE.contains(cursor.first());
    if (isOfIds) {
      throw new RefusedException(
          ErrorCode.CLIENT_INVALID_OPERATION,
          "nobody may change idempotency ids: " + cursor.first().printable(32));
    }
  }

  /** What an id adds is not the user's: nobody could do anything about its size. */
  private void checkId() {
    int length = transaction.id().length();
    if (length == IdempotencyIds.ID_BYTES) {
      // It may be the first of its row.
      pushBytes +=
          IdempotencyIds.ENTRY_BYTES + IdempotencyIds.ROW_OVERHEAD_BYTES + (long) setTagBytes;
    } else if (length != 0) {
      throw new MalformedException("an idempotency id of " + length + " bytes");
    }
  }

  /** The shard map must stay whole and readable, whoever writes to it. */
  private void checkMetadata(MutationCursor cursor, MutationType type) throws RefusedException {
    Bytes first = cursor.first();
    if (type == MutationType.CLEAR_RANGE) {
      boolean clearsFirstShard =
          first.compareTo(FIRST_SHARD) <= 0 && FIRST_SHARD.compareTo(cursor.second()) < 0;
      if (clearsFirstShard) {
        throw new RefusedException(
            ErrorCode.CLIENT_INVALID_OPERATION, "the first shard cannot be cleared away");
      }
      if (first.compareTo(AFTER_SHARDS) < 0 && FIRST_SHARD.compareTo(cursor.second()) < 0) {
        shardRowsCleared = true;
      }
      return;
    }
    countGrowth(first, cursor.secondLength(), type);
    if (first.startsWith(Keys.KEY_SERVERS_PREFIX)) {
      if (type != MutationType.SET) {
        throw new RefusedException(
            ErrorCode.CLIENT_INVALID_OPERATION, "a shard's team can only be set");
      }
      ShardMap.Team team = teamOf(cursor.second());
      shardRowsSet++;
      shardTeamMax = Math.max(shardTeamMax, team.tags().length);
      shardKeyBytesMax = Math.max(shardKeyBytesMax, first.length());
    } else if (first.startsWith(Keys.CONF_PREFIX)) {
      checkSetting(Setting.of(first), type, cursor);
    } else if (first.equals(Keys.COORDINATORS)) {
      checkCoordinators(type, cursor);
    }
  }

  /** What it clears besides does not count: it is little work to do that first. */
  private void countGrowth(Bytes key, int valueBytes, MutationType type) {
    metadataBytes +=
        switch (type) {
          case COMPARE_AND_CLEAR -> 0;
          case APPEND_IF_FITS -> assigner.metadataGrowth(key, 0) + valueBytes;
          default -> assigner.metadataGrowth(key, valueBytes);
        };
  }

  private static void checkCoordinators(MutationType type, MutationCursor cursor)
      throws RefusedException {
    if (type != MutationType.SET) {
      throw new RefusedException(
          ErrorCode.CLIENT_INVALID_OPERATION, "coordinators can only be set or cleared");
    }
    try {
      CoordinatorPlaces.decode(cursor.second());
    } catch (MalformedException malformed) {
      throw new RefusedException(ErrorCode.CLIENT_INVALID_OPERATION, malformed.getMessage());
    }
  }

  private static void checkSetting(Setting setting, MutationType type, MutationCursor cursor)
      throws RefusedException {
    if (setting == null) {
      return; // Of a later version, perhaps: it means nothing to this one.
    }
    if (type != MutationType.SET) {
      throw new RefusedException(
          ErrorCode.CLIENT_INVALID_OPERATION, setting.label() + " can only be set or cleared");
    }
    try {
      setting.decode(cursor.second());
    } catch (MalformedException malformed) {
      throw new RefusedException(ErrorCode.CLIENT_INVALID_OPERATION, malformed.getMessage());
    }
  }

  private static ShardMap.Team teamOf(Bytes value) throws RefusedException {
    try {
      return ShardMap.Team.decode(value);
    } catch (MalformedException malformed) {
      throw new RefusedException(
          ErrorCode.CLIENT_INVALID_OPERATION, "not a shard's team: " + value.printable(32));
    }
  }

  private void checkConflicts(Bytes encoded, String what) throws RefusedException {
    ByteReader reader = new ByteReader(encoded);
    byte[] array = encoded.unsafeArray();
    while (reader.hasRemaining()) {
      int beginLength = reader.getCount();
      int beginAt = reader.position();
      reader.skip(beginLength);
      int endLength = reader.getCount();
      int endAt = reader.position();
      reader.skip(endLength);
      if (!isFence(array, beginAt, beginLength)) {
        contentBytes += beginLength + endLength;
      }
      if (endLength > 0) {
        checkRange(array, beginAt, beginLength, endAt, endLength, what);
      } else {
        checkEnd(array, beginAt, beginLength, what);
        if (isOutside(array, beginAt, beginLength)) {
          throw illegalKey(array, beginAt, beginLength, what);
        }
      }
    }
  }

  /** The client's private conflict key is not the user's, who could do nothing about its size. */
  private static boolean isFence(byte[] array, int at, int length) {
    Bytes prefix = Keys.FENCE_PREFIX;
    return length >= prefix.length()
        && java.util.Arrays.equals(
            array, at, at + prefix.length(), prefix.unsafeArray(), 0, prefix.length());
  }

  private static void checkRange(
      byte[] array, int beginAt, int beginLength, int endAt, int endLength, String what)
      throws RefusedException {
    checkEnd(array, beginAt, beginLength, what);
    checkEnd(array, endAt, endLength, what);
    int order =
        java.util.Arrays.compareUnsigned(
            array, beginAt, beginAt + beginLength, array, endAt, endAt + endLength);
    if (order > 0) {
      throw new RefusedException(
          ErrorCode.INVERTED_RANGE,
          what
              + " begins at "
              + printable(array, beginAt, beginLength)
              + ", after its end "
              + printable(array, endAt, endLength));
    }
    if (isOutside(array, endAt, endLength) && endLength > 2) {
      throw illegalKey(array, endAt, endLength, "the end of " + what);
    }
  }

  private static void checkEnd(byte[] array, int at, int length, String what)
      throws RefusedException {
    if (length > Limits.RANGE_END_BYTES_MAX) {
      throw new RefusedException(
          ErrorCode.KEY_TOO_LARGE,
          what + " has an end of " + length + " bytes, the limit is " + Limits.RANGE_END_BYTES_MAX);
    }
  }

  /** Whether the key lies at or after {@code \xff\xff}. */
  private static boolean isOutside(byte[] array, int at, int length) {
    return length >= 2 && (array[at] & 0xff) == 0xff && (array[at + 1] & 0xff) == 0xff;
  }

  private static RefusedException illegalKey(byte[] array, int at, int length, String what) {
    return new RefusedException(
        ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
        what + " is " + printable(array, at, length) + ", all keys lie below \\xff\\xff");
  }

  private static String printable(byte[] array, int at, int length) {
    return Bytes.copyOf(array, at, at + length).printable(32);
  }
}
