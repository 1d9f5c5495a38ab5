package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class TimerHeapTest {
  private static final class Timer extends TimerHeap.Entry {
    final long due;
    final int order;

    Timer(long due, int order) {
      this.due = due;
      this.order = order;
    }

    @Override
    void expire() {}
  }

  @Property(tries = 300, seed = "20260201", shrinking = ShrinkingMode.OFF)
  void givesTimersInOrderHoweverTheyAreAddedAndTakenOut(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    TimerHeap heap = new TimerHeap();
    List<Timer> model = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          Timer timer = new Timer(now + random.nextInt(50), step);
          heap.add(timer, timer.due);
          model.add(timer);
        }
        case 2 -> {
          if (!model.isEmpty()) {
            Timer timer = model.remove(random.nextInt(model.size()));
            heap.remove(timer);
            heap.remove(timer);
            assertThat(timer.isScheduled()).isFalse();
          }
        }
        default -> {
          now += random.nextInt(10);
          long until = now;
          model.sort(Comparator.<Timer>comparingLong(t -> t.due).thenComparingInt(t -> t.order));
          List<Timer> due = new ArrayList<>();
          for (TimerHeap.Entry t = heap.pollDue(now); t != null; t = heap.pollDue(now)) {
            due.add((Timer) t);
          }
          assertThat(due).isEqualTo(model.stream().filter(t -> t.due <= until).toList());
          model.removeAll(due);
        }
      }
      heap.checkInvariants();
      assertThat(heap.count()).isEqualTo(model.size());
      assertThat(heap.firstDueNanos())
          .isEqualTo(model.stream().mapToLong(t -> t.due).min().orElse(Long.MAX_VALUE));
    }
  }
}
