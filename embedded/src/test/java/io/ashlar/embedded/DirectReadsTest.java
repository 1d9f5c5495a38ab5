package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.ReadVersions;
import io.ashlar.message.GetValues;
import io.ashlar.message.Values;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads that are answered from a published view, in the process and over TCP. */
@Timeout(120)
class DirectReadsTest {
  private static final int READERS = 3;
  private static final int WRITES = 2_000;
  private static final byte[] LEFT = key("left");
  private static final byte[] RIGHT = key("right");

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(long value) {
    return key(Long.toString(value));
  }

  private static long number(byte[] value) {
    return value == null ? 0 : Long.parseLong(new String(value, StandardCharsets.UTF_8));
  }

  private static void set(Database database, String key, String value) {
    database.run(
        transaction -> {
          transaction.set(key(key), key(value));
          return null;
        });
  }

  @Test
  void readsInTheProcessDoNotNeedTheLoop() {
    try (LocalNode node = LocalNode.start(NodeOptions.inMemory());
        Database database = node.connect(DatabaseOptions.defaults())) {
      set(database, "a", "1");
      long before = node.views().answeredCount();
      try (Transaction transaction = database.createTransaction()) {
        // Waits, by the loop, until the storage server has got there.
        transaction.get(key("a")).join();
        before = node.views().answeredCount();
        for (int i = 0; i < 10; i++) {
          assertThat(transaction.get(key("absent" + i)).join()).isNull();
        }
        assertThat(transaction.getMany(List.of(key("b"), key("c"))).join())
            .containsExactly(null, null);
      }
      assertThat(node.views().answeredCount() - before).isEqualTo(11);
    }
  }

  @Test
  void readsOverTcpDoNotNeedTheServersLoop() {
    try (LocalNode node = LocalNode.start(NodeOptions.inMemory().listeningAt("127.0.0.1", 0));
        Database database = Connections.connect(node.clusterFile(), DatabaseOptions.defaults())) {
      set(database, "a", "1");
      try (Transaction transaction = database.createTransaction()) {
        assertThat(transaction.get(key("a")).join()).isEqualTo(key("1"));
        long before = node.views().answeredCount();
        for (int i = 0; i < 10; i++) {
          assertThat(transaction.get(key("absent" + i)).join()).isNull();
        }
        assertThat(node.views().answeredCount() - before).isEqualTo(10);
      }
    }
  }

  @Test
  void whatTheStorageServerWouldRefuseIsLeftToIt() {
    LocalNode node = LocalNode.start(NodeOptions.inMemory());
    try (Database database = node.connect(DatabaseOptions.defaults())) {
      set(database, "a", "1");
      long version = database.read(transaction -> transaction.getReadVersion().join());
      database.read(transaction -> transaction.get(key("a")).join());
      PublishedViews views = node.views();
      List<Bytes> keys = List.of(Bytes.utf8("a"));
      assertThat(views.answer(new GetValues(version, keys))).isInstanceOf(Values.class);
      assertThat(views.answer(new GetValues(ReadVersions.KNOWN_COMMITTED, keys)))
          .isInstanceOf(Values.class);
      assertThat(views.answer(new GetValues(version + 1_000_000_000, keys))).as("future").isNull();
      assertThat(views.answer(new GetValues(1, keys))).as("too old").isNull();
      assertThat(views.answer(12_345, new GetValues(version, keys))).as("not here").isNull();
      Transaction old = database.createTransaction();
      old.setReadVersion(1);
      assertThatThrownBy(() -> old.getBlocking(key("a")))
          .isInstanceOfSatisfying(
              AshlarException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_OLD));
      node.close();
      assertThat(views.answer(new GetValues(version, keys))).as("closed").isNull();
    }
  }

  @Test
  void readsAreStrictWhileTheViewChangesAndTheNodeCloses(@TempDir Path directory) throws Exception {
    NodeOptions served = NodeOptions.on(directory.resolve("store")).listeningAt("127.0.0.1", 0);
    LocalNode node = LocalNode.start(served);
    AtomicLong acknowledged = new AtomicLong();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(READERS + 2);
    try (Database near = node.connect(DatabaseOptions.defaults());
        Database far = Connections.connect(node.clusterFile(), DatabaseOptions.defaults())) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(() -> readUntilClosed(near, acknowledged, ended)));
      }
      readers.add(threads.submit(() -> readUntilClosed(far, acknowledged, ended)));
      for (long i = 1; i <= WRITES; i++) {
        long value = i;
        near.run(
            transaction -> {
              transaction.set(LEFT, number(value));
              transaction.set(RIGHT, number(-value));
              return null;
            });
        acknowledged.set(value);
      }
      // The reader over TCP is not told that the node ends, so it is asked to stop first.
      ended.set(true);
      readers.get(READERS).get(60, TimeUnit.SECONDS);
      node.close();
      for (Future<Long> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isPositive();
      }
      assertThat(node.views().answeredCount()).isPositive();
    } finally {
      threads.shutdownNow();
      node.close();
    }
  }

  /** Reads the pair: never older than what was acknowledged before, and always whole. */
  private static long readUntilClosed(
      Database database, AtomicLong acknowledged, AtomicBoolean ended) {
    long reads = 0;
    while (!ended.get()) {
      long floor = acknowledged.get();
      long[] pair = readPair(database);
      assertThat(pair[0]).isGreaterThanOrEqualTo(floor);
      assertThat(pair[1]).isEqualTo(-pair[0]);
      reads++;
    }
    return reads;
  }

  private static long[] readPair(Database database) {
    return database.read(
        transaction -> {
          long left = number(transaction.get(LEFT).join());
          return new long[] {left, number(transaction.get(RIGHT).join())};
        });
  }
}
