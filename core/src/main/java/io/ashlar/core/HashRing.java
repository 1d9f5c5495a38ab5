package io.ashlar.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A consistent-hash ring (Karger et al., "Consistent Hashing and Random Trees", 1997): each member
 * has many points on a circle of 2^64, and a key belongs to the member whose point comes first at
 * or after the key's own. So a member that is added takes keys to itself, one that is removed
 * leaves its keys to others, and no key moves between two that stay.
 *
 * <p>A pure function of its members, whatever the order in which they came. Not thread-safe.
 */
public final class HashRing {
  private static final int POINTS_PER_MEMBER = 64;

  private record Point(long at, Uid member) {}

  private static final Comparator<Point> AROUND =
      Comparator.comparingLong(Point::at).thenComparing(Point::member);

  /** Each member's zone. */
  private final TreeMap<Uid, String> members = new TreeMap<>();

  /** All points in order, or null when members have changed since they were put in order. */
  private Point[] points;

  /**
   * Adds a member that is not there.
   *
   * @param zone what it fails together with
   */
  public void add(Uid member, String zone) {
    Check.that(!members.containsKey(member), "on the ring already: ", member);
    members.put(member, zone);
    points = null;
  }

  /** Removes a member that is there. */
  public void remove(Uid member) {
    Check.that(members.containsKey(member), "not on the ring: ", member);
    members.remove(member);
    points = null;
  }

  /** The member that {@code key} belongs to. There must be one. */
  public Uid owner(long key) {
    return points()[indexOf(key)].member;
  }

  /**
   * The first members from the key on that are in different zones: as many as asked for, or one of
   * each zone when there are fewer.
   */
  public List<Uid> owners(long key, int count) {
    List<Uid> owners = new ArrayList<>();
    Set<String> zones = new TreeSet<>();
    Point[] ring = points();
    int start = indexOf(key);
    for (int i = 0; i < ring.length && owners.size() < count; i++) {
      Uid member = ring[(start + i) % ring.length].member;
      if (zones.add(members.get(member))) {
        owners.add(member);
      }
    }
    return owners;
  }

  /** All members, in the order in which they are met from the key on. */
  public List<Uid> walk(long key) {
    Set<Uid> met = new LinkedHashSet<>();
    Point[] ring = points();
    int start = indexOf(key);
    for (int i = 0; i < ring.length && met.size() < members.size(); i++) {
      met.add(ring[(start + i) % ring.length].member);
    }
    return List.copyOf(met);
  }

  private int indexOf(long key) {
    // A point at the key itself comes first, whoever's it is.
    Point place = new Point(mix(key), Uid.NONE);
    int found = Arrays.binarySearch(points(), place, AROUND);
    int index = found >= 0 ? found : -found - 1;
    return index == points().length ? 0 : index;
  }

  private Point[] points() {
    if (points == null) {
      List<Point> all = new ArrayList<>(members.size() * POINTS_PER_MEMBER);
      for (Uid member : members.keySet()) {
        long own = mix(member.high()) ^ member.low();
        for (int i = 0; i < POINTS_PER_MEMBER; i++) {
          all.add(new Point(mix(own ^ mix(i)), member));
        }
      }
      Check.that(!all.isEmpty(), "a ring without members");
      Collections.sort(all, AROUND);
      points = all.toArray(Point[]::new);
    }
    return points;
  }

  private static long mix(long z) {
    long x = z + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
