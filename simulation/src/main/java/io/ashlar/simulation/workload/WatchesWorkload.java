package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.check.WatchChecker;
import io.ashlar.simulation.check.WatchRecord;
import io.ashlar.simulation.check.WatchedWrite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Clients watch a few keys, many watches on one key at a time, and change them, often to what they
 * were before. When faults are over every watch whose value is another one now must fire soon: a
 * request that is lost, the longest delay before it is made again, and one that is answered.
 */
public final class WatchesWorkload implements Workload {
  private static final int WATCHER_PER_MILLION = 500_000;
  private static final int WATCHES_AT_ONCE_MAX = 3;
  private static final int WRITES_MAX = 3;

  /** A client that has more cancels the oldest. */
  private static final int WAITING_MAX = 20;

  private static final int CANCEL_PER_MILLION = 100_000;
  private static final long POLL_NANOS = 100_000_000;

  /** What died clients had under way comes within two or three. */
  private static final int ROUNDS_MAX = 20;

  private static final long RETRY_DELAY_MAX_NANOS = 500_000_000;
  private static final String KEY = "key/";
  private static final String MARKER = "marker/";

  /** A transaction, with what it writes. */
  private static final class Writer {
    final long id;
    final List<Mutation> mutations = new ArrayList<>();
    long committingAt = Long.MAX_VALUE;
    Outcome outcome = Outcome.OPEN;
    Stamp stamp;

    Writer(long id) {
      this.id = id;
    }

    WatchedWrite toRecord() {
      return new WatchedWrite(id, committingAt, mutations, outcome, stamp);
    }
  }

  /** A watch from the call on. */
  private static final class Watch {
    final long id;
    final SimClient client;
    final Bytes key;
    final Writer writer;
    final int writesBefore;
    long readVersion;
    CompletableFuture<Void> future;
    Outcome outcome = Outcome.OPEN;
    long toldAt = Long.MAX_VALUE;
    WatchRecord.State state = WatchRecord.State.WAITING;
    long endedAt = Long.MAX_VALUE;

    Watch(long id, SimClient client, Bytes key, Writer writer) {
      this.id = id;
      this.client = client;
      this.key = key;
      this.writer = writer;
      this.writesBefore = writer.mutations.size();
    }

    void ended(Throwable thrown) {
      if (state == WatchRecord.State.WAITING) {
        state = thrown == null ? WatchRecord.State.FIRED : WatchRecord.State.FAILED;
        endedAt = client.moment();
      }
    }

    void cancel() {
      if (state == WatchRecord.State.WAITING) {
        state = WatchRecord.State.CANCELLED;
        future.cancel(true);
      }
    }

    WatchRecord toRecord() {
      return new WatchRecord(
          id,
          key,
          readVersion,
          writer.mutations.isEmpty() ? 0 : writer.id,
          writesBefore,
          outcome,
          toldAt,
          state,
          endedAt,
          client.surroundings().isAlive());
    }
  }

  private final KeySpace space;
  private final int count;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final List<Writer> writers = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();

  /** By the number of their client, the oldest first. */
  private final Map<Integer, ArrayDeque<Watch>> waiting = new TreeMap<>();

  /**
   * @param count of keys; the fewer, the more watches on each
   */
  public WatchesWorkload(KeySpace space, int count) {
    this.space = space;
    this.count = count;
  }

  @Override
  public String name() {
    return "watches";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  private Bytes key(int number) {
    return Bytes.wrap(space.spread(KEY, number, count));
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    Writer writer = new Writer(writers.size() + 1);
    writers.add(writer);
    SeededRandom random = client.random().fork("watches " + writer.id);
    List<Watch> set = new ArrayList<>();
    boolean watching = random.chance(WATCHER_PER_MILLION);
    return Attempt.run(
            client,
            transaction ->
                watching
                    ? watch(client, transaction, writer, set, random)
                    : write(client, transaction, writer, random))
        .thenCompose(
            attempt -> {
              writer.outcome = attempt.outcome();
              writer.stamp = attempt.stamp();
              counts.add(attempt);
              set.forEach(watch -> keep(client, watch, attempt.outcome()));
              if (random.chance(CANCEL_PER_MILLION)) {
                cancelOldest(client);
              }
              return attempt.pause(client);
            });
  }

  // Writes

  private CompletableFuture<?> write(
      SimClient client, Transaction transaction, Writer writer, SeededRandom random) {
    for (int i = 1 + random.nextInt(WRITES_MAX); i > 0; i--) {
      write(transaction, writer, random, random.nextInt(count));
    }
    mark(client, transaction, writer);
    return CompletableFuture.completedFuture(null);
  }

  private void mark(SimClient client, Transaction transaction, Writer writer) {
    transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_VALUE,
        space.fixed(MARKER, writer.id),
        Encoding.stampedValue());
    writer.committingAt = client.moment();
  }

  /** Values come again and again, so that a key is often what it was. */
  private void write(Transaction transaction, Writer writer, SeededRandom random, int number) {
    Bytes key = key(number);
    Bytes value = Bytes.of(random.nextInt(3));
    switch (random.nextInt(8)) {
      case 0 -> {
        transaction.clear(key.toArray());
        writer.mutations.add(Mutation.clearRange(key, Keys.after(key)));
      }
      case 1 -> {
        Bytes end = key(Math.min(count - 1, number + random.nextInt(3))).concat(Bytes.of(0));
        transaction.clear(key.toArray(), end.toArray());
        writer.mutations.add(Mutation.clearRange(key, end));
      }
      case 2 -> mutate(transaction, writer, MutationType.ADD, key, value);
      case 3 -> mutate(transaction, writer, MutationType.COMPARE_AND_CLEAR, key, value);
      case 4 -> mutate(transaction, writer, MutationType.BYTE_MAX, key, value);
      default -> {
        transaction.set(key.toArray(), value.toArray());
        writer.mutations.add(Mutation.set(key, value));
      }
    }
  }

