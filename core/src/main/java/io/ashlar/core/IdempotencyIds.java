package io.ashlar.core;

/**
 * The rows by which a client finds out whether a commit happened whose answer it did not get. A
 * commit may have an id. The proxy that commits it writes the ids of all that a batch has committed
 * into rows of that batch; so an id is in a row of its commit version if and only if the commit
 * happened, until the row expires.
 *
 * <p>A key is the prefix, the batch's version, and the place in the batch of the first id in the
 * row. A value is a list of ids, each with its place in the batch, the other half of its
 * versionstamp. See docs/protocol.md, Idempotency ids.
 */
public final class IdempotencyIds {
  /** All that has to do with ids; only commit proxies change anything here. */
  public static final KeyRange RANGE =
      KeyRange.ofPrefix(Keys.SYSTEM_ROWS.begin().concat(Bytes.utf8("/id")));

  /** Holds the version below which all rows have been cleared, as eight bytes. */
  public static final Bytes EXPIRED_KEY = RANGE.begin().concat(Bytes.utf8("-expired"));

  private static final Bytes PREFIX = RANGE.begin().concat(Bytes.utf8("/"));

  /** The rows of ids themselves. */
  public static final KeyRange ROWS = KeyRange.ofPrefix(PREFIX);

  /** The length of every id. */
  public static final int ID_BYTES = 8 + 4;

  /** What an id adds to its row. */
  public static final int ENTRY_BYTES = ID_BYTES + 2;

  /** So many ids are in one row at most. */
  public static final int IDS_PER_ROW_MAX = 1_000;

  /** At most what a row adds to the encoded mutations of its batch beside its ids. */
  public static final int ROW_OVERHEAD_BYTES = 1 + 1 + PREFIX.length() + 8 + 2 + 3;

  private IdempotencyIds() {}

  /**
   * The id of a commit.
   *
   * @param client drawn by the client at its start
   * @param number another one for each commit of the client
   */
  public static Bytes id(long client, int number) {
    return new ByteWriter(ID_BYTES).putLong(client).putInt(number).toBytes();
  }

  /**
   * The key of a row.
   *
   * @param firstPlace of its first id in the batch of {@code version}
   */
  public static Bytes rowKey(long version, int firstPlace) {
    return rowsFrom(version).putByte(firstPlace >>> 8).putByte(firstPlace).toBytes();
  }

  private static ByteWriter rowsFrom(long version) {
    return new ByteWriter(PREFIX.length() + 8 + 2).putRaw(PREFIX).putLong(version);
  }

  /** The rows of versions above {@code above}, up to {@code through} and with it. */
  public static KeyRange rowsOf(long above, long through) {
    return new KeyRange(rowsFrom(above + 1).toBytes(), rowsFrom(through + 1).toBytes());
  }

  /** The version in the key of a row. */
  public static long versionOf(Bytes rowKey) {
    return new ByteReader(rowKey.unsafeArray(), PREFIX.length(), 8).getLong();
  }

  /** The place of {@code id} in its batch, by a row's value; -1 when it is not in it. */
  public static int placeOf(Bytes id, Bytes value) {
    ByteReader reader = new ByteReader(value);
    while (reader.hasRemaining()) {
      Bytes there = reader.getRaw(ID_BYTES);
      int place = reader.getByte() << 8 | reader.getByte();
      if (there.equals(id)) {
        return place;
      }
    }
    return -1;
  }

  /** The mutations that clear the rows of versions below {@code version}, and tell of it. */
  public static Bytes expire(long version) {
    Bytes bound = new ByteWriter(8).putLong(version).toBytes();
    ByteWriter writer = new ByteWriter(128);
    Mutation.clearRange(PREFIX, PREFIX.concat(bound)).encode(writer);
    // Proxies may differ in how long they keep ids, and the bound must never go back.
    new Mutation(MutationType.BYTE_MAX, EXPIRED_KEY, bound).encode(writer);
    return writer.toBytes();
  }

  /** The version below which rows have been cleared. */
  public static long expiredBelow(Bytes valueOrNull) {
    return valueOrNull == null ? 0 : new ByteReader(valueOrNull).getLong();
  }
}
