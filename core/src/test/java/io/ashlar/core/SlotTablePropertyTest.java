package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SlotTablePropertyTest {
  /** Members of zones of the given sizes. */
  private static List<LogMember> members(SeededRandom random, List<Integer> sizes) {
    List<LogMember> members = new ArrayList<>();
    for (int zone = 0; zone < sizes.size(); zone++) {
      for (int i = 0; i < sizes.get(zone); i++) {
        members.add(new LogMember(Uid.draw(random), "zone-" + zone));
      }
    }
    return members;
  }

  private static List<Integer> sizes(SeededRandom random, int zones, int most) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < zones; i++) {
      sizes.add(random.nextInt(1, most + 1));
    }
    return sizes;
  }

  private static LogGeneration generation(List<LogMember> members, int replication) {
    return new LogGeneration(1, 0, 0, 1, members, replication, 0);
  }

  /**
   * What each member of a zone has of a slot as its share, by halving: λ is such that the shares
   * min(1, λ × members) of all zones add up to F.
   */
  private static List<Double> shares(List<Integer> sizes, int replication) {
    double low = 0;
    double high = replication;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      double sum = sizes.stream().mapToDouble(size -> Math.min(1, middle * size)).sum();
      if (sum < replication) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double lambda = high;
    return sizes.stream().map(size -> Math.min(1, lambda * size) / size).toList();
  }

  private static void expectBoundedLoad(List<Integer> sizes, int replication, long seed, int tags) {
    List<LogMember> members = members(new SeededRandom(seed), sizes);
    Map<String, Double> shares = new TreeMap<>();
    List<Double> byZone = shares(sizes, replication);
    for (int zone = 0; zone < sizes.size(); zone++) {
      shares.put("zone-" + zone, byZone.get(zone));
    }
    TagPlacement placement = new TagPlacement(generation(members, replication));
    int[] loads = new int[members.size()];
    for (int tag = 0; tag < tags; tag++) {
      Set<String> zones = new HashSet<>();
      for (int member : placement.membersFor(tag)) {
        loads[member]++;
        zones.add(members.get(member).zone());
      }
      assertThat(zones).hasSize(replication);
      assertThat(placement.membersFor(tag)).hasSize(replication);
      for (int member = 0; member < loads.length; member++) {
        double share = shares.get(members.get(member).zone()) * (tag + 1);
        assertThat((double) loads[member])
            .as("member %d in zones %s after %d tags", member, sizes, tag + 1)
            .isLessThanOrEqualTo(Math.ceil(1.25 * share - 1e-6));
      }
    }
  }

  @Property(tries = 200, seed = "20260411")
  void noMemberHasMoreThanAQuarterOverItsShareHoweverManyTagsThereAre(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int replication,
      @ForAll @IntRange(min = 0, max = 9) int moreZones,
      @ForAll @IntRange(min = 1, max = 6) int sizeMax) {
    List<Integer> sizes = sizes(new SeededRandom(seed), replication + moreZones, sizeMax);
    expectBoundedLoad(sizes, replication, seed, 2 * SlotTable.SLOTS + 100);
  }

  /** Where zones are hardly more than copies, those that are full could leave too few others. */
  @Property(tries = 200, seed = "20260412")
  void neverRunsOutOfZonesWhereThereAreHardlyMoreThanCopies(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 5) int replication,
      @ForAll @IntRange(min = 1, max = 2) int moreZones,
      @ForAll @IntRange(min = 1, max = 3) int sizeMax) {
    List<Integer> sizes = sizes(new SeededRandom(seed), replication + moreZones, sizeMax);
    expectBoundedLoad(sizes, replication, seed, SlotTable.SLOTS + 1);
  }

  @Property(tries = 20, seed = "20260413")
  void keepsItsBoundWithAsManyMembersAsThereMayBe(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int replication) {
    expectBoundedLoad(Collections.nCopies(64, 1), replication, seed, SlotTable.SLOTS + 70);
  }

  /** Another way round a ring that moved nothing would not be bounded; this much is the price. */
  @Property(tries = 60, seed = "20260414")
  void anotherMemberMovesLittleMoreThanItsShare(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int replication,
      @ForAll @IntRange(min = 1, max = 12) int moreZones) {
    int zones = replication + moreZones;
    List<LogMember> before = members(new SeededRandom(seed), Collections.nCopies(zones, 1));
    List<LogMember> after = new ArrayList<>(before);
    after.add(new LogMember(Uid.draw(new SeededRandom(seed).fork("added")), "another zone"));
    int moved = moved(before, after, replication);
    int share = replication * SlotTable.SLOTS / after.size();
    assertThat(moved).isBetween(share / 2, 3 * share);
    assertThat(moved(after, before, replication)).isEqualTo(moved);
  }

  /** Copies that are on another member than before. */
  private static int moved(List<LogMember> before, List<LogMember> after, int replication) {
    TagPlacement was = new TagPlacement(generation(before, replication));
    TagPlacement is = new TagPlacement(generation(after, replication));
    int moved = 0;
    for (int tag = 0; tag < SlotTable.SLOTS; tag++) {
      Set<LogMember> holders = new HashSet<>();
      for (int member : was.membersFor(tag)) {
        holders.add(before.get(member));
      }
      for (int member : is.membersFor(tag)) {
        moved += holders.contains(after.get(member)) ? 0 : 1;
      }
    }
    return moved;
  }

  @Property(tries = 50, seed = "20260415")
  void placesATagAlikeWhateverWasAskedBefore(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int replication) {
    SeededRandom random = new SeededRandom(seed);
    List<LogMember> members = members(random, sizes(random, replication + 2, 2));
    TagPlacement inOrder = new TagPlacement(generation(members, replication));
    TagPlacement backwards = new TagPlacement(generation(members, replication));
    for (int tag = 600; tag >= -600; tag--) {
      backwards.membersFor(tag);
    }
    for (int tag = -600; tag <= 600; tag++) {
      assertThat(inOrder.membersFor(tag)).isEqualTo(backwards.membersFor(tag));
    }
  }
}
