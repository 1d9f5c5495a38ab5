package io.ashlar.simulation.workload;

import io.ashlar.client.KeySelector;
import io.ashlar.client.MutationType;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;

/**
 * Draws arguments for the client's interface, legal and not. Most are in a stretch of keys of the
 * workload's own, where writes harm nobody.
 */
final class ApiDraws {
  private static final int LONGEST_KEY = 10_000;
  private static final int LARGEST_VALUE = 100_000;
  private static final int SHORT = 12;
  private static final int NEAR = 20;

  /** Some windows. */
  private static final long BACK_VERSIONS_MAX = 20_000_000;

  /** Metadata that nothing depends on. */
  private static final Bytes SYSTEM = Keys.USER_END.concat(Bytes.utf8("/fuzz/"));

  private static final int SYSTEM_KEYS = 4;

  private final KeyRange home;
  private final SeededRandom random;

  /** What comes back in many of the draws, or null. */
  private byte[] often;

  /**
   * @param home where what is written matters to nobody else
   */
  ApiDraws(KeyRange home, SeededRandom random) {
    this.home = home;
    this.random = random;
  }

  /** A key, in rare cases null. */
  byte[] key() {
    return switch (random.nextInt(40)) {
      case 0 -> null;
      case 1 -> new byte[0];
      case 2 -> padded(home.begin(), LONGEST_KEY);
      case 3 -> padded(home.begin(), LONGEST_KEY + 1);
      case 4 -> padded(home.begin(), LONGEST_KEY + 2);
      case 5 -> Keys.USER_END.toArray();
      case 6 -> Keys.SYSTEM_END.toArray();
      case 7 -> Keys.SYSTEM_END.concat(Bytes.of(random.nextInt(256))).toArray();
      case 8, 9, 10 -> systemKey();
      default -> often != null && random.nextInt(3) == 0 ? often.clone() : homeKey();
    };
  }

  /** A key that calls which follow should come upon. */
  void drawOften(byte[] key) {
    often = key.clone();
  }

  byte[] homeKey() {
    int first = home.begin().at(0);
    int behind = home.end().at(0);
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) random.nextInt(4);
    }
    key[0] = (byte) random.nextInt(first, behind);
    return key;
  }

  private byte[] systemKey() {
    return SYSTEM.concat(Bytes.of(random.nextInt(SYSTEM_KEYS))).toArray();
  }

  private static byte[] padded(Bytes begin, int length) {
    return Arrays.copyOf(begin.toArray(), length);
  }

  /** Whether a write of this key is nobody else's affair. */
  boolean isHome(byte[] key) {
    Bytes bytes = Bytes.copyOf(key);
    return home.contains(bytes) || bytes.startsWith(SYSTEM);
  }

  /** Whether a write of this range is nobody else's affair. */
  boolean isHome(byte[] begin, byte[] end) {
    Bytes from = Bytes.copyOf(begin);
    Bytes to = Bytes.copyOf(end);
    return from.compareTo(to) >= 0
        || (home.begin().compareTo(from) <= 0 && to.compareTo(home.end()) <= 0)
        || (from.startsWith(SYSTEM) && to.startsWith(SYSTEM));
  }

  /** Both ends of a range: in order, equal, inverted, of everything, or one of them illegal. */
  byte[][] range() {
    byte[] one = random.nextBoolean() ? homeKey() : key();
    return switch (random.nextInt(12)) {
      case 0 -> new byte[][] {one, one == null ? null : one.clone()};
      case 1 -> new byte[][] {new byte[0], Keys.USER_END.toArray()};
      case 2 -> new byte[][] {new byte[0], Keys.SYSTEM_END.toArray()};
      case 3 -> new byte[][] {homeKey(), key()};
      case 4 -> inverted();
      default -> upright(one, homeKey());
    };
  }

  private byte[][] inverted() {
    byte[][] range = upright(homeKey(), homeKey());
    return new byte[][] {range[1], range[0]};
  }

  private static byte[][] upright(byte[] one, byte[] other) {
    boolean isUpright = one == null || Arrays.compareUnsigned(one, other) <= 0;
    return isUpright ? new byte[][] {one, other} : new byte[][] {other, one};
  }

  byte[] value() {
    return switch (random.nextInt(40)) {
      case 0 -> null;
      case 1 -> new byte[LARGEST_VALUE];
      case 2 -> new byte[LARGEST_VALUE + 1];
      case 3 -> new byte[0];
      default -> someBytes(SHORT);
    };
  }

  byte[] someBytes(int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  MutationType mutation() {
    MutationType[] types = MutationType.values();
    return random.chance(20_000) ? null : types[random.nextInt(types.length)];
  }

  /** Bytes that end with where a stamp is to be, or with anything. */
  byte[] template(byte[] begin) {
    return switch (random.nextInt(8)) {
      case 0 -> someBytes(16);
      case 1 -> withPosition(begin, begin.length + random.nextInt(3), 1 << random.nextInt(31));
      case 2 -> withPosition(begin, begin.length + 10, -1 - random.nextInt(20));
      case 3 -> withPosition(begin, begin.length + 10, begin.length + 1);
      case 4 -> null;
      default -> {
        int tail = random.nextInt(4);
        yield withPosition(
            begin, begin.length + 10 + tail, begin.length + random.nextInt(tail + 1));
      }
    };
  }

  private static byte[] withPosition(byte[] begin, int length, int position) {
    byte[] template = Arrays.copyOf(begin, length + 4);
    for (int i = 0; i < 4; i++) {
      template[length + i] = (byte) (position >>> (8 * i));
    }
    return template;
  }

  /** A selector, in rare cases null. */
  KeySelector selector() {
    byte[] key = key();
    if (key == null) {
      return null;
    }
    int offset =
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> random.nextInt(-NEAR, NEAR + 1);
          default -> random.nextInt(2);
        };
    return new KeySelector(key, random.nextBoolean(), offset);
  }

  /** How many rows: as many as there are, few, as many as an int can say, or nonsense. */
  int limit() {
    return switch (random.nextInt(10)) {
      case 0 -> -1 - random.nextInt(3);
      case 1 -> Integer.MIN_VALUE;
      case 2 -> Integer.MAX_VALUE;
      case 3 -> 0;
      default -> 1 + random.nextInt(6);
    };
  }

  /** A read version, from what can be none to what nobody was given. */
  long version(long recent) {
    return switch (random.nextInt(8)) {
      case 0 -> -random.nextLong(3);
      case 1 -> Long.MIN_VALUE;
      case 2 -> 1 + random.nextLong(1_000);
      case 3 -> Long.MAX_VALUE - random.nextLong(3);
      case 4 -> Math.max(1, recent - random.nextLong(BACK_VERSIONS_MAX));
      default -> Math.max(1, recent);
    };
  }
}
