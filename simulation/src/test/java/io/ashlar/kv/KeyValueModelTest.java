package io.ashlar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Random calls against a map that knows when each key expires, in virtual time. Each transaction
 * asks for its own store time, so the model knows to the millisecond what must be there.
 */
class KeyValueModelTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'k'});
  private static final long UNKNOWN_VERSION = 0;
  private static final List<String> KEYS =
      List.of("", "a", "a\0", "ab", "abc", "b", "b\uffff", "c", "\ud83d\ude00");

  private static final Codec<Long> LONGS =
      Codec.of(
          number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
          bytes -> ByteBuffer.wrap(bytes).getLong());

  /** What the model has at a key. */
  private record Known(long value, long version, long expiry) {}

  private final KeyValueStore<String, Long> store = new KeyValueStore<>(PLACE, Codec.utf8(), LONGS);

  private static byte[] utf8(String key) {
    return Codec.utf8().encode(key);
  }

  private static TreeMap<String, Known> newModel() {
    return new TreeMap<>((one, other) -> Arrays.compareUnsigned(utf8(one), utf8(other)));
  }

  /** One transaction's view of model and store. */
  private final class Step {
    private final Transaction transaction;
    private final RandomGenerator random;
    private final boolean isAlone;
    private final long now;
    private final TreeMap<String, Known> model;

    /**
     * @param isAlone whether it makes one call only
     */
    Step(
        Transaction transaction,
        RandomGenerator random,
        boolean isAlone,
        TreeMap<String, Known> before) {
      this.transaction = transaction;
      this.random = random;
      this.isAlone = isAlone;
      this.now = transaction.getStoreTime().join();
      this.model = newModel();
      before.forEach(
          (key, known) -> {
            if (now < known.expiry()) {
              model.put(key, known);
            }
          });
    }

    /** What a transaction reads again of its own must live until its commit. */
    private Duration ttl() {
      return switch (random.nextInt(4)) {
        case 0 -> KeyValueStore.FOREVER;
        case 1 -> Duration.ofMillis((isAlone ? 1 : 500) + random.nextInt(20));
        case 2 -> Duration.ofMillis((isAlone ? 1 : 500) + random.nextInt(2_000));
        default -> Duration.ofSeconds(1 + random.nextInt(20));
      };
    }

    private long expiry(Duration ttl) {
      return ttl.equals(KeyValueStore.FOREVER) ? Row.NEVER : now + ttl.toMillis();
    }

    void randomCall() {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      Known known = model.get(key);
      long value = random.nextInt(4);
      Duration ttl = ttl();
      switch (random.nextInt(16)) {
        case 0 ->
            assertThat(store.get(transaction, key).join())
                .isEqualTo(known == null ? null : known.value());
        case 1 -> expectEntry(key, known);
        case 2 -> {
          long version = store.put(transaction, key, value).join();
          model.put(key, new Known(value, version, Row.NEVER));
        }
        case 3, 4 -> {
          long version = store.put(transaction, key, value, ttl).join();
          model.put(key, new Known(value, version, expiry(ttl)));
        }
        case 5 -> {
          store.delete(transaction, key).join();
          model.remove(key);
        }
        case 6 -> {
          assertThat(store.deleteIfPresent(transaction, key).join()).isEqualTo(known != null);
          model.remove(key);
        }
        case 7 -> {
          assertThat(store.putIfAbsent(transaction, key, value, ttl).join())
              .isEqualTo(known == null ? null : known.value());
          model.putIfAbsent(key, new Known(value, UNKNOWN_VERSION, expiry(ttl)));
        }
        case 8 -> compareAndSet(key, known, value);
        case 9 -> increment(key, known);
        case 10 -> {
          assertThat(store.expire(transaction, key, ttl).join()).isEqualTo(known != null);
          model.computeIfPresent(
              key, (same, old) -> new Known(old.value(), UNKNOWN_VERSION, expiry(ttl)));
        }
        case 11 -> {
          assertThat(store.persist(transaction, key).join()).isEqualTo(known != null);
          model.computeIfPresent(
              key, (same, old) -> new Known(old.value(), UNKNOWN_VERSION, Row.NEVER));
        }
        case 12 -> expectTtl(key, known);
        case 13 ->
            assertThat(store.getAll(transaction, KEYS).join())
                .isEqualTo(
                    KEYS.stream()
                        .map(k -> model.containsKey(k) ? model.get(k).value() : null)
                        .toList());
        case 14 -> scan();
        default -> batch(key, known, value, ttl);
      }
    }

    private void expectEntry(String key, Known known) {
      Entry<String, Long> entry = store.getEntry(transaction, key).join();
      if (known == null) {
        assertThat(entry).isNull();
        return;
      }
      assertThat(entry.key()).isEqualTo(key);
      assertThat(entry.value()).isEqualTo(known.value());
      assertThat(entry.expiresAtMillis())
          .isEqualTo(
              known.expiry() == Row.NEVER ? OptionalLong.empty() : OptionalLong.of(known.expiry()));
      if (known.version() != UNKNOWN_VERSION) {
        assertThat(entry.version()).isEqualTo(known.version());
      }
      model.put(key, new Known(known.value(), entry.version(), known.expiry()));
    }

    private void expectTtl(String key, Known known) {
      Duration expected =
          known == null
              ? null
              : known.expiry() == Row.NEVER
                  ? KeyValueStore.FOREVER
                  : Duration.ofMillis(known.expiry() - now);
      assertThat(store.ttl(transaction, key).join()).isEqualTo(expected);
    }

    private void compareAndSet(String key, Known known, long value) {
      boolean holds;
      if (random.nextBoolean() && known != null && known.version() != UNKNOWN_VERSION) {
        holds = random.nextBoolean();
        long wanted = holds ? known.version() : known.version() + 1;
        assertThat(store.compareVersionAndSet(transaction, key, wanted, value).join())
            .isEqualTo(holds);
      } else {
        long wanted = random.nextInt(4);
        holds = known != null && known.value() == wanted;
        assertThat(store.compareAndSet(transaction, key, wanted, value).join()).isEqualTo(holds);
      }
      if (holds) {
        model.put(key, new Known(value, UNKNOWN_VERSION, known.expiry()));
      }
    }

    private void increment(String key, Known known) {
      long by = random.nextInt(7) - 3;
      long sum = (known == null ? 0 : known.value()) + by;
      boolean bounded = random.nextBoolean();
      if (bounded && (sum < 0 || sum > 3)) {
        assertThat(store.incrementWithin(transaction, key, by, 0, 3).join()).isEmpty();
        return;
      }
      if (bounded) {
        assertThat(store.incrementWithin(transaction, key, by, 0, 3).join()).hasValue(sum);
      } else {
        assertThat(store.decrement(transaction, key, -by).join()).isEqualTo(sum);
      }
      model.put(key, new Known(sum, UNKNOWN_VERSION, known == null ? Row.NEVER : known.expiry()));
    }

    private void scan() {
      Scan<String, Long> scan = store.scan();
      NavigableMap<String, Known> expected = model;
      if (random.nextBoolean()) {
        String from = KEYS.get(random.nextInt(KEYS.size()));
        scan = scan.from(from);
        expected = expected.tailMap(from, true);
      }
      if (random.nextBoolean()) {
        String to = KEYS.get(random.nextInt(KEYS.size()));
        scan = scan.to(to);
        NavigableMap<String, Known> all = newModel();
        expected.forEach(
            (key, known) -> {
              if (model.comparator().compare(key, to) < 0) {
                all.put(key, known);
              }
            });
        expected = all;
      }
      if (random.nextInt(3) == 0) {
        scan = store.scanPrefix("a");
        NavigableMap<String, Known> all = newModel();
        model.forEach(
            (key, known) -> {
              if (key.startsWith("a")) {
                all.put(key, known);
              }
            });
        expected = all;
      }
      if (random.nextBoolean()) {
        scan = scan.reversed();
        expected = expected.descendingMap();
      }
      scan = scan.limit(1 + random.nextInt(4));
      List<String> found = new ArrayList<>();
      Page<String, Long> page = scan.page(transaction).join();
      while (true) {
        for (Entry<String, Long> entry : page.entries()) {
          found.add(entry.key() + "=" + entry.value());
        }
        if (!page.hasMore()) {
          break;
        }
        page = scan.page(transaction, page.continuation()).join();
      }
      assertThat(found)
          .isEqualTo(
              expected.entrySet().stream()
                  .map(one -> one.getKey() + "=" + one.getValue().value())
                  .toList());
    }

    private void batch(String key, Known known, long value, Duration ttl) {
      String other = KEYS.get(random.nextInt(KEYS.size()));
      Batch<String, Long> batch = store.newBatch();
      boolean holds =
          switch (random.nextInt(3)) {
            case 0 -> {
              batch.ifAbsent(key);
              yield known == null;
            }
            case 1 -> {
              batch.ifPresent(key).ifPresent(other);
              yield known != null && model.containsKey(other);
            }
            default -> {
              batch.ifValue(key, value);
              yield known != null && known.value() == value;
            }
          };
      batch.put(key, value + 1, ttl).delete(other);
      assertThat(store.apply(transaction, batch).join()).isEqualTo(holds);
      if (holds) {
        model.put(key, new Known(value + 1, UNKNOWN_VERSION, expiry(ttl)));
        model.remove(other);
      }
    }
  }

  @SimulatedCluster(seeds = 15, faults = "none", busySeconds = 1)
  void storeDoesWhatAMapWithExpiryDoes(Simulated client, Database database) {
    RandomGenerator random = client.random();
    Sweeper sweeper = store.newSweeper(database, new SweeperOptions(3, Duration.ofMillis(200)));
    TreeMap<String, Known> model = newModel();
    for (int i = 0; i < 120; i++) {
      TreeMap<String, Known> before = model;
      long seed = random.nextLong();
      model =
          database.run(
              transaction -> {
                RandomGenerator own = new SeededRandom(seed);
                int calls = 1 + own.nextInt(4);
                Step step = new Step(transaction, own, calls == 1, before);
                for (int call = 0; call < calls; call++) {
                  step.randomCall();
                }
                return step.model;
              });
      if (random.nextInt(4) == 0) {
        client.sleep(Duration.ofMillis(random.nextInt(random.nextInt(8) == 0 ? 9_000 : 300)));
      }
      if (random.nextInt(5) == 0) {
        sweeper.sweepOnce().join();
      }
    }
    expectNoRowsBesideThoseOfLivingKeys(client, database, sweeper);
  }

  private void expectNoRowsBesideThoseOfLivingKeys(
      Simulated client, Database database, Sweeper sweeper) {
    // Nobody else writes any more; store time goes on all the same.
    CompletableFuture<Void> swept = sweeper.start();
    client.sleep(Duration.ofSeconds(60).plus(Sweeper.GRACE));
    sweeper.close();
    swept.join();
    assertThat(sweeper.lag()).isZero();
    List<KeyValue> all =
        database.read(reads -> reads.getRange(Range.startsWith(PLACE.getKey())).asList().join());
    int living = store.scan().page(database).join().entries().size();
    // All times to live are over by now: what is left is there for ever, and needs no reminder.
    assertThat(all).hasSize(living);
  }
}
