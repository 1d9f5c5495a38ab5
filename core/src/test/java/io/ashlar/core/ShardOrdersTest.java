package io.ashlar.core;

import static io.ashlar.core.MutationType.SHARD_FETCH;
import static io.ashlar.core.MutationType.SHARD_JOINED;
import static io.ashlar.core.MutationType.SHARD_REMOVED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShardOrdersTest {
  private static final ShardMap.Team FIRST = ShardMap.Team.atRest(1, 2);
  private static final ShardMap.Team MOVING =
      ShardMap.Team.moving(new int[] {1, 2}, new int[] {2, 3});
  private static final ShardMap.Team SECOND = ShardMap.Team.atRest(2, 3);

  private static ShardMap map(ShardMap.Team low, ShardMap.Team high) {
    ShardMap map = new ShardMap();
    map.load(new KeyValue(ShardMap.keyFor(Bytes.EMPTY), low.encode()));
    map.load(new KeyValue(ShardMap.keyFor(Bytes.utf8("m")), high.encode()));
    return map;
  }

  private static List<String> orders(ShardMap before, ShardMap after) {
    return ShardOrders.of(before.changesTo(after)).stream()
        .map(order -> order.tag() + " " + order.mutation().type() + " " + order.mutation().first())
        .toList();
  }

  @Test
  void whoComesFetchesThenJoinsAndWhoLeavesIsToldSo() {
    ShardMap rest = map(FIRST, FIRST);
    ShardMap moving = map(FIRST, MOVING);
    ShardMap moved = map(FIRST, SECOND);
    assertThat(orders(rest, moving)).containsExactly("3 " + SHARD_FETCH + " m");
    assertThat(orders(moving, moved))
        .containsExactly("1 " + SHARD_REMOVED + " m", "3 " + SHARD_JOINED + " m");
  }

  @Test
  void aMoveThatIsGivenUpTakesBackWhatTheNewcomerHas() {
    assertThat(orders(map(MOVING, FIRST), map(FIRST, FIRST)))
        .containsExactly("3 " + SHARD_REMOVED + " ");
  }

  @Test
  void aMoveThatBeginsAgainAndRowsThatCutAShardOrderNothing() {
    assertThat(orders(map(MOVING, MOVING), map(MOVING, MOVING))).isEmpty();
    ShardMap cut = map(MOVING, FIRST);
    cut.load(new KeyValue(ShardMap.keyFor(Bytes.utf8("c")), MOVING.encode()));
    assertThat(orders(map(MOVING, FIRST), cut)).isEmpty();
  }

  @Test
  void onlyThePartOfAShardThatMovesIsOrdered() {
    ShardMap cut = map(FIRST, FIRST);
    cut.load(new KeyValue(ShardMap.keyFor(Bytes.utf8("d")), FIRST.encode()));
    cut.load(new KeyValue(ShardMap.keyFor(Bytes.utf8("c")), MOVING.encode()));
    List<ShardMap.Change> changes = map(FIRST, FIRST).changesTo(cut);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).range()).isEqualTo(new KeyRange(Bytes.utf8("c"), Bytes.utf8("d")));
  }

  @Test
  void teamsAreReadFromWhatTheyWrote() {
    for (ShardMap.Team team : List.of(FIRST, MOVING, SECOND)) {
      assertThat(ShardMap.Team.decode(team.encode()).isSame(team)).isTrue();
    }
    assertThat(MOVING.tags()).containsExactly(1, 2, 3);
    assertThat(MOVING.isNewcomer(3)).isTrue();
    assertThat(MOVING.isNewcomer(2)).isFalse();
  }
}
