package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Failure;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Pong;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class RequestTableTest {
  private static PendingRequest request(RequestTable table) {
    return new PendingRequest(
        new RoleSlot("role", 1, new ArrayList<>()),
        table,
        Pong.class,
        new ReplyHandler<Pong>() {
          @Override
          public void onReply(Pong reply) {}

          @Override
          public void onFailure(Failure failure) {}
        });
  }

  @Property(tries = 200, seed = "20260203", shrinking = ShrinkingMode.OFF)
  void findsEachRequestOnceByItsNumber(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    RequestTable table = new RequestTable(() -> {});
    TreeMap<Long, PendingRequest> model = new TreeMap<>();
    int waitingMost = 1 + random.nextInt(500);
    for (int step = 0; step < 3000; step++) {
      if (model.size() < waitingMost && random.nextInt(5) < 3) {
        PendingRequest request = request(table);
        table.add(request);
        assertThat(model.put(request.number, request)).isNull();
      } else if (!model.isEmpty()) {
        // Mostly the oldest, sometimes any, as replies come.
        long number =
            random.nextInt(3) > 0
                ? model.firstKey()
                : model.ceilingKey(random.nextLong(model.lastKey()) + 1);
        assertThat(table.remove(number)).isSameAs(model.remove(number));
        assertThat(table.remove(number)).isNull();
      }
      assertThat(table.count()).isEqualTo(model.size());
    }
    for (long number : model.keySet()) {
      assertThat(model.get(number).number).isEqualTo(number);
    }
    List<PendingRequest> all = table.removeAll();
    assertThat(all).containsExactlyElementsOf(model.values());
    assertThat(table.count()).isZero();
    assertThat(table.remove(1)).isNull();
  }
}
