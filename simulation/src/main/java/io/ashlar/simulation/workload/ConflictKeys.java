package io.ashlar.simulation.workload;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys for which transactions are to conflict: a few numbered ones with some right behind them,
 * and rows on both sides that nobody writes, so that selectors stay among these keys.
 */
final class ConflictKeys {
  /** How far selectors count. */
  static final int OFFSET_MAX = 3;

  private static final int GUARDS = OFFSET_MAX + 2;
  private static final String KEY = "k";
  private static final String MARKER = "marker/";
  private static final String GUARD = "z/";

  private final KeySpace space;
  private final int count;

  ConflictKeys(KeySpace space, int count) {
    this.space = space;
    this.count = count;
  }

  KeySpace space() {
    return space;
  }

  /** Before all other keys. */
  byte[] marker(long id) {
    return space.fixed(MARKER, id);
  }

  boolean isMarker(Bytes key) {
    return space.isNamed(key, MARKER);
  }

  long markerId(Bytes key) {
    return space.number(MARKER, key);
  }

  /** Rows that are there from the beginning and stay. */
  List<byte[]> guards() {
    List<byte[]> guards = new ArrayList<>();
    for (int i = 0; i < GUARDS; i++) {
      guards.add(space.fixed(GUARD, i));
      guards.add(space.last(i));
    }
    return guards;
  }

  private Bytes numbered(long number) {
    return number < count
        ? Bytes.wrap(space.spread(KEY, number, count))
        : Bytes.wrap(space.last(0));
  }

  /** A key that is written and read. */
  Bytes key(SeededRandom random) {
    Bytes key = numbered(random.nextInt(count));
    return switch (random.nextInt(6)) {
      case 0 -> Keys.after(key);
      case 1 -> key.concat(Bytes.utf8("a"));
      default -> key;
    };
  }

  /**
   * Where a range may begin or end: at a key, right behind it, or behind all that begin with it.
   */
  private Bytes boundary(SeededRandom random) {
    Bytes key = key(random);
    return switch (random.nextInt(8)) {
      case 0 -> Keys.after(key);
      case 1 -> Keys.afterPrefix(key);
      case 2 -> numbered(count);
      default -> key;
    };
  }

  /** A range of any shape, not inverted. */
  KeyRange range(SeededRandom random) {
    long number = random.nextInt(count);
    switch (random.nextInt(10)) {
      case 0 -> {
        Bytes place = boundary(random);
        return new KeyRange(place, place);
      }
      case 1 -> {
        return KeyRange.ofKey(key(random));
      }
      case 2 -> {
        return KeyRange.ofPrefix(numbered(number));
      }
      case 3 -> {
        // Two of these touch: what one writes at its end is no business of the other.
        return new KeyRange(numbered(number), numbered(number + 1));
      }
      case 4 -> {
        return new KeyRange(Keys.after(numbered(number)), numbered(number + 1));
      }
      case 5 -> {
        Bytes begin = random.chance(200_000) ? space.begin() : Bytes.wrap(space.fixed(GUARD, 0));
        return new KeyRange(begin, random.nextBoolean() ? numbered(number) : space.behind());
      }
      default -> {
        Bytes one = boundary(random);
        Bytes other = boundary(random);
        boolean isUpright = one.compareTo(other) <= 0;
        return new KeyRange(isUpright ? one : other, isUpright ? other : one);
      }
    }
  }
}
