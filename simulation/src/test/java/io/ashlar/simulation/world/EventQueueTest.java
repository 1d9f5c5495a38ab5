package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {
  private static SimEvent event(long time, long sequence) {
    return new SimEvent(time, sequence, null, null, () -> {});
  }

  @Test
  void nothingIsInAnEmptyQueue() {
    EventQueue queue = new EventQueue();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
    queue.add(event(3, 1));
    assertThat(queue.firstTimeNanos()).isEqualTo(3);
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givesEventsInTheOrderOfTimeThenOfSequence(long seed) {
    SeededRandom random = new SeededRandom(seed);
    EventQueue queue = new EventQueue();
    PriorityQueue<SimEvent> model = new PriorityQueue<>();
    long times = 1 + random.nextInt(5_000);
    for (int i = 0; i < 30_000; i++) {
      if (random.chance(550_000)) {
        SimEvent event = event(random.nextLong(times), i);
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
}
