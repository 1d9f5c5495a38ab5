package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that each count up a number of their own, one transaction after the other, until they are
 * told to stop: whatever happens to the cluster meanwhile, nothing but a retry may come of it.
 */
public final class SteadyLoad implements AutoCloseable {
  /** Between two transactions of a client: the processes under test need the processors too. */
  private static final long PAUSE_MILLIS = 10;

  private final Database database;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Counter> counters = new ArrayList<>();

  public SteadyLoad(Path clusterFile, int clients) {
    database = Ashlar.connect(clusterFile);
    for (int i = 0; i < clients; i++) {
      Counter counter = new Counter("load/" + i);
      counters.add(counter);
      counter.start();
    }
  }

  /** One client. */
  private final class Counter extends Thread {
    private final byte[] key;
    private volatile long acknowledged;

    Counter(String key) {
      super(key);
      setDaemon(true);
      this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
      try {
        while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          long next = acknowledged + 1;
          database.run(
              transaction -> {
                // To set the same number twice is as good as once.
                transaction.options().setIdempotent();
                byte[] before = transaction.get(key).join();
                long found = before == null ? 0 : ByteBuffer.wrap(before).getLong();
                if (found != next && found != next - 1) {
                  throw new IllegalStateException("has " + found + " instead of " + (next - 1));
                }
                transaction.set(key, ByteBuffer.allocate(Long.BYTES).putLong(next).array());
                return null;
              });
          acknowledged = next;
        }
      } catch (Throwable thrown) {
        // Nobody joins this thread for its result: whatever ended it, check() fails with it.
        failure.compareAndSet(null, thrown);
      }
    }
  }

  /** How many commits were acknowledged so far. */
  public long acknowledged() {
    return counters.stream().mapToLong(counter -> counter.acknowledged).sum();
  }

  /** Stops, and checks that nothing failed and everything acknowledged is there. */
  public void check() throws InterruptedException {
    stop();
    assertThat(failure.get()).isNull();
    for (Counter counter : counters) {
      byte[] value = database.read(transaction -> transaction.get(counter.key).join());
      assertThat(value).as("what %s counted", counter.getName()).isNotNull();
      assertThat(ByteBuffer.wrap(value).getLong()).isEqualTo(counter.acknowledged);
    }
  }

  private void stop() throws InterruptedException {
    stopped.countDown();
    for (Counter counter : counters) {
      counter.join();
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    database.close();
  }
}
