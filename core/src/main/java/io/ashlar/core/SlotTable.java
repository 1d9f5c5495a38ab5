package io.ashlar.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which members hold each slot: the first ones from the slot's place on the ring that are in
 * different zones and have room. Slots are placed one after the other, and after the first k of
 * them no member holds more than 1.25 × its share of k, rounded up, for every k; of all {@link
 * #SLOTS} together it holds no more than that rounded down, so that going round and round the slots
 * keeps it too.
 *
 * <p><b>Shares.</b> Each slot is held in F zones, so a zone's share of it is at most 1. Zones take
 * part by the number of their members, as far as that allows: a share is λ × members, or 1 where
 * that would be more, with the one λ for which all shares add up to F. The members of a zone share
 * alike. So where there are only F zones each holds everything, and one with a single member has a
 * member that holds everything.
 *
 * <p><b>Why it never gets stuck.</b> Zones that have all they may hold could become so many that
 * fewer than F are left. Let a zone be <i>free until</i> K when it could be taken for each slot
 * from the next one up to the K-th without coming to its bound, and let the <i>slack</i> at K be
 * what all zones could still take up to there, less F for each slot. Slack is never negative at the
 * start. Placing a slot lowers it by the number of zones free until K plus those taken that are
 * not, and raises it by F; so at least (free until K − slack) of the zones taken must be free until
 * K. Those free until a later K are also free until an earlier one, hence the F that are free the
 * longest would always do, and others may be taken as long as enough of those can follow.
 *
 * <p>Pure, and not thread-safe: what was placed is kept.
 */
final class SlotTable {
  static final int SLOTS = 512;

  /** The bound on a load, over its share: 5 / 4. */
  private static final int OVER = 5;

  private static final int UNDER = 4;

  /** At least so many zones free until that slot must be taken for the next one. */
  private record Need(int until, int count) {}

  /** A zone, with the share of one of its members as a fraction. */
  private static final class Zone {
    final int[] members;
    final long shareOver;
    final long shareUnder;
    int load;
    int freeUntil;

    Zone(int[] members, long shareOver, long shareUnder) {
      this.members = members;
      this.shareOver = shareOver;
      this.shareUnder = shareUnder;
    }

    /** What one member may hold of all slots. With very many members its share is only just it. */
    private long ofMemberAtEnd() {
      long bounded = OVER * shareOver * SLOTS / (UNDER * shareUnder);
      return Math.max(bounded, ceil(shareOver * SLOTS, shareUnder));
    }

    /** What one member may hold of the first {@code slots}. */
    long ofMember(int slots) {
      long rounded = ceil(OVER * shareOver * slots, UNDER * shareUnder);
      return Math.min(rounded, ofMemberAtEnd());
    }

    /** What the zone may hold of the first {@code slots}; its members may hold at least as much. */
    int bound(int slots) {
      long rounded = ceil(OVER * shareOver * members.length * slots, UNDER * shareUnder);
      return (int) Math.min(Math.min(rounded, slots), ofMemberAtEnd() * members.length);
    }

    /** Whether it may be taken for every slot. */
    boolean isAlwaysFree() {
      return bound(SLOTS) == SLOTS;
    }

    private static long ceil(long over, long under) {
      return (over + under - 1) / under;
    }
  }

  private final HashRing ring = new HashRing();
  private final Map<Uid, Integer> indexes = new TreeMap<>();
  private final int replication;
  private final Zone[] zones;
  private final int[] zoneOf;
  private final int[] loads;
  private final int alwaysFree;

  private final int[][] placed = new int[SLOTS][];
  private int placedCount;

  SlotTable(List<LogMember> members, int replication) {
    Map<String, List<Integer>> byZone = new TreeMap<>();
    for (int i = 0; i < members.size(); i++) {
      LogMember member = members.get(i);
      if (indexes.putIfAbsent(member.logId(), i) == null) {
        ring.add(member.logId(), member.zone());
        byZone.computeIfAbsent(member.zone(), absent -> new ArrayList<>()).add(i);
      }
    }
    this.replication = Math.max(0, Math.min(replication, byZone.size()));
    loads = new int[members.size()];
    zones = zones(List.copyOf(byZone.values()), this.replication);
    zoneOf = new int[members.size()];
    int free = 0;
    for (int zone = 0; zone < zones.length; zone++) {
      for (int member : zones[zone].members) {
        zoneOf[member] = zone;
      }
      free += zones[zone].isAlwaysFree() ? 1 : 0;
    }
    alwaysFree = free;
  }

  /** Largest zones first have a share of 1 each, until λ × members is no more for any other. */
  private static Zone[] zones(List<List<Integer>> byZone, int replication) {
    int[] sizes = byZone.stream().mapToInt(List::size).sorted().toArray();
    int whole = 0;
    int members = Arrays.stream(sizes).sum();
    while (whole < replication
        && (long) sizes[sizes.length - 1 - whole] * (replication - whole) >= members) {
      members -= sizes[sizes.length - 1 - whole];
      whole++;
    }
    int smallestWhole = whole == 0 ? Integer.MAX_VALUE : sizes[sizes.length - whole];
    Zone[] zones = new Zone[byZone.size()];
    for (int i = 0; i < zones.length; i++) {
      int[] ofZone = byZone.get(i).stream().mapToInt(Integer::intValue).toArray();
      zones[i] =
          ofZone.length >= smallestWhole
              ? new Zone(ofZone, 1, ofZone.length)
              : new Zone(ofZone, replication - whole, members);
    }
    return zones;
  }

  /** The indexes of the members that hold a slot, first met first; only to be read. */
  int[] membersFor(int slot) {
    while (placedCount <= slot) {
      placed[placedCount] = place(placedCount);
      placedCount++;
    }
    return placed[slot];
  }

  private int[] place(int slot) {
    List<Need> needs = needs(slot);
    int[] taken = new int[replication];
    int count = 0;
    boolean[] isTaken = new boolean[zones.length];
    for (Uid id : ring.walk(slot)) {
      int member = indexes.get(id);
      int zone = zoneOf[member];
      if (count < replication
          && !isTaken[zone]
          && hasRoom(member, slot + 1)
          && leavesEnough(needs, isTaken, zone, replication - count - 1)) {
        isTaken[zone] = true;
        taken[count++] = member;
      }
    }
    Check.that(count == replication, "no room for slot ", slot);
    for (int member : taken) {
      loads[member]++;
      zones[zoneOf[member]].load++;
    }
    return taken;
  }

  private boolean hasRoom(int member, int slots) {
    Zone zone = zones[zoneOf[member]];
    return zone.load < zone.bound(slots) && loads[member] < zone.ofMember(slots);
  }

  /** What placing the next slot needs, and until when each zone is free. */
  private List<Need> needs(int slot) {
    List<Need> needs = new ArrayList<>();
    if (zones.length == replication) {
      return needs;
    }
    boolean roomAtEnd = slack(slot, SLOTS) >= zones.length;
    for (int until = slot + 1; until <= SLOTS; until++) {
      int free = 0;
      for (Zone zone : zones) {
        if (zone.bound(until) - zone.load >= until - slot) {
          zone.freeUntil = until;
          free++;
        }
      }
      int slack = slack(slot, until);
      Check.that(slack >= 0, "no room for each slot up to ", until);
      if (free > slack) {
        needs.add(new Need(until, free - slack));
      } else if (free == alwaysFree && slack >= zones.length && roomAtEnd) {
        // From here to the end slack is, but for the rounding of each zone, the lesser of two
        // linear functions: what it has at both ends it has in between.
        break;
      }
    }
    return needs;
  }

  private int slack(int slot, int until) {
    int room = 0;
    for (Zone zone : zones) {
      room += Math.min(zone.bound(until) - zone.load, until - slot);
    }
    return room - replication * (until - slot);
  }

  /** Whether what is needed can still follow when this zone is taken too. */
  private boolean leavesEnough(List<Need> needs, boolean[] isTaken, int candidate, int left) {
    for (Need need : needs) {
      int count = 0;
      for (int zone = 0; zone < zones.length; zone++) {
        boolean counts = isTaken[zone] || zone == candidate;
        count += counts && zones[zone].freeUntil >= need.until ? 1 : 0;
      }
      if (need.count - count > left) {
        return false;
      }
    }
    return true;
  }
}
