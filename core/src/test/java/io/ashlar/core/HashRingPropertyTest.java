package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HashRingPropertyTest {
  private static final int KEYS = 500;

  private static Uid member(SeededRandom random) {
    return Uid.draw(random);
  }

  private static HashRing ring(TreeMap<Uid, String> members) {
    HashRing ring = new HashRing();
    members.forEach(ring::add);
    return ring;
  }

  private static TreeMap<Uid, String> members(SeededRandom random, int count, int zones) {
    TreeMap<Uid, String> members = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      members.put(member(random), "zone-" + random.nextInt(zones));
    }
    return members;
  }

  @Property(tries = 100, seed = "20260401")
  void aMemberThatIsAddedTakesKeysToItselfAndNoOtherKeyMoves(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int count) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Uid, String> members = members(random, count, count);
    HashRing before = ring(members);
    HashRing after = ring(members);
    Uid added = member(random);
    after.add(added, "zone-" + random.nextInt(count + 1));
    int moved = 0;
    for (int key = 0; key < KEYS; key++) {
      if (!after.owner(key).equals(before.owner(key))) {
        assertThat(after.owner(key)).isEqualTo(added);
        moved++;
      }
    }
    // Its share, as evenly as its points lie.
    int share = KEYS / (count + 1);
    assertThat(moved).isBetween(share / 3, 3 * share + 10);
  }

  @Property(tries = 100, seed = "20260402")
  void aMemberThatIsRemovedLeavesItsKeysToOthersAndNoOtherKeyMoves(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 20) int count) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Uid, String> members = members(random, count, count);
    HashRing before = ring(members);
    HashRing after = ring(members);
    Uid removed = List.copyOf(members.keySet()).get(random.nextInt(count));
    after.remove(removed);
    for (int key = 0; key < KEYS; key++) {
      if (before.owner(key).equals(removed)) {
        assertThat(after.owner(key)).isNotEqualTo(removed);
      } else {
        assertThat(after.owner(key)).isEqualTo(before.owner(key));
      }
    }
  }

  /** Also with several owners: those that stay and are asked for stay owners. */
  @Property(tries = 100, seed = "20260403")
  void ofSeveralOwnersAtMostOneGivesWayToAMemberOfAnotherZone(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Uid, String> members = members(random, count, count);
    HashRing before = ring(members);
    HashRing after = ring(members);
    Uid added = member(random);
    after.add(added, "another zone");
    for (int key = 0; key < KEYS; key++) {
      List<Uid> were = before.owners(key, 3);
      List<Uid> are = new ArrayList<>(after.owners(key, 3));
      if (are.remove(added)) {
        assertThat(were).startsWith(are.toArray(Uid[]::new));
      } else {
        assertThat(are).isEqualTo(were);
      }
    }
  }

  @Property(tries = 100, seed = "20260404")
  void ownersAreTheFirstOfTheWalkInDifferentZones(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @IntRange(min = 1, max = 5) int zones) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Uid, String> members = members(random, count, zones);
    HashRing ring = ring(members);
    for (int i = 0; i < 50; i++) {
      long key = random.nextLong();
      List<Uid> walk = ring.walk(key);
      assertThat(walk).containsExactlyInAnyOrderElementsOf(members.keySet());
      assertThat(ring.owner(key)).isEqualTo(walk.get(0));
      List<Uid> first = new ArrayList<>();
      Set<String> met = new HashSet<>();
      for (Uid one : walk) {
        if (first.size() < 3 && met.add(members.get(one))) {
          first.add(one);
        }
      }
      assertThat(ring.owners(key, 3)).isEqualTo(first);
    }
  }

  @Property(tries = 50, seed = "20260405")
  void isAFunctionOfWhoIsThereAndNotOfHowTheyCame(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Uid, String> members = members(random, count, count);
    List<Uid> turned = new ArrayList<>(members.keySet());
    Collections.reverse(turned);
    HashRing other = new HashRing();
    Uid passing = member(random);
    other.add(passing, "passing");
    turned.forEach(one -> other.add(one, members.get(one)));
    other.owner(0);
    other.remove(passing);
    HashRing ring = ring(members);
    for (int key = 0; key < KEYS; key++) {
      assertThat(other.walk(key)).isEqualTo(ring.walk(key));
    }
  }
}
