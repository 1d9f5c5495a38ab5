package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.Sweeper;
import io.ashlar.kv.SweeperOptions;
import io.ashlar.simulation.check.CounterChecker;
import io.ashlar.simulation.check.LinearizabilityChecker;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.RegisterOperation;
import io.ashlar.simulation.check.Violations;
import io.ashlar.tuple.Subspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A key-value store of the layers. Registers are put and changed by value and by version, and
 * counters incremented: both are linearizable. Each client has a key that lives for a short time:
 * by the store time of whoever reads it, it is there until it expires, and never again after that;
 * who has acted on it is committed before. Some sweep meanwhile, and in the end nothing is left of
 * what has expired. Beside that there are {@link TupleKeys}.
 */
public final class KeyValueWorkload implements Workload {
  private static final int REGISTER_PER_MILLION = 300_000;
  private static final int COUNTER_PER_MILLION = 150_000;
  private static final int OWN_PER_MILLION = 250_000;
  private static final int LEASE_PER_MILLION = 200_000;
  private static final int TUPLE_PER_MILLION = 50_000;

  private static final int COUNTERS = 2;
  private static final int TTL_MAX_MILLIS = 3_000;
  private static final long THINK_MAX_NANOS = 1_500_000_000;
  private static final long REST_NANOS = 20_000_000_000L;
  private static final SweeperOptions SWEEPING = new SweeperOptions(4, Duration.ofMillis(300));

  private static final String REGISTER = "register/";
  private static final String COUNTER = "counter/";
  private static final String TIMED = "timed/";

  /** What the client to which a timed key belongs knows of it. */
  private static final class Timed {
    /** Null when it is not known what is there. */
    Lived known = Lived.NOTHING;

    boolean isBusy;
  }

  /** A value and when it expires, if that is what is there. */
  private record Lived(long value, long expiry) {
    static final Lived NOTHING = new Lived(0, 0);
  }

  /** A value of a register that was seen, and its version. */
  private record Versioned(long value, long version) {}

  private final KeySpace keys;
  private final int registers;
  private final KeyValueStore<String, Long> store;
  private final Subspace acts;
  private final TupleKeys tuples;
  private final List<Use> uses = new ArrayList<>();
  private final Map<Integer, Versioned> seen = new TreeMap<>();
  private final CounterChecker[] counters = new CounterChecker[COUNTERS];
  private final Map<Integer, Timed> timed = new TreeMap<>();
  private final Map<Long, Long> expiries = new TreeMap<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();
  private long lastValue;

  /**
   * @param registers the fewer, the more goes on at each
   */
  KeyValueWorkload(KeySpace keys, int registers) {
    this.keys = keys;
    this.registers = registers;
    Subspace place = new Subspace(keys.begin().toArray());
    this.acts = place.get("act");
    this.tuples = new TupleKeys(place.get("tuples"), violations);
    this.store =
        new KeyValueStore<>(
            place.get("store"), Codec.utf8(), Codec.of(Encoding::bigEndian, Encoding::bigEndian));
    for (int i = 0; i < COUNTERS; i++) {
      counters[i] = new CounterChecker();
    }
  }

  @Override
  public String name() {
    return "key-value";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    int choice = client.random().nextInt(1_000_000);
    if (choice < REGISTER_PER_MILLION) {
      return useRegister(client);
    }
    choice -= REGISTER_PER_MILLION;
    if (choice < COUNTER_PER_MILLION) {
      return increment(client);
    }
    choice -= COUNTER_PER_MILLION;
    if (choice < OWN_PER_MILLION) {
      return useOwn(client);
    }
    choice -= OWN_PER_MILLION;
    if (choice < LEASE_PER_MILLION) {
      return actOnOther(client);
    }
    choice -= LEASE_PER_MILLION;
    return choice < TUPLE_PER_MILLION ? useTuples(client) : sweep(client);
  }

  private CompletableFuture<Void> ended(SimClient client, Attempt attempt) {
    counts.add(attempt);
    return attempt.pause(client);
  }

  private CompletableFuture<Void> useTuples(SimClient client) {
    long value = ++lastValue;
    return Attempt.run(client, transaction -> tuples.use(transaction, client.random(), value))
        .thenCompose(attempt -> ended(client, attempt));
  }

  // Registers.

  /** One use of a register, kept while it goes on. A client that dies in it leaves it as it is. */
  private final class Use {
    final int register;
    final long value = ++lastValue;
    final long begunAt;
    long endedAt = RegisterOperation.ENDLESS;
    Outcome outcome = Outcome.OPEN;
    RegisterOperation.Kind kind;
    long expected;

    Use(SimClient client) {
      register = client.random().nextInt(registers);
      begunAt = client.moment();
      uses.add(this);
    }

    void end(SimClient client, Attempt attempt) {
      outcome = attempt.outcome();
      if (outcome != Outcome.OPEN) {
        endedAt = client.moment();
      }
    }

