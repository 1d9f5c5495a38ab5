package io.ashlar.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.blob.BlobOptions;
import io.ashlar.blob.Blobs;
import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.counter.Counter;
import io.ashlar.kv.BulkWrite;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.SweeperOptions;
import io.ashlar.lease.Leases;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueOptions;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls on a database that is closed: its threads have ended, and nobody may wait for them. */
@Timeout(60)
class ClosedDatabaseTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Database database = Ashlar.inMemory();
  private final KeyValueStore<String, String> store =
      new KeyValueStore<>(place("store"), Codec.utf8(), Codec.utf8());

  private static Subspace place(String name) {
    return new Subspace(Tuple.from(name));
  }

  @AfterEach
  void end() {
    database.close();
  }

  private static void assertClosed(CompletableFuture<?> future) throws Exception {
    try {
      // A limit, since the fault that this is about is that they wait for ever.
      future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(AshlarException.class);
      assertThat(((AshlarException) e.getCause()).code()).isEqualTo(ErrorCode.DATABASE_CLOSED);
      return;
    }
    throw new AssertionError("it did something");
  }

  @Test
  void aCallOfEachLayerFails() throws Exception {
    Queue queue = new Queue(place("queue"), QueueOptions.defaults());
    Leases leases = new Leases(place("leases"));
    store.put(database, "a", "1").join();
    database.close();
    assertClosed(store.get(database, "a"));
    assertClosed(store.put(database, "a", "2"));
    assertClosed(queue.push(database, new byte[] {1}));
    assertClosed(queue.claim(database, SECOND));
    assertClosed(queue.take(database, SECOND, SECOND));
    assertClosed(new Counter(place("counter")).add(database, 1));
    assertClosed(leases.tryAcquire(database, "name", "me", SECOND));
    assertClosed(leases.acquire(database, "name", "me", SECOND, SECOND));
    assertClosed(new Blobs(place("blobs"), BlobOptions.defaults()).get(database, "name"));
    assertClosed(store.newSweeper(database, SweeperOptions.defaults()).start());
  }

  @Test
  void aBulkWriteHasAResultForEachKey() throws Exception {
    database.close();
    BulkWrite<String, String> write = new BulkWrite<>(store);
    Map<String, BulkWrite.Result> results =
        write.put("a", "1").put("b", "2").run(database).get(60, TimeUnit.SECONDS);
    assertThat(results).hasSize(2);
    results
        .values()
        .forEach(result -> assertThat(result.outcome()).isEqualTo(BulkWrite.Outcome.FAILED));
  }
}
