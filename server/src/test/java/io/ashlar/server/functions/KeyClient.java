package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.CausalSession;
import io.ashlar.client.Database;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.SessionToken;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.SeededRandom;
import io.ashlar.kv.Batch;
import io.ashlar.kv.BulkWrite;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.Page;
import io.ashlar.kv.Scan;
import io.ashlar.tuple.Subspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Clients of one key-value store, each on keys with a prefix of its own. */
abstract class KeyClient extends ModelledClient<NavigableMap<String, String>> {
  private static final int KEYS = 60;

  final KeyValueStore<String, String> store;

  private KeyClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new TreeMap<>());
    store = new KeyValueStore<>(place, Codec.utf8(), Codec.utf8());
  }

  @Override
  final NavigableMap<String, String> copy(NavigableMap<String, String> original) {
    return new TreeMap<>(original);
  }

  final String key(SeededRandom draws) {
    return name() + "/" + Integer.toString(draws.nextInt(KEYS), 3);
  }

  static String value(SeededRandom draws) {
    return Integer.toString(draws.nextInt(5));
  }

  @Override
  final void check(Database database) {
    assertThat(all(database, store.scanPrefix(name() + "/"))).isEqualTo(entries(model()));
  }

  static List<String> entries(Map<String, String> map) {
    return map.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList();
  }

  /** All pages of a scan. */
  static List<String> all(ReadTransactionContext context, Scan<String, String> scan) {
    List<String> found = new ArrayList<>();
    Page<String, String> page = scan.page(context).join();
    while (true) {
      page.entries().forEach(one -> found.add(one.key() + "=" + one.value()));
      if (!page.hasMore()) {
        return found;
      }
      page = scan.page(context, page.continuation()).join();
    }
  }

  /** Gets, puts and deletes. */
  static class GetPutDelete extends KeyClient {
    GetPutDelete(Subspace place, String name, SeededRandom random) {
      super(place, name, random);
    }

    @Override
    void operate(
        Transaction transaction, SeededRandom draws, NavigableMap<String, String> changed) {
      String key = key(draws);
      switch (draws.nextInt(5)) {
        case 0, 1 -> {
          String value = value(draws);
          store.put(transaction, key, value).join();
          changed.put(key, value);
        }
        case 2 -> {
          store.delete(transaction, key).join();
          changed.remove(key);
        }
        case 3 ->
            assertThat(store.deleteIfPresent(transaction, key).join())
                .isEqualTo(changed.remove(key) != null);
        default -> assertThat(store.get(transaction, key).join()).isEqualTo(changed.get(key));
      }
    }
  }

  /**
   * The same in sessions: each transaction in one of its own, which knows by a token alone, carried
   * as bytes, what those before it have done.
   */
  static final class Sessions extends GetPutDelete {
    private byte[] token = SessionToken.NOTHING.toBytes();
    private CausalSession session;

    Sessions(Subspace place, String name, SeededRandom random) {
      super(place, name, random);
    }

    @Override
    int transact(Database database) {
      int operations = super.transact(database);
      token = session.token().toBytes();
      return operations;
    }

    @Override
    TransactionContext context(Database database) {
      session = database.session(SessionToken.parse(token));
      return session;
    }
  }

  /** Changes under the condition that a key has a value or a version, or is not there. */
  static final class CompareAndSwap extends KeyClient {
    CompareAndSwap(Subspace place, String name, SeededRandom random) {
      super(place, name, random);
    }

    @Override
    void operate(
        Transaction transaction, SeededRandom draws, NavigableMap<String, String> changed) {
      String key = key(draws);
      String before = changed.get(key);
      String value = value(draws);
      switch (draws.nextInt(4)) {
        case 0 -> {
          assertThat(store.putIfAbsent(transaction, key, value).join()).isEqualTo(before);
          changed.putIfAbsent(key, value);
        }
        case 1 -> {
          String expected = value(draws);
          boolean holds = expected.equals(before);
          assertThat(store.compareAndSet(transaction, key, expected, value).join())
              .isEqualTo(holds);
          if (holds) {
            changed.put(key, value);
          }
        }
        case 2 -> {
          Entry<String, String> entry = store.getEntry(transaction, key).join();
          assertThat(entry == null ? null : entry.value()).isEqualTo(before);
          boolean isOld = entry == null || draws.nextBoolean();
          long version = (entry == null ? 0 : entry.version()) + (isOld ? 1 : 0);
          assertThat(store.compareVersionAndSet(transaction, key, version, value).join())
              .isEqualTo(!isOld);
          if (!isOld) {
            changed.put(key, value);
          }
        }
        default -> {
          store.delete(transaction, key).join();
          changed.remove(key);
        }
      }
    }
  }

  /** Scans by prefix, forwards and backwards, whole and in pages. */
  static final class PrefixScans extends KeyClient {
    PrefixScans(Subspace place, String name, SeededRandom random) {
      super(place, name, random);
    }

    @Override
    void operate(
        Transaction transaction, SeededRandom draws, NavigableMap<String, String> changed) {
      String key = key(draws);
      switch (draws.nextInt(4)) {
        case 0, 1 -> {
          String value = value(draws);
          store.put(transaction, key, value).join();
          changed.put(key, value);
        }
        case 2 -> {
          store.delete(transaction, key).join();
          changed.remove(key);
        }
        default -> {
          String prefix = key.substring(0, draws.nextInt(name().length() + 1, key.length() + 1));
          NavigableMap<String, String> expected =
              changed.subMap(prefix, true, prefix + Character.MAX_VALUE, true);
          boolean backwards = draws.nextBoolean();
          Scan<String, String> scan = store.scanPrefix(prefix).limit(1 + draws.nextInt(20));
          assertThat(all(transaction, backwards ? scan.reversed() : scan))
              .isEqualTo(entries(backwards ? expected.descendingMap() : expected));
        }
      }
    }
  }

  /** Gets and puts of several keys, batches under conditions, and writes of any size. */
  static final class Batches extends KeyClient {
    private static final int KEYS_MAX = 6;

    private final SeededRandom ofBulks;

    Batches(Subspace place, String name, SeededRandom random) {
      super(place, name, random);
      ofBulks = random.fork("bulks of " + name);
    }

    /** Every transaction is followed by a write of several keys that needs none. */
    @Override
    int transact(Database database) {
      int operations = super.transact(database);
      Map<String, String> puts = several(ofBulks);
      BulkWrite<String, String> bulk = new BulkWrite<>(store);
      puts.forEach(bulk::put);
      bulk.run(database)
          .join()
          .forEach(
              (key, result) ->
                  assertThat(result.outcome())
                      .as("%s: %s", key, result)
                      .isEqualTo(BulkWrite.Outcome.WRITTEN));
      model().putAll(puts);
      return operations + 1;
    }

    private Map<String, String> several(SeededRandom draws) {
      Map<String, String> several = new LinkedHashMap<>();
      int count = 1 + draws.nextInt(KEYS_MAX);
      for (int i = 0; i < count; i++) {
        several.put(key(draws), value(draws));
      }
      return several;
    }

    @Override
    void operate(
        Transaction transaction, SeededRandom draws, NavigableMap<String, String> changed) {
      Map<String, String> several = several(draws);
      List<String> keys = List.copyOf(several.keySet());
      switch (draws.nextInt(4)) {
        case 0 -> {
          store.putAll(transaction, several).join();
          changed.putAll(several);
        }
        case 1 -> {
          String first = keys.get(0);
          String expected = value(draws);
          boolean holds = expected.equals(changed.get(first));
          Batch<String, String> batch = store.newBatch().ifValue(first, expected);
          several.forEach(batch::put);
          batch.delete(first);
          assertThat(store.apply(transaction, batch).join()).isEqualTo(holds);
          if (holds) {
            changed.putAll(several);
            changed.remove(first);
          }
        }
        default -> {
          List<String> expected = new ArrayList<>();
          keys.forEach(key -> expected.add(changed.get(key)));
          assertThat(store.getAll(transaction, keys).join()).isEqualTo(expected);
        }
      }
    }
  }
}
