package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionBoundsTest {
  private static final long WINDOW_VERSIONS = 100;

  private final VersionBounds bounds = new VersionBounds(new Uid(7, 7), new Pulled());
  private final VersionedMap map = new VersionedMap(50, Shards.NONE.with(Keys.ALL));

  VersionBoundsTest() {
    bounds.opened(50);
  }

  /** A view with one generation, which began at {@code begun} after one that ended. */
  private static ClusterView view(long ended, long begun) {
    LogGeneration generation = new LogGeneration(2, 0, ended, begun, List.of(), 1, 0);
    return new ClusterView(
        new Uid(1, 1),
        2,
        1,
        List.of(),
        List.of(),
        List.of(new LogSet(generation, List.of())),
        List.of(),
        new StoreTime(0, 0),
        WINDOW_VERSIONS);
  }

  @Test
  void onlyWhatIsOlderThanTheWindowIsStored() {
    bounds.onView(view(0, 1));
    bounds.committedThrough(1_000);
    map.advance(120);
    assertThat(bounds.storable(map, false)).isEqualTo(50);
    assertThat(bounds.oldestReadable(map)).isEqualTo(50);
    map.advance(400);
    assertThat(bounds.storable(map, false)).isEqualTo(300);
    assertThat(bounds.oldestReadable(map)).isEqualTo(300);
  }

  @Test
  void whenTheServerClosesAllThatIsCommittedIsStored() {
    bounds.onView(view(0, 1));
    bounds.committedThrough(370);
    map.advance(400);
    assertThat(bounds.storable(map, false)).isEqualTo(300);
    assertThat(bounds.storable(map, true)).isEqualTo(370);
  }

  @Test
  void whatIsNotKnownToBeCommittedIsNotStored() {
    bounds.onView(view(0, 1));
    map.advance(400);
    assertThat(bounds.storable(map, false)).isEqualTo(50);
    assertThat(bounds.committed(map)).isEqualTo(50);
    bounds.committedThrough(200);
    bounds.committedThrough(100);
    assertThat(bounds.storable(map, false)).isEqualTo(200);
    assertThat(bounds.committed(map)).isEqualTo(200);
  }

  @Test
  void whatIsCommittedAndHasNotArrivedIsNotReadable() {
    bounds.onView(view(0, 1));
    bounds.committedThrough(1_000);
    map.advance(400);
    assertThat(bounds.committed(map)).isEqualTo(400);
    assertThat(bounds.knownCommitted()).isEqualTo(1_000);
  }

  @Test
  void storedDoesNotStopWhereThereIsNoVersion() {
    bounds.onView(view(200, 350));
    bounds.committedThrough(1_000);
    map.advance(400);
    assertThat(bounds.storable(map, false)).isEqualTo(200);
    map.advance(450);
    assertThat(bounds.storable(map, false)).isEqualTo(350);
  }

  @Test
  void anEpochThatBeganAboveWhatIsStoredAndEndedBelowHasLostIt() {
    bounds.onView(view(50, 60));
    bounds.checkNothingLost(map);
    bounds.onView(view(40, 50));
    bounds.checkNothingLost(map);
    bounds.onView(view(49, 51));
    assertThatThrownBy(() -> bounds.checkNothingLost(map))
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("has stored version 50")
        .hasMessageContaining("ended at 49");
  }

  @Test
  void anEpochThatBeganAboveWhatIsCommittedAndEndedBelowHasLostIt() {
    bounds.committedThrough(300);
    bounds.onView(view(299, 301));
    assertThatThrownBy(() -> bounds.checkNothingLost(map))
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("has told that it is committed version 300");
  }

  @Test
  void aViewThatDoesNotHaveTheServerSaysNothing() {
    bounds.onView(view(49, 51));
    bounds.rest();
    bounds.checkNothingLost(map);
  }
}
