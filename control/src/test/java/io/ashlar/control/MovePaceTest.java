package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.ShardMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovePaceTest {
  private static final ShardMap.Team TEAM = ShardMap.Team.atRest(1);

  private final MovePace pace = new MovePace(8);

  private void commit(MovePlan.Kind kind, int shard, long nowNanos) {
    KeyRange range = new KeyRange(Bytes.of(shard), Bytes.of(shard + 1));
    pace.committed(
        new MovePlan.Outcome(List.of(new MovePlan.Step(kind, range, TEAM, TEAM)), 0, 0), nowNanos);
  }

  private void move(int shard, long tookNanos) {
    commit(MovePlan.Kind.START, shard, 0);
    commit(MovePlan.Kind.FINISH, shard, tookNanos);
  }

  @Test
  void moreMoveAtOnceWhileMovesAreQuickUpToABound() {
    assertThat(pace.movingMax()).isEqualTo(8);
    move(1, MovePace.QUICK_NANOS);
    assertThat(pace.movingMax()).isEqualTo(16);
    for (int shard = 2; shard < 9; shard++) {
      move(shard, 1);
    }
    assertThat(pace.movingMax()).isEqualTo(8 * MovePace.TIMES_MAX);
  }

  @Test
  void fewerMoveAtOnceWhenOneTakesLongAndNeverNone() {
    move(1, MovePace.QUICK_NANOS + 1);
    assertThat(pace.movingMax()).isEqualTo(4);
    for (int shard = 2; shard < 9; shard++) {
      move(shard, MovePace.QUICK_NANOS + 1);
    }
    assertThat(pace.movingMax()).isEqualTo(8 / MovePace.TIMES_MAX);
    move(9, 1);
    assertThat(pace.movingMax()).isEqualTo(4);
    MovePace one = new MovePace(1);
    assertThat(one.movingMax()).isEqualTo(1);
  }

  /** Of a move that another began nobody knows how long it took; one given up took no time. */
  @Test
  void whatIsNotKnownChangesNothing() {
    commit(MovePlan.Kind.FINISH, 1, MovePace.QUICK_NANOS * 9);
    commit(MovePlan.Kind.START, 2, 0);
    commit(MovePlan.Kind.GIVE_UP, 2, 1);
    assertThat(pace.movingMax()).isEqualTo(8);
  }
}
