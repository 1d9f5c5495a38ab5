package io.ashlar.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which log servers of a generation hold a tag. A pure function of the generation (its members,
 * their zones, its replication and ring version) and of the tag, so that proxies, storage servers
 * and recovery agree without talking, also on tags that appear while the generation lives.
 *
 * <p>Not thread-safe: answers are remembered.
 */
public final class TagPlacement {
  /**
   * The first F log servers of distinct zones from the tag's own place on the ring; nothing bounds
   * how many tags one has.
   */
  public static final int PLAIN_RING = 0;

  /**
   * Tags go round {@link SlotTable#SLOTS} slots, which are placed in their order: of the first so
   * many tags, however many they are, no log server has more than 1.25 × its share, rounded up.
   */
  public static final int BOUNDED_SLOTS = 1;

  /** What new generations get. */
  public static final int NEWEST = BOUNDED_SLOTS;

  /** How one ring version places. */
  private interface Placing {
    int[] membersFor(int tag);
  }

  private final Placing placing;

  public TagPlacement(LogGeneration generation) {
    Check.that(
        !generation.members().isEmpty(),
        "a generation without log servers: epoch ",
        generation.epoch());
    placing =
        switch (generation.ringVersion()) {
          case PLAIN_RING -> new PlainRing(generation);
          case BOUNDED_SLOTS -> {
            SlotTable table = new SlotTable(generation.members(), generation.replication());
            yield tag -> table.membersFor(Math.floorMod(tag, SlotTable.SLOTS));
          }
          default ->
              throw new MalformedException(
                  "the log of epoch "
                      + generation.epoch()
                      + " places tags in a way of a later release: "
                      + generation.ringVersion());
        };
  }

  /** The indexes of the members that hold {@code tag}, best first; only to be read. */
  public int[] membersFor(int tag) {
    return placing.membersFor(tag);
  }

  /** Whether the member at {@code index} holds {@code tag}. */
  public boolean holds(int index, int tag) {
    for (int member : membersFor(tag)) {
      if (member == index) {
        return true;
      }
    }
    return false;
  }

  /** Places each tag by itself. */
  private static final class PlainRing implements Placing {
    private final HashRing ring = new HashRing();
    private final Map<Uid, Integer> indexes = new TreeMap<>();
    private final int replication;
    private final Map<Integer, int[]> remembered = new HashMap<>();

    PlainRing(LogGeneration generation) {
      List<LogMember> members = generation.members();
      for (int i = 0; i < members.size(); i++) {
        ring.add(members.get(i).logId(), members.get(i).zone());
        indexes.put(members.get(i).logId(), i);
      }
      replication = generation.replication();
    }

    @Override
    public int[] membersFor(int tag) {
      return remembered.computeIfAbsent(
          tag, absent -> ring.owners(tag, replication).stream().mapToInt(indexes::get).toArray());
    }
  }
}
