package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One transaction used by many threads at once: real threads, and a loop of its own. */
@Timeout(60)
class SharedTransactionTest {
  private static final int THREADS = 6;

  private final FakeWorld world = new FakeWorld(10);
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final ExecutorService callbacks = Executors.newFixedThreadPool(3);
  private final ExecutorService users = Executors.newFixedThreadPool(THREADS);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private Database database;

  @BeforeEach
  void start() {
    database =
        Client.connect(
            world,
            77,
            world,
            world.withCallbacks(callbacks),
            FakeCluster.COORDINATORS,
            DatabaseOptions.defaults());
    loop.execute(
        () -> {
          while (!stopping.get()) {
            if (!world.step()) {
              Thread.onSpinWait();
            }
          }
        });
  }

  @AfterEach
  void stop() throws InterruptedException {
    stopping.set(true);
    for (ExecutorService pool : List.of(loop, users, callbacks)) {
      pool.shutdown();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Runs the same in all threads at once, and gives what each returned. */
  private <T> List<T> together(Callable<T> call) throws Exception {
    CountDownLatch ready = new CountDownLatch(THREADS);
    List<Future<T>> futures = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      futures.add(
          users.submit(
              () -> {
                ready.countDown();
                ready.await();
                return call.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get(30, TimeUnit.SECONDS));
    }
    return results;
  }

  private static ErrorCode codeOf(Runnable call) {
    try {
      call.run();
      return null;
    } catch (AshlarException e) {
      return e.code();
    }
  }

  @Test
  void everyThreadSeesItsOwnWritesAndAllAreCommitted() throws Exception {
    Transaction tr = database.createTransaction();
    together(
        () -> {
          String own = Thread.currentThread().getName();
          for (int i = 0; i < 100; i++) {
            String key = String.format(Locale.ROOT, "%s.%03d", own, i);
            tr.set(b(key), b("v" + i));
            assertThat(s(tr.getBlocking(b(key)))).isEqualTo("v" + i);
            assertThat(tr.getBlocking(b(key + "x"))).isNull();
            if (i % 10 == 0) {
              assertThat(tr.getRangeBlocking(Range.startsWith(b(own)))).hasSize(i + 1);
            }
          }
          return null;
        });
    tr.commitBlocking();
    int rows = database.read(reader -> reader.getRangeBlocking(b(""), b("\u007f")).size());
    assertThat(rows).isEqualTo(THREADS * 100);
  }

  @Test
  void ofManyCommitsOneWins() throws Exception {
    for (int round = 0; round < 50; round++) {
      Transaction tr = database.createTransaction();
      tr.set(b("k" + round), b("v"));
      List<ErrorCode> ends = together(() -> codeOf(tr::commitBlocking));
      assertThat(ends).containsOnlyOnce((ErrorCode) null);
      assertThat(ends).isSubsetOf(Arrays.asList(null, ErrorCode.USED_DURING_COMMIT));
    }
    assertThat(world.cluster.commitRequests).hasSize(50);
  }

  @Test
  void cancellingInTheMiddleEndsEverything() throws Exception {
    for (int round = 0; round < 50; round++) {
      Transaction tr = database.createTransaction();
      AtomicBoolean first = new AtomicBoolean(true);
      List<ErrorCode> ends =
          together(
              () -> {
                CompletableFuture<byte[]> read = tr.get(b("a"));
                CompletableFuture<List<KeyValue>> range = tr.getRange(b("a"), b("c")).asList();
                if (first.compareAndSet(true, false)) {
                  tr.cancel();
                }
                ErrorCode ofRead = codeOf(() -> Blocking.join(read));
                ErrorCode ofRange = codeOf(() -> Blocking.join(range));
                return ofRead == null ? ofRange : ofRead;
              });
      assertThat(ends).isSubsetOf(Arrays.asList(null, ErrorCode.TRANSACTION_CANCELLED));
      assertThat(codeOf(() -> tr.getBlocking(b("z")))).isEqualTo(ErrorCode.TRANSACTION_CANCELLED);
    }
  }

  @Test
  void incrementsFromManyThreadsAreAllCounted() throws Exception {
    together(
        () -> {
          for (int i = 0; i < 20; i++) {
            database.run(
                tr -> {
                  byte[] count = tr.getBlocking(b("count"));
                  tr.set(b("count"), new byte[] {(byte) (count == null ? 1 : count[0] + 1)});
                  return null;
                });
          }
          return null;
        });
    byte[] count = database.read(tr -> tr.getBlocking(b("count")));
    assertThat(count).containsExactly(THREADS * 20);
  }

  @Test
  void aCallbackMayWaitForAnotherFuture() {
    Transaction tr = database.createTransaction();
    CompletableFuture<byte[]> one = tr.get(b("a"));
    CompletableFuture<byte[]> other = tr.get(b("b"));
    // Both answers come in one frame, and the second future is behind the first in its batch.
    CompletableFuture<Boolean> waited = one.thenApply(v -> other.join() == null);
    assertThat(Blocking.join(waited)).isTrue();
  }
}
