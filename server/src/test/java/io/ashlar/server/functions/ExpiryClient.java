package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.tuple.Subspace;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keys that expire. The model knows from the store time of each transaction to the millisecond when
 * a key that it put expires.
 */
final class ExpiryClient extends ModelledClient<SortedMap<String, ExpiryClient.Kept>> {
  private static final int KEYS = 80;

  /** Longer than a commit takes, so that a transaction which reads such a key can be committed. */
  private static final int SHORT_MILLIS_MIN = 300;

  private static final int SHORT_MILLIS_MAX = 900;
  private static final long FOREVER = Long.MAX_VALUE;

  /**
   * What a key has.
   *
   * @param expiryMillis in store time
   */
  record Kept(String value, long expiryMillis) {}

  private final KeyValueStore<String, String> store;

  ExpiryClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new TreeMap<>());
    store = new KeyValueStore<>(place, Codec.utf8(), Codec.utf8());
  }

  @Override
  SortedMap<String, Kept> copy(SortedMap<String, Kept> original) {
    return new TreeMap<>(original);
  }

  private static Duration ttl(SeededRandom draws) {
    return switch (draws.nextInt(3)) {
      case 0 -> KeyValueStore.FOREVER;
      case 1 -> Duration.ofHours(1);
      default -> Duration.ofMillis(draws.nextInt(SHORT_MILLIS_MIN, SHORT_MILLIS_MAX));
    };
  }

  private static long expiry(long now, Duration ttl) {
    return ttl.equals(KeyValueStore.FOREVER) ? FOREVER : now + ttl.toMillis();
  }

  @Override
  void operate(Transaction transaction, SeededRandom draws, SortedMap<String, Kept> changed) {
    String key = name() + "/" + draws.nextInt(KEYS);
    long now = transaction.getStoreTime().join();
    Kept stored = changed.get(key);
    Kept before = stored == null || now >= stored.expiryMillis() ? null : stored;
    Duration ttl = ttl(draws);
    switch (draws.nextInt(6)) {
      case 0, 1 -> {
        String value = Integer.toString(draws.nextInt(100));
        store.put(transaction, key, value, ttl).join();
        changed.put(key, new Kept(value, expiry(now, ttl)));
      }
      case 2 -> {
        assertThat(store.expire(transaction, key, ttl).join()).isEqualTo(before != null);
        if (before != null) {
          changed.put(key, new Kept(before.value(), expiry(now, ttl)));
        }
      }
      case 3 -> {
        assertThat(store.persist(transaction, key).join()).isEqualTo(before != null);
        if (before != null) {
          changed.put(key, new Kept(before.value(), FOREVER));
        }
      }
      case 4 -> {
        Duration left = store.ttl(transaction, key).join();
        if (before == null) {
          assertThat(left).isNull();
        } else {
          assertThat(left)
              .isEqualTo(
                  before.expiryMillis() == FOREVER
                      ? KeyValueStore.FOREVER
                      : Duration.ofMillis(before.expiryMillis() - now));
        }
      }
      default -> compare(store.getEntry(transaction, key).join(), before);
    }
  }

  private static void compare(Entry<String, String> found, Kept expected) {
    if (expected == null) {
      assertThat(found).isNull();
    } else {
      assertThat(found.value()).isEqualTo(expected.value());
      long expiry = expected.expiryMillis();
      assertThat(found.expiresAtMillis())
          .isEqualTo(expiry == FOREVER ? OptionalLong.empty() : OptionalLong.of(expiry));
    }
  }

  /** What is for ever or for an hour is there; what is for a short time is there up to its time. */
  @Override
  void check(Database database) {
    model()
        .forEach(
            (key, kept) ->
                database.read(
                    reads -> {
                      boolean isAlive = reads.getStoreTime().join() < kept.expiryMillis();
                      compare(store.getEntry(reads, key).join(), isAlive ? kept : null);
                      return null;
                    }));
  }
}
