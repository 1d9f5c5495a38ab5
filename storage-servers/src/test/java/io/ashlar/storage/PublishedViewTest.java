package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The hand-over of views from the storage server's loop to readers on other threads. */
@Timeout(60)
class PublishedViewTest {
  private static final Bytes IN_MAP = Bytes.utf8("a");
  private static final Bytes IN_ENGINE = Bytes.utf8("b");
  private static final Bytes ELSEWHERE = Bytes.utf8("z");
  private static final int READERS = 3;

  /** What an engine has at one stored version; touching it after it was freed fails. */
  private static final class CountedSnapshot implements EngineSnapshot {
    final long version;
    final AtomicInteger holders = new AtomicInteger(1);
    final AtomicInteger frees = new AtomicInteger();

    CountedSnapshot(long version) {
      this.version = version;
    }

    private void checkAlive() {
      Check.that(frees.get() == 0, "read after it was freed: ", version);
    }

    @Override
    public long storedVersion() {
      return version;
    }

    @Override
    public Bytes get(Bytes key) {
      checkAlive();
      Bytes value = number(version);
      checkAlive();
      return value;
    }

    @Override
    public EngineCursor cursor(KeyRange range, boolean reverse) {
      throw new UnsupportedOperationException("no range is read here");
    }

    @Override
    public void retain() {
      Check.that(holders.getAndIncrement() > 0, "retained after it was freed: ", version);
    }

    @Override
    public void release() {
      if (holders.decrementAndGet() == 0) {
        frees.incrementAndGet();
      }
    }
  }

  private static Bytes number(long version) {
    return Bytes.utf8(Long.toString(version));
  }

  /** The storage server's part, as {@link StorageServer} plays it. */
  private static final class Server {
    final PublishedView published = new PublishedView();
    final List<CountedSnapshot> snapshots = new ArrayList<>();

    /** Nobody is told of a version before it was published. */
    final AtomicLong latest = new AtomicLong();

    /** Given to readers. */
    final AtomicLong answers = new AtomicLong();

    VersionedMap map = new VersionedMap(0, Shards.NONE.with(new KeyRange(Keys.FIRST, ELSEWHERE)));
    CountedSnapshot snapshot = engineAt(0);
    ReadView view;

    CountedSnapshot engineAt(long version) {
      CountedSnapshot made = new CountedSnapshot(version);
      snapshots.add(made);
      return made;
    }

    void publish() {
      ReadView newer =
          new ReadView(map.stored(), map.latest(), map.stored(), map.versions(), snapshot);
      ReadView older = view;
      view = newer;
      published.accept(newer);
      if (older != null) {
        older.release();
      }
      latest.set(map.latest());
    }

    void apply(long version) {
      map.begin(version);
      map.set(IN_MAP, number(version));
      map.commit();
      publish();
    }

    /** The engine gets to {@code version}. */
    void store(long version) {
      map.stored(version);
      CountedSnapshot older = snapshot;
      snapshot = engineAt(version);
      older.release();
      publish();
      while (map.forget(64)) {
        // Until nothing is left to forget.
      }
    }

    /** Lets the readers come in between, on few cores too. */
    void awaitAnswer() {
      long before = answers.get();
      while (answers.get() == before && !Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      }
    }

    void close() {
      published.accept(null);
      view.release();
      snapshot.release();
    }
  }