  private static void mutate(
      Transaction transaction, Writer writer, MutationType type, Bytes key, Bytes operand) {
    transaction.mutate(type, key.toArray(), operand.toArray());
    writer.mutations.add(new Mutation(AtomicDraws.core(type), key, operand));
  }

  // Watches

  private CompletableFuture<?> watch(
      SimClient client,
      Transaction transaction,
      Writer writer,
      List<Watch> set,
      SeededRandom random) {
    int choice = random.nextInt(10);
    return transaction
        .getReadVersion()
        .thenAccept(
            version -> {
              int number = random.nextInt(count);
              if (choice < 2) {
                write(transaction, writer, random, number);
              }
              for (int i = 1 + random.nextInt(WATCHES_AT_ONCE_MAX); i > 0; i--) {
                set.add(watch(client, transaction, writer, version, number));
                number = random.nextBoolean() ? number : random.nextInt(count);
              }
              if (choice == 1 || choice == 2) {
                write(transaction, writer, random, number);
              }
              if (choice == 3) {
                set.get(0).cancel();
              }
              if (!writer.mutations.isEmpty()) {
                mark(client, transaction, writer);
              }
            });
  }

  private Watch watch(
      SimClient client, Transaction transaction, Writer writer, long version, int number) {
    Watch watch = new Watch(watches.size() + 1, client, key(number), writer);
    watch.readVersion = version;
    watch.future = transaction.watch(watch.key.toArray());
    watches.add(watch);
    watch.future.whenComplete((nothing, thrown) -> watch.ended(thrown));
    return watch;
  }

  private void keep(SimClient client, Watch watch, Outcome outcome) {
    watch.outcome = outcome;
    watch.toldAt = client.moment();
    ArrayDeque<Watch> own = waiting.computeIfAbsent(client.number(), none -> new ArrayDeque<>());
    own.removeIf(each -> each.state != WatchRecord.State.WAITING);
    if (watch.state == WatchRecord.State.WAITING) {
      own.add(watch);
    }
    if (own.size() > WAITING_MAX) {
      cancelOldest(client);
    }
  }

  private void cancelOldest(SimClient client) {
    Watch oldest = waiting.getOrDefault(client.number(), new ArrayDeque<>()).poll();
    if (oldest != null) {
      oldest.cancel();
    }
  }

  // Check

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return settle(client, null, ROUNDS_MAX);
  }

  /**
   * Waits for the watches, again and again: what a client that died had under way may come only
   * meanwhile, and whoever watches that needs as much time from then on.
   *
   * @param before the markers when it was waited last, null for never
   * @param rounds how often it may go on; nobody begins anything any more
   */
  private CompletableFuture<Violations> settle(
      SimClient client, Map<Long, Stamp> before, int rounds) {
    return markers(client)
        .thenCompose(
            markers -> {
              WatchChecker checker = checker(markers);
              if (markers.equals(before)) {
                return CompletableFuture.completedFuture(decide(checker));
              }
              if (rounds == 0) {
                Violations endless = new Violations();
                endless.add("commits go on to come when nobody makes any");
                return CompletableFuture.completedFuture(endless);
              }
              long requestNanos = client.database().options().requestTimeoutMillis() * 1_000_000;
              long deadline =
                  client.surroundings().nowNanos() + 2 * requestNanos + RETRY_DELAY_MAX_NANOS;
              return await(client, checker, deadline)
                  .thenCompose(done -> settle(client, markers, rounds - 1));
            });
  }

  private CompletableFuture<Map<Long, Stamp>> markers(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(space.all()).asList())
        .thenApply(
            rows -> {
              Map<Long, Stamp> markers = new TreeMap<>();
              for (io.ashlar.core.KeyValue row : RecordedTransaction.toCore(rows)) {
                if (space.isNamed(row.key(), MARKER)) {
                  markers.put(space.number(MARKER, row.key()), Stamp.of(row.value()));
                }
              }
              return markers;
            });
  }

  private WatchChecker checker(Map<Long, Stamp> markers) {
    List<WatchedWrite> history = new ArrayList<>();
    for (Writer writer : writers) {
      if (!writer.mutations.isEmpty()) {
        history.add(writer.toRecord());
      }
    }
    List<Bytes> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
    return new WatchChecker(history, markers, keys);
  }

  /** Waits until all watches that must fire have done so, or it is too late. */
  private CompletableFuture<Void> await(SimClient client, WatchChecker checker, long deadline) {
    boolean done = watches.stream().noneMatch(watch -> checker.mustFire(watch.toRecord()));
    if (done || client.surroundings().nowNanos() > deadline) {
      return CompletableFuture.completedFuture(null);
    }
    counts.count("waited for watches", 1);
    return client.pause(POLL_NANOS).thenCompose(nothing -> await(client, checker, deadline));
  }

  private Violations decide(WatchChecker checker) {
    List<WatchRecord> records = new ArrayList<>();
    for (Watch watch : watches) {
      counts.count("watches " + watch.state.name().toLowerCase(java.util.Locale.ROOT), 1);
      records.add(watch.toRecord());
    }
    return checker.check(records);
  }
}
