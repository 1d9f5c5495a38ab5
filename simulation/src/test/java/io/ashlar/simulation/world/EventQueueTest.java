package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {
  private static final Comparator<SimEvent> ORDER =
      Comparator.<SimEvent>comparingLong(event -> event.timeNanos)
          .thenComparingLong(event -> event.sequence);

  private static SimEvent event(EventQueue queue, long time, long sequence) {
    return new SimEvent(queue, time, sequence, null, null, () -> {});
  }

  @Test
  void nothingIsInAnEmptyQueue() {
    EventQueue queue = new EventQueue();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
    queue.add(event(queue, 3, 1));
    assertThat(queue.firstTimeNanos()).isEqualTo(3);
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givesEventsInTheOrderOfTimeThenOfSequence(long seed) {
    SeededRandom random = new SeededRandom(seed);
    EventQueue queue = new EventQueue();
    PriorityQueue<SimEvent> model = new PriorityQueue<>(ORDER);
    long times = 1 + random.nextInt(5_000);
    for (int i = 0; i < 30_000; i++) {
      if (random.chance(550_000)) {
        SimEvent event = event(queue, random.nextLong(times), i);
        queue.add(event);
        model.add(event);
      } else {
        assertThat(queue.poll()).isSameAs(model.poll());
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
    while (!model.isEmpty()) {
      assertThat(queue.firstTimeNanos()).isEqualTo(model.peek().timeNanos);
      assertThat(queue.poll()).isSameAs(model.poll());
    }
    assertThat(queue.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void cancelledOnesAreTakenOutAndTheOthersKeepTheirOrder(long seed) {
    SeededRandom random = new SeededRandom(seed);
    EventQueue queue = new EventQueue();
    PriorityQueue<SimEvent> model = new PriorityQueue<>(ORDER);
    List<SimEvent> added = new ArrayList<>();
    int mostWaiting = 0;
    for (int i = 0; i < 30_000; i++) {
      SimEvent event = event(queue, random.nextLong(1_000), i);
      queue.add(event);
      model.add(event);
      added.add(event);
      if (random.chance(900_000)) {
        SimEvent cancelled = added.remove(random.nextInt(added.size()));
        cancelled.cancel();
        cancelled.cancel();
        model.remove(cancelled);
      }
      mostWaiting = Math.max(mostWaiting, queue.size());
    }
    assertThat(mostWaiting).isLessThan(2 * added.size());
    for (SimEvent event = queue.poll(); event != null; event = queue.poll()) {
      if (!event.isVoid()) {
        assertThat(event).isSameAs(model.poll());
      }
    }
    assertThat(model).isEmpty();
  }
}
