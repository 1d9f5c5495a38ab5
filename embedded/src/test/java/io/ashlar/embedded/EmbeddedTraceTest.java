package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.host.Trace;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedTraceTest {
  /** Keeps "role/event" in order, and counts down when the storage server has applied something. */
  private static final class Sink implements Trace {
    final List<String> events = new CopyOnWriteArrayList<>();
    final CountDownLatch applied = new CountDownLatch(1);
    volatile boolean on;

    @Override
    public void event(String name, Object... keysAndValues) {
      if (on) {
        assertThat(keysAndValues[0]).as(name + Arrays.toString(keysAndValues)).isEqualTo("role");
        events.add(keysAndValues[1] + "/" + name);
        if (name.equals("VersionsApplied") && events.contains("log-server/VersionsDurable")) {
          applied.countDown();
        }
      }
    }

    @Override
    public boolean isEnabled() {
      return true;
    }
  }

  @Test
  void oneCommitGoesThroughEveryRoleOfThePipeline() throws InterruptedException {
    Sink sink = new Sink();
    try (LocalNode node = LocalNode.start(NodeOptions.inMemory().withTrace(sink));
        Database database = node.connect(DatabaseOptions.defaults())) {
      byte[] key = "key".getBytes(StandardCharsets.UTF_8);
      sink.on = true;
      database.run(
          transaction -> {
            transaction.get(key).join();
            transaction.set(key, key);
            return null;
          });
      assertThat(sink.applied.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(sink.events)
          .contains(
              "read-version-proxy/ReadVersionsAnswered",
              "client/CommitSent",
              "commit-proxy/CommitBatchClosed",
              "sequencer/VersionGranted",
              "resolver/BatchResolved",
              "log-server/VersionsDurable",
              "storage-server/VersionsApplied");
      assertThat(sink.events.indexOf("sequencer/VersionGranted"))
          .isLessThan(sink.events.indexOf("resolver/BatchResolved"));
    }
  }
}
