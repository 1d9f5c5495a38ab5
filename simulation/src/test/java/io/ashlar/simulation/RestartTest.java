package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that come back sooner than anybody misses them. */
class RestartTest {
  /**
   * Seed 21 with slow disks, on the day before: a log server's process was killed and booted within
   * 120 ms, between two pings of the controller. It answered the next ping, and refused every push
   * for ever; the commit proxies gave up and answered pings as well. Nobody began a recovery.
   */
  @Test
  void aLogServerThatIsBackBeforeItIsMissedEndsTheEpoch() {
    int tried = 0;
    for (long seed = 1; seed <= 12; seed++) {
      try (Scene scene = new Scene(seed, 6, 1, 1, 1)) {
        int log = scene.machinesWithRole("log-server").get(0);
        List<String> others = new ArrayList<>(scene.process(log).roleNames());
        others.removeAll(List.of("worker", "controller-candidate", "log-server", "storage-server"));
        if (!others.isEmpty()) {
          // The controller, or another role whose loss is noticed in any case.
          continue;
        }
        tried++;
        scene.reboot(log);
        scene.set("key", "value");
        assertThat(scene.get("key")).isEqualTo("value");
        assertThat(scene.get("the first key")).isEqualTo("value");
      }
    }
    assertThat(tried).isGreaterThan(3);
  }
}
