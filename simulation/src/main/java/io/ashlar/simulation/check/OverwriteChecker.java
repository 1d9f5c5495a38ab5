package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether places that are only ever overwritten, by deeds that leave their number and versionstamp
 * there, hold what was written last.
 *
 * <ol>
 *   <li>Whoever reads a place finds, of all deeds that are known to have been done there, the last
 *       one up to its read version. Known are those that were acknowledged, and those of unknown
 *       outcome that someone has seen.
 *   <li>A deed that was acknowledged has the stamp it was acknowledged with; one of unknown outcome
 *       the same whenever it is seen.
 *   <li>One that failed is never seen.
 *   <li>No two have the same stamp.
 * </ol>
 *
 * <p>Reads may be told of at any time; {@link #check} decides when all deeds have ended.
 */
public final class OverwriteChecker {
  private record Deed(int place, Outcome outcome, Stamp stamp) {}

  private record Look(int place, long readVersion, long deed, Stamp stamp) {}

  private final Map<Long, Deed> deeds = new TreeMap<>();
  private final List<Look> looks = new ArrayList<>();
  private final Violations violations = new Violations();

  /**
   * A new deed, open until it is told of.
   *
   * @return its number, from 1
   */
  public long begin(int place) {
    long number = deeds.size() + 1L;
    deeds.put(number, new Deed(place, Outcome.OPEN, null));
    return number;
  }

  /**
   * What the client was told.
   *
   * @param stamp of one that was committed, else null
   */
  public void end(long number, Outcome outcome, Stamp stamp) {
    deeds.put(number, new Deed(deeds.get(number).place, outcome, stamp));
  }

  /** Whether there is such a deed, of that place. */
  public boolean isOf(int place, long number) {
    Deed deed = deeds.get(number);
    return deed != null && deed.place == place;
  }

  /** A read found a place as a deed of that place left it. */
  public void saw(int place, long readVersion, long number, Stamp stamp) {
    looks.add(new Look(place, readVersion, number, stamp));
  }

  /** A read found nothing. */
  public void sawNothing(int place, long readVersion) {
    looks.add(new Look(place, readVersion, 0, null));
  }

  /** Decides about all reads. */
  public Violations check() {
    Map<Long, Stamp> stamps = new TreeMap<>();
    deeds.forEach(
        (number, deed) -> {
          if (deed.stamp != null) {
            stamps.put(number, deed.stamp);
          }
        });
    for (Look look : looks) {
      if (look.stamp != null) {
        settle(look, stamps);
      }
    }
    expectOneOfEach(stamps);
    Map<Integer, TreeSet<Stamp>> byPlace = new TreeMap<>();
    stamps.forEach(
        (number, stamp) ->
            byPlace.computeIfAbsent(deeds.get(number).place, none -> new TreeSet<>()).add(stamp));
    for (Look look : looks) {
      TreeSet<Stamp> known = byPlace.getOrDefault(look.place, new TreeSet<>());
      Stamp last = known.floor(new Stamp(look.readVersion, Stamp.AFTER_ALL));
      if (look.stamp == null ? last != null : !look.stamp.equals(last)) {
        violations.add(who(look) + " and was last written at " + last);
      }
    }
    return violations;
  }

  /** A stamp is the place of one transaction, and each does one deed. */
  private void expectOneOfEach(Map<Long, Stamp> stamps) {
    Map<Stamp, Long> deedOf = new TreeMap<>();
    stamps.forEach(
        (number, stamp) -> {
          Long other = deedOf.putIfAbsent(stamp, number);
          if (other != null) {
            violations.add("deeds " + other + " and " + number + " both have the stamp " + stamp);
          }
        });
  }

  private void settle(Look look, Map<Long, Stamp> stamps) {
    Outcome outcome = deeds.get(look.deed).outcome;
    if (outcome == Outcome.FAILED || outcome == Outcome.READ_ONLY) {
      violations.add(who(look) + ", which was not committed (" + outcome + ")");
      return;
    }
    Stamp other = stamps.putIfAbsent(look.deed, look.stamp);
    if (other != null && !other.equals(look.stamp)) {
      violations.add(who(look) + ", which was committed at " + other);
    }
  }

  private static String who(Look look) {
    String found = look.stamp == null ? "has nothing" : "is of deed " + look.deed;
    String at = look.stamp == null ? "" : " at " + look.stamp;
    return "place " + look.place + ", read at " + look.readVersion + ", " + found + at;
  }
}
