package io.ashlar.core;

/**
 * The store's own time as a function of a version: {@code time(v) = t0 + (v − RT) / 1000}, in
 * milliseconds, where (RT, t0) is recorded by the epoch's recovery transaction. It never goes back,
 * and version jumps do not move it. Leases and expiry use it and nothing else.
 *
 * @param recoveryTransactionVersion RT, the first version of the epoch
 * @param startMillis t0, milliseconds since 1970 at RT
 */
public record StoreTime(long recoveryTransactionVersion, long startMillis) {
  private static final long VERSIONS_PER_MILLI = Limits.VERSIONS_PER_SECOND / 1000;

  /** The time at {@code version}, milliseconds since 1970; versions before the epoch give t0. */
  public long millisAt(long version) {
    long passed = Math.max(0, version - recoveryTransactionVersion);
    return startMillis + passed / VERSIONS_PER_MILLI;
  }

  public Bytes encode() {
    return new ByteWriter(16).putLong(recoveryTransactionVersion).putLong(startMillis).toBytes();
  }

  public static StoreTime decode(Bytes encoded) {
    ByteReader reader = new ByteReader(encoded);
    return new StoreTime(reader.getLong(), reader.getLong());
  }
}