  @Test
  void answersWhatTheViewCoversAndNothingElse() {
    Server server = new Server();
    assertThat(server.published.tryAnswer(new GetValues(0, List.of(IN_MAP)))).isNull();
    server.publish();
    for (long version = 10; version <= 50; version += 10) {
      server.apply(version);
    }
    server.store(20);
    PublishedView published = server.published;
    assertThat(published.tryAnswer(new GetValues(30, List.of(IN_MAP, IN_ENGINE))))
        .isEqualTo(new Values(30, 20, List.of(number(30), number(20))));
    assertThat(published.tryAnswer(new GetValues(35, List.of(IN_MAP))))
        .isEqualTo(new Values(35, 20, List.of(number(30))));
    assertThat(published.tryAnswer(new GetValues(51, List.of(IN_MAP)))).as("future").isNull();
    assertThat(published.tryAnswer(new GetValues(50, List.of(ELSEWHERE)))).as("shard").isNull();
    assertThat(published.tryAnswer(new GetValues(50, List.of(IN_MAP, ELSEWHERE)))).isNull();
    assertThat(((Refused) published.tryAnswer(new GetValues(19, List.of(IN_MAP)))).code())
        .isEqualTo(ErrorCode.TRANSACTION_TOO_OLD);
    GetRange outside = new GetRange(50, new KeyRange(IN_ENGINE, Keys.USER_END), 1, 1, false, false);
    assertThat(published.tryAnswer(outside)).isNull();
    server.close();
    assertThat(published.tryAnswer(new GetValues(50, List.of(IN_MAP)))).as("closed").isNull();
    assertThat(server.snapshots).allMatch(each -> each.frees.get() == 1);
  }

  @Test
  void answersNothingOfWhatWasTakenBack() {
    Server server = new Server();
    server.apply(10);
    server.apply(20);
    server.map.rollback(10);
    server.publish();
    assertThat(server.published.tryAnswer(new GetValues(20, List.of(IN_MAP)))).isNull();
    server.apply(1_000);
    assertThat(server.published.tryAnswer(new GetValues(999, List.of(IN_MAP))))
        .isEqualTo(new Values(999, 0, List.of(number(10))));
    server.close();
  }

  @Test
  void handsViewsOverToManyReadersWhileTheyChange() throws Exception {
    for (int round = 0; round < 8; round++) {
      handOver(round);
    }
  }

  /** One server that moves on and closes while readers read; every answer is exactly right. */
  private static void handOver(int round) throws Exception {
    Server server = new Server();
    server.apply(1);
    CyclicBarrier together = new CyclicBarrier(READERS + 1);
    ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(reader(server, together)));
      }
      Future<?> writer =
          threads.submit(
              () -> {
                together.await();
                for (long version = 2; version <= 600; version++) {
                  server.apply(version);
                  if (version % 3 == round % 3) {
                    server.store(Math.max(server.map.stored(), version - 1 - version % 7));
                  }
                  if (version % 50 == 0) {
                    server.awaitAnswer();
                  }
                }
                server.close();
                return null;
              });
      writer.get(30, TimeUnit.SECONDS);
      for (Future<?> reader : readers) {
        reader.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    // Whoever came last freed it, once.
    assertThat(server.snapshots).allMatch(each -> each.frees.get() == 1);
    assertThat(server.snapshots).allMatch(each -> each.holders.get() == 0);
  }

  private static Callable<Void> reader(Server server, CyclicBarrier together) {
    return () -> {
      together.await();
      for (long lastSeen = 0; ; ) {
        long version = server.latest.get();
        Check.that(version >= lastSeen, "what was published went back to ", version);
        lastSeen = version;
        Message reply =
            server.published.tryAnswer(new GetValues(version, List.of(IN_MAP, IN_ENGINE)));
        if (reply == null) {
          // It was published before, so only the end takes it away.
          Check.that(server.latest.get() == 600, "not answered at ", version);
          return null;
        }
        if (reply instanceof Values values) {
          Check.that(values.values().get(0).equals(number(version)), "not the value at ", version);
          long stored = Long.parseLong(values.values().get(1).utf8());
          Check.that(stored <= version, "the engine at ", stored, " is ahead of ", version);
          server.answers.incrementAndGet();
        } else {
          Refused refused = (Refused) reply;
          Check.that(refused.code() == ErrorCode.TRANSACTION_TOO_OLD, "refused: ", refused.code());
        }
      }
    };
  }
}
