package io.ashlar.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.AsyncIterator;
import io.ashlar.client.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RowByRowTest {
  private static final int ROWS = 200_000;

  @Test
  void aLongPageNeedsNoDeepStack() {
    assertThat(RowByRow.all(new Rows(ROWS)).join()).hasSize(ROWS);
  }

  @Test
  void rowsThatComeLaterAreWaitedFor() {
    Rows rows = new Rows(3);
    rows.isLate = true;
    CompletableFuture<List<KeyValue>> all = RowByRow.all(rows);
    for (int i = 0; i < 4; i++) {
      assertThat(all).isNotDone();
      rows.asked.remove(0).complete(i < 3);
    }
    assertThat(all.join()).hasSize(3);
  }

  /** As many equal rows as wanted. */
  private static final class Rows implements AsyncIterator<KeyValue> {
    final List<CompletableFuture<Boolean>> asked = new ArrayList<>();
    boolean isLate;
    private int left;

    Rows(int left) {
      this.left = left;
    }

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      if (!isLate) {
        return CompletableFuture.completedFuture(left > 0);
      }
      asked.add(new CompletableFuture<>());
      return asked.get(asked.size() - 1);
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public KeyValue next() {
      left--;
      return new KeyValue(new byte[1], new byte[1]);
    }

    @Override
    public void cancel() {
      left = 0;
    }
  }
}
