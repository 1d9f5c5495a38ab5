package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class TagPlacementTest {
  private static final int TAGS = 2_000;

  private static LogGeneration generation(int replication, String... zones) {
    List<LogMember> members = new ArrayList<>();
    for (int i = 0; i < zones.length; i++) {
      members.add(new LogMember(new Uid(77, i), zones[i]));
    }
    return new LogGeneration(1, 0, 0, 1, members, replication, 0);
  }

  private static Set<Uid> holders(LogGeneration generation, TagPlacement placement, int tag) {
    Set<Uid> ids = new TreeSet<>();
    for (int member : placement.membersFor(tag)) {
      ids.add(generation.members().get(member).logId());
    }
    return ids;
  }

  @Test
  void eachTagLiesInAsManyDistinctZonesAsThereAreCopies() {
    LogGeneration generation = generation(3, "a", "a", "b", "b", "c", "d", "d");
    TagPlacement placement = new TagPlacement(generation);
    for (int tag = 0; tag < TAGS; tag++) {
      Set<String> zones = new HashSet<>();
      for (int member : placement.membersFor(tag)) {
        zones.add(generation.members().get(member).zone());
        assertThat(placement.holds(member, tag)).isTrue();
      }
      assertThat(placement.membersFor(tag)).hasSize(3);
      assertThat(zones).hasSize(3);
    }
  }

  @Test
  void withAsManyLogServersAsCopiesEachHoldsEverything() {
    TagPlacement placement = new TagPlacement(generation(3, "a", "b", "c"));
    for (int tag = 0; tag < TAGS; tag++) {
      int[] members = placement.membersFor(tag).clone();
      Arrays.sort(members);
      assertThat(members).containsExactly(0, 1, 2);
    }
  }

  @Test
  void isTheSameWheneverItIsComputed() {
    LogGeneration generation = generation(2, "a", "b", "c", "d", "e");
    TagPlacement one = new TagPlacement(generation);
    TagPlacement other = new TagPlacement(generation);
    for (int tag = TAGS - 1; tag >= 0; tag--) {
      other.membersFor(tag);
    }
    for (int tag = 0; tag < TAGS; tag++) {
      assertThat(one.membersFor(tag)).isEqualTo(other.membersFor(tag));
    }
  }

  /** A change here would make proxies and readers of different versions disagree. */
  @Test
  void isTheSameForEver() {
    TagPlacement placement = new TagPlacement(generation(2, "a", "b", "c", "d", "e"));
    StringBuilder first = new StringBuilder();
    for (int tag = 0; tag < 12; tag++) {
      first.append(Arrays.toString(placement.membersFor(tag)));
    }
    assertThat(first)
        .hasToString("[0, 3][4, 2][4, 1][3, 1][2, 0][1, 0][2, 4][0, 3][3, 2][0, 1][2, 0][1, 0]");
  }

  @Test
  void doesNotDependOnTheOrderOfMembers() {
    LogGeneration one = generation(2, "a", "b", "c", "d", "e");
    List<LogMember> turned = new ArrayList<>(one.members());
    java.util.Collections.reverse(turned);
    LogGeneration other = new LogGeneration(1, 0, 0, 1, turned, 2, 0);
    TagPlacement ofOne = new TagPlacement(one);
    TagPlacement ofOther = new TagPlacement(other);
    for (int tag = 0; tag < TAGS; tag++) {
      assertThat(holders(one, ofOne, tag)).isEqualTo(holders(other, ofOther, tag));
    }
  }

  @Test
  void aNewMemberTakesItsShareAndNothingElseMoves() {
    LogGeneration before = generation(2, "a", "b", "c", "d", "e");
    LogGeneration after = generation(2, "a", "b", "c", "d", "e", "f");
    TagPlacement ofBefore = new TagPlacement(before);
    TagPlacement ofAfter = new TagPlacement(after);
    Uid added = after.members().get(5).logId();
    int changed = 0;
    for (int tag = 0; tag < TAGS; tag++) {
      Set<Uid> was = holders(before, ofBefore, tag);
      Set<Uid> is = holders(after, ofAfter, tag);
      if (!was.equals(is)) {
        changed++;
        // One copy went to the new member; the other stayed where it was.
        assertThat(is).contains(added);
        is.retainAll(was);
        assertThat(is).hasSize(1);
      }
    }
    // A third of the tags have one of their two copies on one of six members.
    assertThat(changed).isBetween(TAGS / 5, TAGS / 2);
  }

  @Test
  void copiesAreSpreadOverTheMembers() {
    TagPlacement placement = new TagPlacement(generation(2, "a", "b", "c", "d", "e"));
    int[] load = new int[5];
    for (int tag = 0; tag < TAGS; tag++) {
      for (int member : placement.membersFor(tag)) {
        load[member]++;
      }
    }
    int share = 2 * TAGS / 5;
    for (int member = 0; member < 5; member++) {
      assertThat(load[member]).isBetween(share / 2, share * 2);
    }
  }
}
