package io.ashlar.tuple;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A place in the order of all commits: ten bytes that the store gives to a transaction, and two
 * that the user gives to writes within it. Until the commit the ten bytes are not known and the
 * versionstamp is <em>incomplete</em>. Immutable.
 */
public final class Versionstamp implements Comparable<Versionstamp> {
  /** Bytes of a versionstamp. */
  public static final int LENGTH = 12;

  private static final int TRANSACTION_BYTES = 10;
  private static final int USER_VERSION_MAX = 0xffff;

  private final boolean complete;
  private final byte[] bytes;

  private Versionstamp(boolean complete, byte[] bytes) {
    this.complete = complete;
    this.bytes = bytes;
  }

  /** Incomplete, with user version 0. */
  public static Versionstamp incomplete() {
    return incomplete(0);
  }

  /**
   * Incomplete.
   *
   * @param userVersion 0 to 65,535
   */
  public static Versionstamp incomplete(int userVersion) {
    byte[] bytes = new byte[LENGTH];
    Arrays.fill(bytes, 0, TRANSACTION_BYTES, (byte) 0xff);
    return new Versionstamp(false, withUserVersion(bytes, userVersion));
  }

  /** As {@link #complete(byte[], int)} with user version 0. */
  public static Versionstamp complete(byte[] transactionVersion) {
    return complete(transactionVersion, 0);
  }

  /**
   * Complete.
   *
   * @param transactionVersion ten bytes, as from {@link
   *     io.ashlar.client.Transaction#getVersionstamp}
   * @param userVersion 0 to 65,535
   */
  public static Versionstamp complete(byte[] transactionVersion, int userVersion) {
    if (transactionVersion.length != TRANSACTION_BYTES) {
      throw new IllegalArgumentException(
          "a transaction's version has 10 bytes, not " + transactionVersion.length);
    }
    byte[] bytes = Arrays.copyOf(transactionVersion, LENGTH);
    return new Versionstamp(true, withUserVersion(bytes, userVersion));
  }

  /** The versionstamp of twelve bytes; incomplete when the first ten are all 0xff. */
  public static Versionstamp fromBytes(byte[] versionstamp) {
    if (versionstamp.length != LENGTH) {
      throw new IllegalArgumentException("a versionstamp has 12 bytes, not " + versionstamp.length);
    }
    boolean complete = false;
    for (int i = 0; i < TRANSACTION_BYTES; i++) {
      complete |= versionstamp[i] != (byte) 0xff;
    }
    return new Versionstamp(complete, versionstamp.clone());
  }

  private static byte[] withUserVersion(byte[] bytes, int userVersion) {
    if (userVersion < 0 || userVersion > USER_VERSION_MAX) {
      throw new IllegalArgumentException("a user version is 0 to 65535, not " + userVersion);
    }
    bytes[TRANSACTION_BYTES] = (byte) (userVersion >>> 8);
    bytes[TRANSACTION_BYTES + 1] = (byte) userVersion;
    return bytes;
  }

  public boolean isComplete() {
    return complete;
  }

  /** All twelve bytes; the first ten are 0xff when it is incomplete. */
  public byte[] getBytes() {
    return bytes.clone();
  }

  byte[] unsafeBytes() {
    return bytes;
  }

  /** The first ten bytes; all 0xff when it is incomplete. */
  public byte[] getTransactionVersion() {
    return Arrays.copyOf(bytes, TRANSACTION_BYTES);
  }

  public int getUserVersion() {
    return (bytes[TRANSACTION_BYTES] & 0xff) << 8 | (bytes[TRANSACTION_BYTES + 1] & 0xff);
  }

  /** Complete ones in the order of their bytes, then the incomplete ones by user version. */
  @Override
  public int compareTo(Versionstamp other) {
    if (complete != other.complete) {
      return complete ? -1 : 1;
    }
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Versionstamp stamp
        && complete == stamp.complete
        && Arrays.equals(bytes, stamp.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Boolean.hashCode(complete);
  }

  @Override
  public String toString() {
    String transaction =
        complete ? HexFormat.of().formatHex(bytes, 0, TRANSACTION_BYTES) : "incomplete";
    return "Versionstamp(" + transaction + " " + getUserVersion() + ")";
  }
}
