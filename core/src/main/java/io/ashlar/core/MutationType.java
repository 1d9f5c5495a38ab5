package io.ashlar.core;

/** What a mutation does. The codes are FoundationDB's where the meaning is the same. */
public enum MutationType {
  /** First parameter the key, second the value. */
  SET(0),
  /** Clears from the first parameter, inclusive, to the second, exclusive. */
  CLEAR_RANGE(1),
  /** Little-endian unsigned addition; the result is as long as the operand. */
  ADD(2),
  BIT_AND(6),
  BIT_OR(7),
  BIT_XOR(8),
  /** Appends the operand unless the result would exceed the value limit. */
  APPEND_IF_FITS(9),
  /** Little-endian unsigned maximum. */
  MAX(12),
  /** Little-endian unsigned minimum. */
  MIN(13),
  /**
   * The key has a ten-byte hole for the versionstamp and ends in its position, four bytes little
   * endian. Exists only between client and commit proxy, which makes a {@link #SET} of it.
   */
  SET_VERSIONSTAMPED_KEY(14),
  /** As {@link #SET_VERSIONSTAMPED_KEY}, with the hole and its position in the value. */
  SET_VERSIONSTAMPED_VALUE(15),
  /** Lexicographic minimum. */
  BYTE_MIN(16),
  /** Lexicographic maximum. */
  BYTE_MAX(17),
  /** Clears the key if its value equals the operand. */
  COMPARE_AND_CLEAR(20),
  /**
   * Only in the log, in every tag of a recovery transaction: "the epoch before ended at this
   * version". First parameter: the recovery version, eight bytes big endian. A storage server that
   * has applied more goes back to it.
   */
  EPOCH_END(100),
  /**
   * Only in the log, under one storage server's tag, at the creation of a database: from this
   * version on the range (first, second parameter), which is empty, belongs to it.
   */
  SHARD_ASSIGNED(101),
  /** Only in the log: from this version on the range no longer belongs to the server. */
  SHARD_REMOVED(102),
  /**
   * Only in the log: from this version on the server receives the mutations of the range, and is to
   * fetch what is in it.
   */
  SHARD_FETCH(103),
  /** Only in the log: from this version on the range, which the server has fetched, is its own. */
  SHARD_JOINED(104);

  private static final MutationType[] BY_CODE = new MutationType[128];

  static {
    for (MutationType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  MutationType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The type of a code.
   *
   * @throws MalformedException when there is none
   */
  public static MutationType ofCode(int code) {
    MutationType type = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    if (type == null) {
      throw new MalformedException("no mutation has the code " + code);
    }
    return type;
  }

  /**
   * The types whose result depends on the value that was there: {@link AtomicOps} evaluates them.
   */
  public boolean isAtomicOperation() {
    return switch (this) {
      case ADD,
          BIT_AND,
          BIT_OR,
          BIT_XOR,
          APPEND_IF_FITS,
          MAX,
          MIN,
          BYTE_MIN,
          BYTE_MAX,
          COMPARE_AND_CLEAR ->
          true;
      default -> false;
    };
  }

  public boolean isVersionstamped() {
    return this == SET_VERSIONSTAMPED_KEY || this == SET_VERSIONSTAMPED_VALUE;
  }

  /** What a client may send; the others come into being behind the commit proxy. */
  public boolean isAllowedFromClient() {
    return code < EPOCH_END.code;
  }
}