    void addTo(List<RegisterOperation> history) {
      if (kind == null) {
        return;
      }
      boolean writes =
          kind == RegisterOperation.Kind.WRITE || kind == RegisterOperation.Kind.COMPARE_AND_SET;
      boolean isOpen = outcome == Outcome.OPEN || outcome == Outcome.UNKNOWN;
      boolean isCertain = outcome == Outcome.COMMITTED || (!writes && outcome == Outcome.READ_ONLY);
      if (isCertain || (writes && isOpen)) {
        history.add(
            new RegisterOperation(
                history.size(), register, kind, expected, value, begunAt, endedAt, isCertain));
      }
    }
  }

  private CompletableFuture<Void> useRegister(SimClient client) {
    Use use = new Use(client);
    String key = REGISTER + use.register;
    Versioned before = seen.get(use.register);
    int way = before == null ? client.random().nextInt(2) : client.random().nextInt(4);
    return Attempt.run(
            client,
            transaction ->
                switch (way) {
                  case 0 -> read(transaction, key, use);
                  case 1 -> {
                    use.kind = RegisterOperation.Kind.WRITE;
                    yield store.put(transaction, key, use.value);
                  }
                  case 2 ->
                      noteChange(
                          use,
                          before,
                          store.compareAndSet(transaction, key, before.value(), use.value));
                  default ->
                      noteChange(
                          use,
                          before,
                          store.compareVersionAndSet(
                              transaction, key, before.version(), use.value));
                })
        .thenCompose(
            attempt -> {
              use.end(client, attempt);
              return ended(client, attempt);
            });
  }

  private CompletableFuture<Void> read(Transaction transaction, String key, Use use) {
    return store
        .getEntry(transaction, key)
        .thenAccept(
            entry -> {
              use.kind = RegisterOperation.Kind.READ;
              use.expected = entry == null ? RegisterOperation.ABSENT : entry.value();
              if (entry != null) {
                seen.put(use.register, new Versioned(entry.value(), entry.version()));
              }
            });
  }

  private static CompletableFuture<Void> noteChange(
      Use use, Versioned before, CompletableFuture<Boolean> changed) {
    return changed.thenAccept(
        holds -> {
          use.kind =
              holds ? RegisterOperation.Kind.COMPARE_AND_SET : RegisterOperation.Kind.READ_OTHER;
          use.expected = before.value();
        });
  }

  // Counters.

  private CompletableFuture<Void> increment(SimClient client) {
    int counter = client.random().nextInt(COUNTERS);
    long begunAt = client.moment();
    long[] sum = new long[1];
    counters[counter].begun();
    return Attempt.run(
            client,
            transaction ->
                store
                    .increment(transaction, COUNTER + counter, 1)
                    .thenAccept(told -> sum[0] = told))
        .thenCompose(
            attempt -> {
              if (attempt.isCommitted()) {
                counters[counter].told(sum[0], begunAt, client.moment());
              } else if (attempt.outcome() == Outcome.FAILED) {
                counters[counter].failed();
              }
              return ended(client, attempt);
            });
  }

  // Keys that expire.

  private static String timedKey(int client) {
    return TIMED + client;
  }

  /** Puts, removes or reads the client's own key, of which it knows what must be there. */
  private CompletableFuture<Void> useOwn(SimClient client) {
    Timed own = timed.computeIfAbsent(client.number(), number -> new Timed());
    if (own.isBusy) {
      return sweep(client);
    }
    own.isBusy = true;
    int way = client.random().nextInt(5);
    Lived before = own.known;
    Lived[] after = {before};
    long value = ++lastValue;
    Duration ttl = Duration.ofMillis(1 + client.random().nextInt(TTL_MAX_MILLIS));
    return Attempt.run(
            client,
            transaction ->
                transaction
                    .getStoreTime()
                    .thenCompose(
                        now -> {
                          if (way >= 3) {
                            return look(transaction, client.number(), now)
                                .thenAccept(entry -> expect(before, entry, now));
                          }
                          own.known = null;
                          if (way == 2) {
                            after[0] = Lived.NOTHING;
                            return store
                                .delete(transaction, timedKey(client.number()))
                                .thenApply(done -> null);
                          }
                          after[0] = new Lived(value, now + ttl.toMillis());
                          expiries.put(value, after[0].expiry());
                          return store
                              .put(transaction, timedKey(client.number()), value, ttl)
                              .thenApply(version -> null);
                        }))
        .thenCompose(
            attempt -> {
              own.isBusy = false;
              if (attempt.isCommitted()) {
                own.known = after[0];
              } else if (attempt.outcome() == Outcome.FAILED) {
                own.known = before;
              }
              return ended(client, attempt);
            });
  }

  /** The owner sees its value until it expires, and nothing from then on. */
  private void expect(Lived known, Entry<String, Long> found, long now) {
    if (known == null) {
      return;
    }
    boolean isAlive = now < known.expiry();
    if (isAlive && (found == null || found.value() != known.value())) {
      violations.add(known + " is not there at " + now + ", but " + found);
    } else if (!isAlive && found != null) {
      violations.add(found + " is there at " + now + ", where there was " + known);
    }
  }

