package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.blind;
import static io.ashlar.proxy.FakeCluster.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How much metadata there may be.
 *
 * <p>Seven legal transactions of 10 MB under {@code \xff/mine/} made a database of which no epoch
 * could begin any more: a recovery sends all metadata in one frame.
 */
final class MetadataLimitTest {
  private static final Bytes MINE = Keys.USER_END.concat(key("/mine/"));
  private static final int VALUE_BYTES = 90_000;
  private static final int ROWS_IN_ONE = 20;

  private final FakeCluster cluster = new FakeCluster(41, FakeCluster.Shape.small());

  private static Bytes row(int number) {
    return MINE.concat(key(Integer.toString(1_000 + number)));
  }

  private static CommitTransaction rows(int from, int count, int valueBytes) {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      mutations.add(Mutation.set(row(i), Bytes.wrap(new byte[valueBytes])));
    }
    return blind(mutations.toArray(Mutation[]::new));
  }

  private static boolean isCommitted(FakeCluster.Outcome outcome) {
    return outcome.reply instanceof TransactionCommitted;
  }

  private static void assertNoRoom(FakeCluster.Outcome outcome) {
    assertThat(outcome.failure).isNotNull();
    assertThat(outcome.failure.code()).isEqualTo(ErrorCode.CLIENT_INVALID_OPERATION);
    assertThat(outcome.failure.detail()).contains("the limit is 8388608", "clear some first");
  }

  /** Fills the metadata until nothing more is admitted; returns how many rows there are. */
  private int fill() {
    int count = 0;
    FakeCluster.Outcome outcome = cluster.commitAndRun(0, rows(0, ROWS_IN_ONE, VALUE_BYTES));
    while (isCommitted(outcome) && count < 200) {
      count += ROWS_IN_ONE;
      outcome = cluster.commitAndRun(0, rows(count, ROWS_IN_ONE, VALUE_BYTES));
    }
    assertNoRoom(outcome);
    return count;
  }

  @Test
  void metadataGrowsUpToALimitAndNoFurther() {
    int rows = fill();
    long bytes = (long) rows * VALUE_BYTES;
    assertThat(bytes).isLessThanOrEqualTo(CommitProxyOptions.METADATA_BYTES_MAX);
    assertThat(bytes + ROWS_IN_ONE * VALUE_BYTES).isGreaterThan(8_000_000);
    // What is no metadata has room.
    assertThat(isCommitted(cluster.commitAndRun(0, FakeCluster.set("a", "1")))).isTrue();
  }

  @Test
  void whatOnlyClearsHasAlwaysRoomAndMakesSome() {
    int rows = fill();
    Mutation clear = Mutation.clearRange(row(0), row(ROWS_IN_ONE));
    assertThat(isCommitted(cluster.commitAndRun(0, blind(clear)))).isTrue();
    assertThat(isCommitted(cluster.commitAndRun(0, rows(rows, 10, VALUE_BYTES)))).isTrue();
    Mutation compare =
        new Mutation(MutationType.COMPARE_AND_CLEAR, row(rows), Bytes.wrap(new byte[VALUE_BYTES]));
    assertThat(isCommitted(cluster.commitAndRun(0, blind(compare)))).isTrue();
  }

  @Test
  void aRowThatBecomesNoLongerNeedsNoRoom() {
    fill();
    assertThat(isCommitted(cluster.commitAndRun(0, rows(0, ROWS_IN_ONE, VALUE_BYTES)))).isTrue();
    assertThat(isCommitted(cluster.commitAndRun(0, rows(0, ROWS_IN_ONE, 10)))).isTrue();
  }

  @Test
  void whatIsUnderWayCounts() {
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      outcomes.add(cluster.commit(rows(ROWS_IN_ONE * i, ROWS_IN_ONE, VALUE_BYTES)));
    }
    cluster.world.runMillis(500);
    int committed = 0;
    for (FakeCluster.Outcome outcome : outcomes) {
      if (isCommitted(outcome)) {
        committed++;
      } else {
        assertNoRoom(outcome);
      }
    }
    assertThat(committed).isEqualTo(4);
  }

  @Test
  void whatIsAppendedCounts() {
    List<Mutation> appends = new ArrayList<>();
    Bytes operand = Bytes.wrap(new byte[VALUE_BYTES]);
    for (int i = 0; i < 100; i++) {
      appends.add(new Mutation(MutationType.APPEND_IF_FITS, row(i), operand));
    }
    assertNoRoom(cluster.commitAndRun(0, blind(appends.toArray(Mutation[]::new))));
  }
}
