package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Consistency;
import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Staleness;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.Scan;
import io.ashlar.tuple.Subspace;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Keys that are written strongly and read eventually. The model has the state after each commit, by
 * version: an eventual read transaction shows the one at the version that it says, whole, however
 * old that is; and it says no greater age than it has.
 */
final class EventualClient extends ModelledClient<NavigableMap<String, String>> {
  private static final int KEYS = 60;
  private static final int WRITES = 10;
  private static final int READS = OPERATIONS_EACH - WRITES;
  private static final String NEVER = "never committed";

  /** Thrown to leave a transaction in the middle. */
  private static final class ChangedMindException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What was read, and what it must be, which depends on the state that was there.
   *
   * @param actual of the read
   * @param expected of the state
   */
  private record Found(Object actual, Function<NavigableMap<String, String>, Object> expected) {}

  private final KeyValueStore<String, String> store;
  private final NavigableMap<Long, NavigableMap<String, String>> states = new TreeMap<>();
  private final SeededRandom ofReads;
  private Transaction writing;
  private int shown;

  EventualClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new TreeMap<>());
    store = new KeyValueStore<>(place, Codec.utf8(), Codec.utf8());
    ofReads = random.fork("reads of " + name);
    states.put(0L, new TreeMap<>());
  }

  @Override
  NavigableMap<String, String> copy(NavigableMap<String, String> original) {
    return new TreeMap<>(original);
  }

  @Override
  int steps() {
    return WRITES;
  }

  private String key(SeededRandom draws) {
    return name() + "/" + Integer.toString(draws.nextInt(KEYS), 3);
  }

  @Override
  void operate(Transaction transaction, SeededRandom draws, NavigableMap<String, String> changed) {
    writing = transaction;
    String key = key(draws);
    if (draws.nextInt(4) == 0) {
      store.delete(transaction, key).join();
      changed.remove(key);
    } else {
      String value = Integer.toString(draws.nextInt(1_000));
      store.put(transaction, key, value).join();
      changed.put(key, value);
    }
  }

  @Override
  int transact(Database database) {
    if (ofReads.nextInt(4) == 0) {
      changeMind(database);
    }
    int operations = super.transact(database);
    states.put(writing.getCommittedVersion(), model());
    SeededRandom draws = ofReads.fork("at " + states.size());
    Staleness age = database.eventual().read(reads -> read(reads, draws.fork("reads")));
    // Nobody is told of more than there is.
    database.read(
        reads -> {
          assertThat(age.version() + age.versionsBehind())
              .isLessThanOrEqualTo(reads.getReadVersion().join());
          assertThat(age.storeTimeMillis() + age.millisBehind())
              .isLessThanOrEqualTo(reads.getStoreTime().join());
          return null;
        });
    String key = key(draws);
    String alone = store.get(database.eventual(), key).join();
    assertThat(states.values().stream().map(state -> state.get(key))).contains(alone);
    return operations;
  }

  /** Writes what nobody may ever see. */
  private void changeMind(Database database) {
    boolean left = false;
    try {
      database.run(
          transaction -> {
            for (int i = 0; i < KEYS; i++) {
              store.put(transaction, name() + "/" + Integer.toString(i, 3), NEVER).join();
            }
            throw new ChangedMindException();
          });
    } catch (ChangedMindException expected) {
      left = true;
    }
    assertThat(left).isTrue();
  }

  /** Reads in one transaction, asked for its age before the first read or after the last one. */
  private Staleness read(ReadTransaction reads, SeededRandom draws) {
    assertThat(reads.consistency()).isEqualTo(Consistency.EVENTUAL);
    Staleness first = draws.nextBoolean() ? reads.getStaleness().join() : null;
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < READS; i++) {
      found.add(readOnce(reads, draws));
    }
    Staleness age = reads.getStaleness().join();
    assertThat(age.version()).isEqualTo(reads.getReadVersion().join());
    assertThat(age.storeTimeMillis()).isEqualTo(reads.getStoreTime().join());
    assertThat(age.versionsBehind()).isNotNegative();
    assertThat(age.millisBehind()).isNotNegative();
    if (first != null) {
      assertThat(first.version()).isEqualTo(age.version());
      assertThat(first.storeTimeMillis()).isEqualTo(age.storeTimeMillis());
      assertThat(first.versionsBehind()).isLessThanOrEqualTo(age.versionsBehind());
    }
    NavigableMap<String, String> state = states.floorEntry(age.version()).getValue();
    for (Found one : found) {
      assertThat(one.actual()).as("%s", age).isEqualTo(one.expected().apply(state));
    }
    shown += state.size();
    return age;
  }

  private Found readOnce(ReadTransaction reads, SeededRandom draws) {
    String key = key(draws);
    switch (draws.nextInt(3)) {
      case 0 -> {
        List<String> keys = List.of(key, key(draws), key(draws));
        return new Found(
            store.getAll(reads, keys).join(),
            state -> {
              List<String> values = new ArrayList<>();
              keys.forEach(one -> values.add(state.get(one)));
              return values;
            });
      }
      case 1 -> {
        String prefix = key.substring(0, draws.nextInt(name().length() + 1, key.length() + 1));
        Scan<String, String> scan = store.scanPrefix(prefix).limit(1 + draws.nextInt(20));
        return new Found(
            KeyClient.all(reads, scan),
            state ->
                KeyClient.entries(state.subMap(prefix, true, prefix + Character.MAX_VALUE, true)));
      }
      default -> {
        return new Found(store.get(reads, key).join(), state -> state.get(key));
      }
    }
  }

  @Override
  void check(Database database) {
    assertThat(KeyClient.all(database, store.scanPrefix(name() + "/")))
        .isEqualTo(KeyClient.entries(model()));
    assertThat(shown).isPositive();
  }
}
