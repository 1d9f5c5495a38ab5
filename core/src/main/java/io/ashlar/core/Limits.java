package io.ashlar.core;

/**
 * The limits of the store. Each is checked in the client, before anything is sent, and again where
 * the bytes come in.
 */
public final class Limits {
  /** The longest key of a mutation or a read. A range's end may be one byte longer. */
  public static final int KEY_BYTES_MAX = 10_000;

  /** The longest end of a range: the key after the longest key. */
  public static final int RANGE_END_BYTES_MAX = KEY_BYTES_MAX + 1;

  public static final int VALUE_BYTES_MAX = 100_000;

  /** Keys and values written, and all conflict ranges, of one transaction. */
  public static final int TRANSACTION_BYTES_MAX = 10_000_000;

  /** Keys of one request for values: all their values together are far less than a frame. */
  public static final int READ_KEYS_MAX = 256;

  /** The largest frame on the wire, header included. */
  public static final int FRAME_BYTES_MAX = 64 << 20;

  /** Versions a second, about: the rate at which the sequencer's clock advances. */
  public static final long VERSIONS_PER_SECOND = 1_000_000;

  /** The default window of versions in which transactions can read and commit: five seconds. */
  public static final long WINDOW_VERSIONS = 5 * VERSIONS_PER_SECOND;

  /**
   * How far a recovery transaction's version lies above the recovery version, and how far the
   * sequencer may run ahead of the live committed version.
   */
  public static final long RECOVERY_JUMP_VERSIONS = 100 * VERSIONS_PER_SECOND;

  /** Transactions in one commit batch: the batch index of a versionstamp has two bytes. */
  public static final int BATCH_TRANSACTIONS_MAX = 65_535;

  private Limits() {}
}
