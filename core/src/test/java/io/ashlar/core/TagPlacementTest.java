package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  private static String firstTags(LogGeneration generation) {
    TagPlacement placement = new TagPlacement(generation);
    StringBuilder first = new StringBuilder();
    for (int tag = 0; tag < 12; tag++) {
      first.append(Arrays.toString(placement.membersFor(tag)));
    }
    return first.toString();
  }

  /** A change here would make proxies and readers of different releases disagree. */
  @Test
  void isTheSameForEver() {
    LogGeneration generation = generation(2, "a", "b", "c", "d", "e");
    assertThat(firstTags(generation.withRingVersion(TagPlacement.PLAIN_RING)))
        .isEqualTo("[0, 3][4, 2][4, 1][3, 1][2, 0][1, 0][2, 4][0, 3][3, 2][0, 1][2, 0][1, 0]");
    assertThat(firstTags(generation.withRingVersion(TagPlacement.BOUNDED_SLOTS)))
        .isEqualTo("[0, 3][4, 2][4, 1][3, 1][2, 0][1, 0][2, 4][0, 3][3, 2][0, 1][2, 0][1, 4]");
    LogGeneration uneven = generation(2, "a", "b", "b", "b", "c", "c");
    assertThat(firstTags(uneven.withRingVersion(TagPlacement.BOUNDED_SLOTS)))
        .isEqualTo("[0, 3][4, 2][4, 1][3, 5][2, 0][1, 0][2, 4][5, 0][3, 4][0, 5][2, 4][1, 5]");
  }

  @Test
  void refusesAWayToPlaceThatItDoesNotKnow() {
    LogGeneration later = generation(1, "a").withRingVersion(TagPlacement.NEWEST + 1);
    assertThatThrownBy(() -> new TagPlacement(later))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("later release");
  }

  @Test
  void aGenerationSurvivesItsEncodingWithItsRingVersion() {
    for (int ring = 0; ring <= TagPlacement.NEWEST; ring++) {
      LogGeneration generation = generation(2, "a", "b", "c").withRingVersion(ring);
      ByteWriter to = new ByteWriter(64);
      generation.encode(to);
      ByteReader from = new ByteReader(to.toBytes());
      assertThat(LogGeneration.decode(from)).isEqualTo(generation);
      from.expectEnd();
    }
  }

  @Test
  void aGenerationOfBeforeThereWereRingVersionsKeepsItsPlacement() {
    LogGeneration generation = generation(2, "a", "b", "c").withRingVersion(0);
    ByteWriter to = new ByteWriter(64);
    generation.encode(to);
    Bytes encoded = to.toBytes();
    ByteReader from = new ByteReader(encoded.slice(0, encoded.length() - 1));
    assertThat(LogGeneration.decodeBeforeRings(from)).isEqualTo(generation);
    from.expectEnd();
  }

  @Test
  void doesNotDependOnTheOrderOfMembers() {
    LogGeneration one = generation(2, "a", "b", "c", "d", "e");
    List<LogMember> turned = new ArrayList<>(one.members());
    java.util.Collections.reverse(turned);
    LogGeneration other = new LogGeneration(1, 0, 0, 1, turned, 2, 0);
    for (int ring = 0; ring <= TagPlacement.NEWEST; ring++) {
      TagPlacement ofOne = new TagPlacement(one.withRingVersion(ring));
      TagPlacement ofOther = new TagPlacement(other.withRingVersion(ring));
      for (int tag = 0; tag < TAGS; tag++) {
        assertThat(holders(one, ofOne, tag)).isEqualTo(holders(other, ofOther, tag));
      }
    }
  }
}
