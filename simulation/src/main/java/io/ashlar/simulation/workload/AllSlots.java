package io.ashlar.simulation.workload;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import java.util.List;

/** The keys of all slots, for a transaction that is never committed. */
final class AllSlots implements OwnedKeys {
  private final List<OwnedSlot> slots;

  AllSlots(List<OwnedSlot> slots) {
    this.slots = slots;
  }

  private OwnedSlot any(SeededRandom random) {
    return slots.get(random.nextInt(slots.size()));
  }

  @Override
  public KeyRange range() {
    return new KeyRange(slots.get(0).range().begin(), slots.get(slots.size() - 1).range().end());
  }

  @Override
  public Bytes middleKey(SeededRandom random) {
    return any(random).middleKey(random);
  }

  @Override
  public KeyRange middleRange(SeededRandom random) {
    if (random.nextBoolean()) {
      return any(random).middleRange(random);
    }
    Bytes one = anyKey(random);
    Bytes other = anyKey(random);
    return one.compareTo(other) <= 0 ? new KeyRange(one, other) : new KeyRange(other, one);
  }

  @Override
  public Bytes stampedKey(SeededRandom random) {
    return any(random).stampedKey(random);
  }

  @Override
  public Bytes anyKey(SeededRandom random) {
    return any(random).anyKey(random);
  }
}
