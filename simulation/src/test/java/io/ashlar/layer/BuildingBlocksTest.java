package io.ashlar.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.counter.Counter;
import io.ashlar.lease.Lease;
import io.ashlar.lease.LeaseLostException;
import io.ashlar.lease.Leases;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueItem;
import io.ashlar.queue.QueueOptions;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedClient;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counter, leases and queue: alone, and used by many programs while faults go on. */
@Timeout(300)
class BuildingBlocksTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'b'});
  private static final Subspace LOG = new Subspace(new byte[] {'l'});
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final byte[] NOTHING = new byte[0];

  private final Counter counter = new Counter(PLACE.get("counter"), 3);
  private final Leases leases = new Leases(PLACE.get("leases"));
  private final Queue queue = new Queue(PLACE.get("queue"), QueueOptions.defaults());

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(QueueItem item) {
    return item == null ? null : new String(item.payload(), StandardCharsets.UTF_8);
  }

  /** What became of a call to a cluster that suffers faults. */
  private enum Ended {
    DONE,
    NOT_DONE,
    UNKNOWN
  }

  private static Ended tryTo(Runnable call) {
    try {
      call.run();
      return Ended.DONE;
    } catch (AshlarException e) {
      return ended(e);
    } catch (CompletionException e) {
      if (e.getCause() instanceof AshlarException cause) {
        return ended(cause);
      }
      throw e;
    }
  }

  private static Ended ended(AshlarException e) {
    return e.isRetryableNotCommitted() ? Ended.NOT_DONE : Ended.UNKNOWN;
  }

  private static <T> List<T> run(
      Simulated cluster, int programs, Function<SimulatedClient, T> program) {
    List<SimulatedProgram<T>> all = new ArrayList<>();
    for (int i = 0; i < programs; i++) {
      all.add(cluster.spawn("program-" + i, program::apply));
    }
    List<T> results = new ArrayList<>();
    all.forEach(one -> results.add(one.join()));
    return results;
  }

  // Counter.

  @Test
  void counterIsTheSumOfWhatWasAdded() {
    try (Database database = Ashlar.inMemory()) {
      assertThat(counter.get(database).join()).isZero();
      for (int i = 1; i <= 20; i++) {
        counter.add(database, i).join();
      }
      counter.add(database, -10).join();
      assertThat(counter.get(database).join()).isEqualTo(200);
      assertThat(new Counter(PLACE.get("counter"), 1).get(database).join()).isEqualTo(200);
      counter.set(database, -7).join();
      counter.add(database, 1).join();
      assertThat(counter.get(database).join()).isEqualTo(-6);
    }
  }

  @Test
  void whoAddsDoesNotConflictAndWhoReadsDoes() {
    try (Database database = Ashlar.inMemory();
        Transaction adds = database.createTransaction();
        Transaction reads = database.createTransaction();
        Transaction looks = database.createTransaction()) {
      Counter one = new Counter(PLACE.get("counter"), 1);
      adds.getReadVersion().join();
      one.add(adds, 1).join();
      one.get(reads).join();
      one.get(looks.snapshot()).join();
      reads.set(utf8("x"), NOTHING);
      looks.set(utf8("y"), NOTHING);
      one.add(database, 1).join();
      adds.commitBlocking();
      looks.commitBlocking();
      assertThat(tryTo(reads::commitBlocking)).isEqualTo(Ended.NOT_DONE);
      assertThat(one.get(database).join()).isEqualTo(2);
    }
  }

  private record Added(long certain, long possible) {}

  @SimulatedCluster(seeds = 12, busySeconds = 8)
  void nothingThatWasAddedIsLostOrCountedTwice(Simulated cluster, Database database) {
    Map<String, Added> added = new TreeMap<>();
    run(
        cluster,
        3,
        client -> {
          while (client.isBusy()) {
            // Noted before, since the program may be killed in the middle.
            added.merge(
                client.name(), new Added(0, 1), (a, b) -> new Added(a.certain(), a.possible() + 1));
            Ended ended = tryTo(() -> counter.add(client.database(), 1).join());
            Added all = added.get(client.name());
            if (ended == Ended.DONE) {
              added.put(client.name(), new Added(all.certain() + 1, all.possible()));
            } else if (ended == Ended.NOT_DONE) {
              added.put(client.name(), new Added(all.certain(), all.possible() - 1));
            }
            client.sleep(Duration.ofMillis(client.random().nextInt(20)));
          }
          return null;
        });
    long certain = added.values().stream().mapToLong(Added::certain).sum();
    long possible = added.values().stream().mapToLong(Added::possible).sum();
    cluster.eventually(
        "the sum is there",
        () -> assertThat(counter.get(database).join()).isBetween(certain, possible));
  }

  // Leases.

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void leaseEndsByItselfAndItsTokenIsSmallerThanTheNext(Simulated client, Database database) {
    Duration two = Duration.ofSeconds(2);
    Lease first = leases.tryAcquire(database, "a", "ann", two).join();
    assertThat(leases.tryAcquire(database, "a", "bob", two).join()).isNull();
    assertThat(leases.tryAcquire(database, "a", "ann", two).join()).isNull();
    assertThat(leases.holder(database, "a").join()).isEqualTo(first);
    Lease longer = leases.renew(database, first, Duration.ofSeconds(4)).join();
    assertThat(longer.expiresAtMillis()).isGreaterThan(first.expiresAtMillis());
    assertThat(leases.renew(database, first, two).join().expiresAtMillis())
        .isEqualTo(longer.expiresAtMillis());
    Lease second = leases.acquire(database, "a", "bob", two, Duration.ofSeconds(30)).join();
    assertThat(second.token()).isGreaterThan(first.token());
    assertThat(second.expiresAtMillis())
        .isGreaterThan(longer.expiresAtMillis() + two.toMillis() - 1);
    assertThat(leases.renew(database, longer, two).join()).isNull();
    assertThat(leases.release(database, longer).join()).isFalse();
    assertThat(leases.release(database, second).join()).isTrue();
    assertThat(leases.holder(database, "a").join()).isNull();
    assertThat(leases.tryAcquire(database, "a", "ann", two).join().token())
        .isGreaterThan(second.token());
    assertThat(leases.acquire(database, "a", "cy", two, Duration.ofMillis(100)).join()).isNull();
  }

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void whoWaitsIsWokenByARelease(Simulated client, Database database) {
    Duration hour = Duration.ofHours(1);
    Lease first = leases.tryAcquire(database, "a", "ann", hour).join();
    CompletableFuture<Lease> waiting = leases.acquire(database, "a", "bob", hour, hour);
    client.sleep(Duration.ofMillis(300));
    assertThat(waiting).isNotDone();
    Duration before = client.now();
    leases.release(database, first).join();
    assertThat(waiting.join().holder()).isEqualTo("bob");
    assertThat(client.now().minus(before)).isLessThan(Duration.ofSeconds(1));
  }

  @SimulatedCluster(seeds = 20, busySeconds = 10)
  void nobodyWritesUnderALeaseThatSomebodyElseHasHadSince(Simulated cluster, Database database) {
    List<Set<Long>> tokens =
        run(
            cluster,
            3,
            client -> {
              Set<Long> mine = new TreeSet<>();
              while (client.isBusy()) {
                tryTo(() -> holdAndWrite(client, mine));
              }
              return mine;
            });
    Set<Long> all = new TreeSet<>();
    tokens.forEach(some -> some.forEach(token -> assertThat(all.add(token)).isTrue()));
    cluster.eventually(
        "what was written is in the order of the tokens",
        () -> {
          List<KeyValue> rows = database.read(reads -> reads.getRange(LOG.range()).asList().join());
          List<Long> written =
              rows.stream().map(row -> Tuple.fromBytes(row.getValue()).getLong(0)).toList();
          assertThat(written).isSorted();
        });
  }

  private void holdAndWrite(SimulatedClient client, Set<Long> mine) {
    Duration time = Duration.ofMillis(1 + client.random().nextInt(1_000));
    Lease lease = leases.acquire(client.database(), "one", client.name(), time, PATIENCE).join();
    if (lease == null) {
      return;
    }
    mine.add(lease.token());
    try {
      for (int i = client.random().nextInt(5); i > 0; i--) {
        long pauseMillis = client.random().nextInt(400);
        client
            .database()
            .run(
                transaction -> {
                  leases.require(transaction, lease).join();
                  client.sleep(Duration.ofMillis(pauseMillis));
                  transaction.mutate(
                      MutationType.SET_VERSIONSTAMPED_KEY,
                      LOG.packWithVersionstamp(Tuple.from(Versionstamp.incomplete())),
                      Tuple.from(lease.token()).pack());
                  return null;
                });
      }
      if (client.random().nextBoolean()) {
        leases.release(client.database(), lease).join();
      }
    } catch (LeaseLostException e) {
      client.note("lost: " + lease);
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof LeaseLostException)) {
        throw e;
      }
      client.note("lost: " + lease);
    }
  }

  // Queue.

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void itemsComeInOrderAndComeBackWhenTheyAreNotFinished(Simulated client, Database database) {
    Duration two = Duration.ofSeconds(2);
    queue.push(database, utf8("a")).join();
    queue.pushAll(database, List.of(utf8("b"), utf8("c"), utf8("d"))).join();
    QueueItem a = queue.claim(database, two).join();
    QueueItem b = queue.claim(database, Duration.ofHours(1)).join();
    assertThat(text(a)).isEqualTo("a");
    assertThat(text(b)).isEqualTo("b");
    assertThat(queue.finish(database, b).join()).isTrue();
    assertThat(queue.finish(database, b).join()).isFalse();
    QueueItem c = queue.claim(database, two).join();
    assertThat(queue.giveBack(database, c).join()).isTrue();
    assertThat(queue.giveBack(database, c).join()).isFalse();
    QueueItem again = queue.claim(database, two).join();
    assertThat(text(again)).isEqualTo("c");
    assertThat(again.attempt()).isEqualTo(2);
    QueueItem longer = queue.extend(database, again, Duration.ofHours(1)).join();
    client.sleep(Duration.ofSeconds(5));
    // Its time has run out, so it comes before those that nobody has had.
    QueueItem late = queue.claim(database, two).join();
    assertThat(text(late)).isEqualTo("a");
    assertThat(late.attempt()).isEqualTo(2);
    assertThat(queue.finish(database, a).join()).isFalse();
    assertThat(queue.finish(database, late).join()).isTrue();
    assertThat(text(queue.claim(database, two).join())).isEqualTo("d");
    assertThat(queue.claim(database, two).join()).isNull();
    assertThat(queue.finish(database, longer).join()).isTrue();
    assertThat(queue.isEmpty(database).join()).isFalse();
    QueueItem d = queue.take(database, two, Duration.ofSeconds(30)).join();
    assertThat(text(d)).isEqualTo("d");
    assertThat(queue.finish(database, d).join()).isTrue();
    assertThat(queue.isEmpty(database).join()).isTrue();
    CompletableFuture<QueueItem> waiting = queue.take(database, two, Duration.ofSeconds(30));
    client.sleep(Duration.ofMillis(1_500));
    queue.push(database, utf8("e")).join();
    assertThat(text(waiting.join())).isEqualTo("e");
    assertThat(queue.take(database, two, Duration.ofMillis(10)).join()).isNull();
  }

  @Test
  void whatLastsForEverIsHeld() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    try (Database database = Ashlar.inMemory()) {
      assertThat(leases.acquire(database, "a", "ann", forEver, forEver).join()).isNotNull();
      assertThat(leases.tryAcquire(database, "a", "bob", forEver).join()).isNull();
      queue.push(database, utf8("a")).join();
      assertThat(text(queue.take(database, forEver, forEver).join())).isEqualTo("a");
      assertThat(queue.claim(database, forEver).join()).isNull();
    }
  }

  /** Handing out is a write of a few bytes more, which must never fail. */
  @Test
  void anItemThatCanBePushedCanAlwaysBeHandedOut() {
    try (Database database = Ashlar.inMemory()) {
      byte[] large = new byte[99_994];
      Arrays.fill(large, (byte) 7);
      assertThatThrownBy(() -> queue.push(database, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("push its key");
      assertThatThrownBy(() -> queue.push(database, new byte[60_000]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("zeros doubled");
      byte[] fits = Arrays.copyOf(large, 99_993);
      queue.push(database, fits).join();
      for (int i = 0; i < 3; i++) {
        QueueItem item = queue.claim(database, Duration.ofHours(1)).join();
        assertThat(item.payload()).isEqualTo(fits);
        assertThat(queue.giveBack(database, item).join()).isTrue();
      }
    }
  }

  @Test
  void itemThatIsNeverFinishedIsADeadLetter() {
    try (Database database = Ashlar.inMemory()) {
      queue.pushAll(database, List.of(utf8("bad"), utf8("good"))).join();
      for (int i = 1; i <= 5; i++) {
        QueueItem item = queue.claim(database, Duration.ofHours(1)).join();
        assertThat(text(item)).isEqualTo("bad");
        assertThat(item.attempt()).isEqualTo(i);
        queue.giveBack(database, item).join();
      }
      assertThat(text(queue.claim(database, Duration.ofHours(1)).join())).isEqualTo("good");
      assertThat(queue.deadLetters(database, 10).join()).containsExactly(utf8("bad"));
      assertThat(queue.reviveDeadLetters(database, 10).join()).isEqualTo(1);
      QueueItem revived = queue.claim(database, Duration.ofHours(1)).join();
      assertThat(text(revived)).isEqualTo("bad");
      assertThat(revived.attempt()).isEqualTo(1);
      assertThat(queue.deadLetters(database, 10).join()).isEmpty();
    }
  }

  @SimulatedCluster(seeds = 20, busySeconds = 10)
  void everyItemIsDoneOnceWhoeverDies(Simulated cluster, Database database) {
    Set<String> pushed = new TreeSet<>();
    Set<String> perhaps = new TreeSet<>();
    Queue shared =
        new Queue(PLACE.get("queue"), new QueueOptions(1_000, 1 + cluster.random().nextInt(4)));
    run(
        cluster,
        4,
        client -> {
          for (int i = 0; client.isBusy(); i++) {
            if (client.random().nextBoolean()) {
              String id = client.name() + "/" + client.starts() + "/" + i;
              perhaps.add(id);
              Ended ended = tryTo(() -> shared.push(client.database(), utf8(id)).join());
              if (ended == Ended.DONE) {
                pushed.add(id);
              } else if (ended == Ended.NOT_DONE) {
                perhaps.remove(id);
              }
            } else {
              tryTo(() -> work(client.database(), client, shared));
            }
          }
          return null;
        });
    cluster.eventually(
        "the queue is empty",
        () -> {
          while (work(database, null, shared)) {
            cluster.sleep(Duration.ofMillis(1));
          }
          assertThat(shared.isEmpty(database).join()).isTrue();
        });
    List<KeyValue> rows = database.read(reads -> reads.getRange(LOG.range()).asList().join());
    Set<String> done = new TreeSet<>();
    for (KeyValue row : rows) {
      String id = LOG.unpack(row.getKey()).getString(0);
      assertThat(done.add(id)).as("%s is done once", id).isTrue();
    }
    assertThat(done).containsAll(pushed);
    assertThat(perhaps).containsAll(done);
    assertThat(shared.deadLetters(database, 1).join()).isEmpty();
  }

  /** Each time that an item is done leaves a row of its own. */
  private static boolean work(Database database, SimulatedClient client, Queue queue) {
    Duration time =
        client == null
            ? Duration.ofSeconds(20)
            : Duration.ofMillis(1 + client.random().nextInt(1_000));
    QueueItem item = queue.take(database, time, PATIENCE).join();
    if (item == null) {
      return false;
    }
    if (client != null) {
      client.sleep(Duration.ofMillis(client.random().nextInt(600)));
    }
    database.run(
        transaction -> {
          if (queue.finish(transaction, item).join()) {
            transaction.mutate(
                MutationType.SET_VERSIONSTAMPED_KEY,
                LOG.packWithVersionstamp(Tuple.from(text(item), Versionstamp.incomplete())),
                NOTHING);
          }
          return null;
        });
    return true;
  }
}
