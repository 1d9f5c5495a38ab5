package io.ashlar.core;

/**
 * One change of the key space.
 *
 * @param type what it does
 * @param first the key, or the begin of a range
 * @param second the value, the operand, or the end of a range
 */
public record Mutation(MutationType type, Bytes first, Bytes second) {
  public static Mutation set(Bytes key, Bytes value) {
    return new Mutation(MutationType.SET, key, value);
  }

  public static Mutation clearRange(Bytes begin, Bytes end) {
    return new Mutation(MutationType.CLEAR_RANGE, begin, end);
  }

  public static Mutation epochEnd(long recoveryVersion) {
    return new Mutation(
        MutationType.EPOCH_END, new ByteWriter(8).putLong(recoveryVersion).toBytes(), Bytes.EMPTY);
  }

  /** The keys it may change; for a versionstamped key, which is not known yet, an error. */
  public KeyRange affected() {
    return switch (type) {
      case CLEAR_RANGE, SHARD_ASSIGNED, SHARD_REMOVED, SHARD_FETCH, SHARD_JOINED ->
          new KeyRange(first, second);
      case SET_VERSIONSTAMPED_KEY, EPOCH_END ->
          throw new IllegalStateException("no affected range of " + type);
      default -> KeyRange.ofKey(first);
    };
  }

  /** One byte of type, then both parameters with their lengths. */
  public void encode(ByteWriter to) {
    to.putByte(type.code()).putBytes(first).putBytes(second);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are no mutation
   */
  public static Mutation decode(ByteReader from) {
    MutationType type = MutationType.ofCode(from.getByte());
    return new Mutation(type, from.getBytes(), from.getBytes());
  }
}
