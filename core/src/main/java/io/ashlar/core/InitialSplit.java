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
    List<Bytes> begins = begins(shards);
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
