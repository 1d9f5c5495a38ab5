package io.ashlar.core;

/** The regions of the key space and the arithmetic of keys. */
public final class Keys {
  /** The first key of all. */
  public static final Bytes FIRST = Bytes.EMPTY;

  /** The end of the user's key space, and the beginning of the system's: {@code \xff}. */
  public static final Bytes USER_END = Bytes.of(0xff);

  /** The end of the system key space, and of everything that is stored: {@code \xff\xff}. */
  public static final Bytes SYSTEM_END = Bytes.of(0xff, 0xff);

  public static final KeyRange USER = new KeyRange(FIRST, USER_END);
  public static final KeyRange SYSTEM = new KeyRange(USER_END, SYSTEM_END);
  public static final KeyRange ALL = new KeyRange(FIRST, SYSTEM_END);

  /**
   * Conflict-only keys, one for each commit of a client, in which its fence must collide with the
   * original (see docs/protocol.md, Unknown results). Nothing is ever stored here.
   */
  public static final Bytes FENCE_PREFIX = system("/SC/");

  /** The shard map: {@code \xff/keyServers/<begin>} gives the team of the shard beginning there. */
  public static final Bytes KEY_SERVERS_PREFIX = system("/keyServers/");

  /** Who moves shards: what {@code ShardMover} of the control module has written there last. */
  public static final Bytes MOVE_LOCK = system("/moveKeys/lock");

  /**
   * Processes that are to have no roles, so that they can be taken away: {@code \xff/excluded/<id
   * of the worker>}, with where it was as text for people.
   */
  public static final Bytes EXCLUDED_PREFIX = system("/excluded/");

  /** What operators may change: {@code \xff/conf/<name>}, see {@link Setting}. */
  public static final Bytes CONF_PREFIX = system("/conf/");

  /**
   * What the present epoch has: for each {@link Setting} a row as below {@link #CONF_PREFIX}, and
   * at {@link #CONF_WAITS} why it has not what was asked for, if so. Written at the beginning of
   * each.
   */
  public static final Bytes PRESENT_PREFIX = system("/present/");

  /** Why the configuration that was asked for is not the present one: text for people. */
  public static final Bytes CONF_WAITS = system("/present/waits");

  /** Which processes operators want as coordinators, as {@code CoordinatorPlaces} encodes them. */
  public static final Bytes COORDINATORS = system("/coordinators");

  /**
   * System keys that are no metadata: {@code \xff\x02} to {@code \xff\x03}. They are rows like
   * those of users, of which only storage servers know, and hold what is written often.
   */
  public static final KeyRange SYSTEM_ROWS =
      new KeyRange(Bytes.of(0xff, 0x02), Bytes.of(0xff, 0x03));

  /** Where the epoch's store time begins, as {@link StoreTime} encodes it. */
  public static final Bytes STORE_TIME = system("/storeTime");

  private Keys() {}

  /** The row that excludes the worker of that id. */
  public static Bytes excluded(Uid workerId) {
    return EXCLUDED_PREFIX.concat(Bytes.utf8(workerId.toString()));
  }

  private static Bytes system(String name) {
    return USER_END.concat(Bytes.utf8(name));
  }

  /** The first key after {@code key}: {@code key} and a zero byte. */
  public static Bytes after(Bytes key) {
    byte[] next = new byte[key.length() + 1];
    System.arraycopy(key.unsafeArray(), 0, next, 0, key.length());
    return Bytes.wrap(next);
  }

  /**
   * The first key after all that begin with {@code prefix}: its last byte that is not 0xff raised
   * by one, and cut there.
   *
   * @throws IllegalArgumentException when there is no such key: the prefix is empty or all 0xff
   */
  public static Bytes afterPrefix(Bytes prefix) {
    int n = prefix.length();
    while (n > 0 && prefix.at(n - 1) == 0xff) {
      n--;
    }
    if (n == 0) {
      throw new IllegalArgumentException("no key is after all keys with the prefix " + prefix);
    }
    byte[] next = java.util.Arrays.copyOf(prefix.unsafeArray(), n);
    next[n - 1]++;
    return Bytes.wrap(next);
  }

  /** Whether a mutation of {@code key} changes metadata, which every commit proxy must see. */
  public static boolean isMetadata(Bytes key) {
    return !key.isEmpty() && key.at(0) == 0xff && !SYSTEM_ROWS.contains(key);
  }
}
