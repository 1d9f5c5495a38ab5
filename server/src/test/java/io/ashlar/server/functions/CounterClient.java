package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.tuple.Subspace;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counters of a client's own, and some that all clients change, of which it keeps its part. */
final class CounterClient extends ModelledClient<SortedMap<String, Long>> {
  static final int SHARED = 8;
  private static final int OWN = 20;
  private static final long BOUND = 100;

  private final KeyValueStore<String, byte[]> store;

  CounterClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new TreeMap<>());
    store = new KeyValueStore<>(place, Codec.utf8(), Codec.bytes());
  }

  static String shared(int number) {
    return "shared/" + number;
  }

  /** What a counter is in the database. */
  long stored(Database database, String key) {
    return store.getCounter(database, key).join();
  }

  @Override
  SortedMap<String, Long> copy(SortedMap<String, Long> original) {
    return new TreeMap<>(original);
  }

  @Override
  void operate(Transaction transaction, SeededRandom draws, SortedMap<String, Long> changed) {
    long by = draws.nextLong(-50, 51);
    if (draws.nextInt(OPERATIONS_EACH) == 0) {
      String key = shared(draws.nextInt(SHARED));
      store.increment(transaction, key, by).join();
      changed.merge(key, by, Long::sum);
      return;
    }
    String key = name() + "/" + draws.nextInt(OWN);
    long before = changed.getOrDefault(key, 0L);
    switch (draws.nextInt(4)) {
      case 0 -> {
        assertThat(store.increment(transaction, key, by).join()).isEqualTo(before + by);
        changed.put(key, before + by);
      }
      case 1 -> {
        assertThat(store.decrement(transaction, key, by).join()).isEqualTo(before - by);
        changed.put(key, before - by);
      }
      case 2 -> {
        boolean fits = before + by >= -BOUND && before + by <= BOUND;
        assertThat(store.incrementWithin(transaction, key, by, -BOUND, BOUND).join())
            .isEqualTo(fits ? OptionalLong.of(before + by) : OptionalLong.empty());
        if (fits) {
          changed.put(key, before + by);
        }
      }
      default -> assertThat(store.getCounter(transaction, key).join()).isEqualTo(before);
    }
  }

  @Override
  void check(Database database) {
    model()
        .tailMap(name())
        .forEach(
            (key, count) -> {
              if (key.startsWith(name() + "/")) {
                assertThat(stored(database, key)).as(key).isEqualTo(count);
              }
            });
  }
}
