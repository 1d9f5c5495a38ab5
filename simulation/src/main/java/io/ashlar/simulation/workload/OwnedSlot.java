package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.OwnedRows;
import io.ashlar.simulation.check.StampedTemplate;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stretch of keys that one transaction has for itself at a time, so that it is known what is
 * there. At both ends are rows that stay: selectors that leave the middle find them.
 */
final class OwnedSlot implements OwnedKeys {
  /** How far selectors count when what lies outside of the slot is not to matter. */
  static final int OFFSET_MAX = 6;

  private static final int MIDDLE = 10;
  private static final int WIDTH = OFFSET_MAX + MIDDLE + OFFSET_MAX;
  private static final String KEY = "k";
  private static final String GENERATION = "generation/";
  private static final Bytes GUARD = Bytes.utf8("guard");

  private final KeySpace space;
  private final int number;
  private final int slots;
  private final KeyRange range;
  private final OwnedRows rows;
  private SimClient holder;

  /**
   * @param number of this one among {@code slots}
   */
  OwnedSlot(KeySpace space, int number, int slots) {
    this.space = space;
    this.number = number;
    this.slots = slots;
    this.range = new KeyRange(key(0), number + 1 < slots ? key(WIDTH) : space.behind());
    this.rows = new OwnedRows(guards());
  }

  private Bytes key(int place) {
    return Bytes.wrap(space.spread(KEY, (long) number * WIDTH + place, (long) slots * WIDTH));
  }

  private Map<Bytes, Bytes> guards() {
    Map<Bytes, Bytes> guards = new TreeMap<>();
    for (int i = 0; i < OFFSET_MAX; i++) {
      guards.put(key(i), GUARD);
      guards.put(key(OFFSET_MAX + MIDDLE + i), GUARD);
    }
    return guards;
  }

  @Override
  public KeyRange range() {
    return range;
  }

  OwnedRows rows() {
    return rows;
  }

  /** Takes it, unless a living client has it. */
  boolean take(SimClient client) {
    if (holder != null && holder.surroundings().isAlive()) {
      return false;
    }
    holder = client;
    return true;
  }

  void giveBack() {
    holder = null;
  }

  /** Where every transaction leaves its number and stamp. */
  byte[] generationKey() {
    return space.fixed(GENERATION, number);
  }

  static Bytes generationOf(long id) {
    return StampedTemplate.of(Bytes.wrap(Encoding.bigEndian(id)), Bytes.EMPTY);
  }

  /** Writes what is there before the first transaction. */
  void setup(Transaction transaction) {
    transaction.clear(range.begin().toArray(), range.end().toArray());
    guards().forEach((key, value) -> transaction.set(key.toArray(), value.toArray()));
    transaction.set(generationKey(), new byte[Encoding.STAMP_BYTES + Long.BYTES]);
  }

  @Override
  public Bytes middleKey(SeededRandom random) {
    return near(key(OFFSET_MAX + random.nextInt(MIDDLE)), random);
  }

  @Override
  public Bytes anyKey(SeededRandom random) {
    return near(key(random.nextInt(WIDTH)), random);
  }

  private static Bytes near(Bytes key, SeededRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> Keys.after(key);
      case 1 -> key.concat(Bytes.utf8("a"));
      default -> key;
    };
  }

  @Override
  public KeyRange middleRange(SeededRandom random) {
    Bytes one = middleKey(random);
    Bytes other = random.chance(100_000) ? one : middleKey(random);
    boolean isUpright = one.compareTo(other) <= 0;
    return random.chance(200_000)
        ? KeyRange.ofPrefix(one)
        : new KeyRange(isUpright ? one : other, isUpright ? other : one);
  }

  @Override
  public Bytes stampedKey(SeededRandom random) {
    return StampedTemplate.of(
        key(OFFSET_MAX + random.nextInt(MIDDLE)).concat(Bytes.utf8("s")),
        random.nextBoolean() ? Bytes.EMPTY : Bytes.utf8("tail"));
  }
}