  /** Reads a timed key; whatever is there has not expired. */
  private CompletableFuture<Entry<String, Long>> look(
      Transaction transaction, int client, long now) {
    return store
        .getEntry(transaction, timedKey(client))
        .thenApply(
            entry -> {
              if (entry != null) {
                Long expiry = expiries.get(entry.value());
                boolean isRight =
                    expiry != null && entry.expiresAtMillis().equals(OptionalLong.of(expiry));
                if (!isRight || now >= expiry) {
                  violations.add(entry + " is there at " + now + ", and was to end at " + expiry);
                }
              }
              return entry;
            });
  }

  /** Writes because a key is there, as one does under a lease: it is still there at the commit. */
  private CompletableFuture<Void> actOnOther(SimClient client) {
    int other = timed.isEmpty() ? client.number() : client.random().nextInt(client.number() + 1);
    long thinkNanos = client.random().nextBoolean() ? 0 : client.random().nextLong(THINK_MAX_NANOS);
    byte[] act = acts.pack(++lastValue);
    long[] endsAfterVersion = {Long.MAX_VALUE};
    return Attempt.run(
            client,
            transaction ->
                transaction
                    .getStoreTime()
                    .thenCompose(
                        now ->
                            look(transaction, other, now)
                                .thenCompose(
                                    entry -> {
                                      if (entry == null) {
                                        return CompletableFuture.completedFuture(null);
                                      }
                                      transaction.set(act, new byte[0]);
                                      long left = entry.expiresAtMillis().orElseThrow() - now;
                                      return transaction
                                          .getReadVersion()
                                          .thenCompose(
                                              version -> {
                                                // At most: the read version is somewhere in its
                                                // millisecond.
                                                endsAfterVersion[0] = version + left * 1_000;
                                                return thinkNanos == 0
                                                    ? CompletableFuture.completedFuture(null)
                                                    : client.pause(thinkNanos);
                                              });
                                    })))
        .thenCompose(
            attempt -> {
              if (attempt.isCommitted() && attempt.stamp().version() >= endsAfterVersion[0]) {
                violations.add(
                    "committed at "
                        + attempt.stamp().version()
                        + " on a key that expired by "
                        + endsAfterVersion[0]);
              }
              return ended(client, attempt);
            });
  }

  private CompletableFuture<Void> sweep(SimClient client) {
    return store
        .newSweeper(client.database(), SWEEPING)
        .sweepOnce()
        .handle(
            (swept, thrown) -> {
              if (thrown == null) {
                counts.count("swept", swept.rows());
              } else {
                counts.count("sweeps that failed: " + Attempt.code(thrown).label(), 1);
              }
              return null;
            });
  }

  // The end.

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    long begunAt = client.moment();
    Sweeper sweeper = store.newSweeper(client.database(), SWEEPING);
    CompletableFuture<Void> swept = sweeper.start();
    return client
        .pause(REST_NANOS)
        .thenCompose(
            rested -> {
              sweeper.close();
              return swept;
            })
        .thenCompose(
            done -> client.patiently(transaction -> finalRows(transaction, client, begunAt)))
        .thenApply(found -> violations);
  }

  private CompletableFuture<Void> finalRows(
      Transaction transaction, SimClient client, long begunAt) {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < registers; i++) {
      wanted.add(REGISTER + i);
    }
    for (int i = 0; i < COUNTERS; i++) {
      wanted.add(COUNTER + i);
    }
    return store
        .getAll(transaction, wanted)
        .thenCombine(
            transaction.getRange(keys.all()).asList(),
            (values, rows) -> {
              decide(values, begunAt, client.moment());
              long lasting = values.stream().filter(value -> value != null).count();
              checkRest(rows, lasting);
              return null;
            });
  }

  private void decide(List<Long> values, long begunAt, long endedAt) {
    List<RegisterOperation> all = new ArrayList<>();
    uses.forEach(use -> use.addTo(all));
    for (int i = 0; i < registers; i++) {
      long found = values.get(i) == null ? RegisterOperation.ABSENT : values.get(i);
      all.add(RegisterOperation.read(all.size(), i, found, begunAt, endedAt));
    }
    violations.addAll(new LinearizabilityChecker().check(all));
    for (int i = 0; i < COUNTERS; i++) {
      Long last = values.get(registers + i);
      violations.addAll(counters[i].check(COUNTER + i, last == null ? 0 : last));
    }
  }

  /**
   * All that was to live for some time has expired and is swept: rows, and what reminds of them.
   */
  private void checkRest(List<KeyValue> rows, long lasting) {
    List<Bytes> rest =
        rows.stream()
            .map(row -> row.getKey())
            .filter(key -> !acts.contains(key) && !tuples.contains(key))
            .map(Bytes::wrap)
            .toList();
    if (rest.size() != lasting) {
      violations.add(
          "of "
              + rest.size()
              + " rows "
              + lasting
              + " last, and the others were not swept: "
              + rest.subList(0, Math.min(8, rest.size())));
    }
  }
}
