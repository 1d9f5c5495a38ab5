package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the shards of a new database begin, before anything is known of its keys. As a rule there
 * are {@link #SHARDS_MAX}, cut finely where keys of text and of the tuple layer lie. With fewer the
 * key space is cut evenly by first byte.
 */
public final class InitialSplit {
  /** The most shards that a new database can have. */
  public static final int SHARDS_MAX = 256;

  /** The most keys at which it can be divided: the first shard and the last begin elsewhere. */
  public static final int KEYS_MAX = SHARDS_MAX - 2;

  private static final int SHOWN_BYTES = 60;

  /** The type code of small numbers in tuples, with which the prefixes of directories begin. */
  private static final int SMALL_NUMBER = 0x15;

  private static final int SMALL_NUMBER_PARTS = 8;
  private static final byte[] LETTERS = {'f', 'm', 's'};
  private static final byte[] DIGITS = {'3', '7'};

  private InitialSplit() {}

  /**
   * The begins of all shards, in order; the first is the empty key.
   *
   * @param shards how many there are to be, 1 to {@link #SHARDS_MAX}
   */
  public static List<Bytes> begins(int shards) {
    Check.that(shards >= 1, "shards ", shards);
    Check.that(shards <= SHARDS_MAX, "shards ", shards);
    List<Bytes> begins = new ArrayList<>(shards);
    begins.add(Keys.FIRST);
    if (shards == SHARDS_MAX) {
      addFine(begins);
    } else {
      for (int i = 1; i < shards; i++) {
        begins.add(Bytes.of(256 * i / shards));
      }
    }
    Check.that(begins.size() == shards, "wanted ", shards, " shards, not ", begins.size());
    return begins;
  }

  /** The ranges between the begins; the last one holds the system keys. */
  public static List<KeyRange> ranges(int shards) {
    return between(begins(shards));
  }

  /**
   * The ranges between keys that are known to divide the data well, and one more for the system
   * keys alone.
   *
   * @param keys as {@link #checkKeys} wants them
   */
  public static List<KeyRange> at(List<Bytes> keys) {
    checkKeys(keys);
    List<Bytes> begins = new ArrayList<>(keys.size() + 2);
    begins.add(Keys.FIRST);
    begins.addAll(keys);
    begins.add(Keys.USER_END);
    return between(begins);
  }

  /**
   * Whether a new database can be divided there.
   *
   * @throws IllegalArgumentException with words for people, when there are more than {@link
   *     #KEYS_MAX}, when they do not ascend, or when one is no key of a user, too long or empty
   */
  public static void checkKeys(List<Bytes> keys) {
    if (keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException(
          "a new database is divided at " + KEYS_MAX + " keys at most, not " + keys.size());
    }
    Bytes before = Keys.FIRST;
    for (Bytes key : keys) {
      if (key.compareTo(before) <= 0) {
        throw new IllegalArgumentException(
            key.equals(Keys.FIRST)
                ? "the first shard begins at the empty key anyway"
                : "the keys must ascend, and "
                    + key.printable(SHOWN_BYTES)
                    + " comes after "
                    + before.printable(SHOWN_BYTES));
      }
      if (key.compareTo(Keys.USER_END) >= 0) {
        throw new IllegalArgumentException(
            key.printable(SHOWN_BYTES) + " is not below \\xff, where the keys of the system begin");
      }
      if (key.length() > Limits.KEY_BYTES_MAX) {
        throw new IllegalArgumentException(
            key.printable(SHOWN_BYTES) + " is longer than a key, " + Limits.KEY_BYTES_MAX);
      }
      before = key;
    }
  }

  private static List<KeyRange> between(List<Bytes> begins) {
    int shards = begins.size();
    List<KeyRange> ranges = new ArrayList<>(shards);
    for (int i = 0; i < shards; i++) {
      Bytes end = i == shards - 1 ? Keys.SYSTEM_END : begins.get(i + 1);
      ranges.add(new KeyRange(begins.get(i), end));
    }
    return ranges;
  }

  /** ASCII by its characters, letters and digits by what follows them too, the rest in few. */
  private static void addFine(List<Bytes> begins) {
    for (int first = 1; first < 0x80; first++) {
      begins.add(Bytes.of(first));
      if (first == SMALL_NUMBER) {
        for (int part = 1; part < SMALL_NUMBER_PARTS; part++) {
          begins.add(Bytes.of(first, 256 * part / SMALL_NUMBER_PARTS));
        }
      } else if (first >= 'a' && first <= 'z') {
        addFollowing(begins, first, LETTERS);
      } else if (first >= '0' && first <= '9') {
        addFollowing(begins, first, DIGITS);
      }
    }
    // One place is for the system keys.
    int left = SHARDS_MAX - begins.size() - 1;
    for (int i = 0; i < left; i++) {
      begins.add(Bytes.of(0x80 + (0xff - 0x80) * i / left));
    }
    begins.add(Keys.USER_END);
  }

  private static void addFollowing(List<Bytes> begins, int first, byte[] seconds) {
    for (byte second : seconds) {
      begins.add(Bytes.of(first, second));
    }
  }
}
