package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.StampRead;
import io.ashlar.simulation.check.StampedTemplate;
import io.ashlar.simulation.check.StampedTransaction;
import io.ashlar.simulation.check.StampedTransaction.Promise;
import io.ashlar.simulation.check.VersionstampChecker;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Blind transactions, several at once so that they share batches, write their stamps into keys and
 * values at drawn places, two rows of one prefix apart by a number of their own; and last of all
 * their name into a register, so that the order within a batch shows. All that they promise goes to
 * the {@link VersionstampChecker}.
 */
public final class VersionstampsWorkload implements Workload {
  private static final int READER_PER_MILLION = 200_000;
  private static final int TOGETHER_MAX = 4;
  private static final int REGISTERS = 3;
  private static final int LOGS = 4;
  private static final int PLACES = 16;
  private static final int PADDING_MAX = 20;
  private static final int TAIL_ROWS_MAX = 8;
  private static final String LOG = "log/";
  private static final String STAMPED_KEY = "key/";
  private static final String STAMPED_VALUE = "value/";
  private static final String REGISTER = "register/";
  private static final String STAMPED_REGISTER = "stamped-register/";

  /** One transaction from its beginning on. */
  private static final class Promised {
    final long id;
    final SimClient client;
    final long begunAt;
    final int register;
    final int log;
    final List<Promise> promises = new ArrayList<>();
    Transaction transaction;
    CompletableFuture<byte[]> stampAskedBefore;
    long endedAt = Long.MAX_VALUE;
    Outcome outcome = Outcome.OPEN;
    Stamp stamp;

    Promised(long id, SimClient client, SeededRandom random) {
      this.id = id;
      this.client = client;
      begunAt = client.moment();
      register = random.nextInt(REGISTERS);
      log = random.nextInt(LOGS);
    }

    StampedTransaction toRecord() {
      return new StampedTransaction(id, begunAt, endedAt, outcome, stamp, promises, register, log);
    }
  }

  private final KeySpace keys;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();
  private final List<Promised> history = new ArrayList<>();
  private final List<StampRead> reads = new ArrayList<>();
  private long steps;

  public VersionstampsWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "versionstamps";
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
    SeededRandom random = client.random().fork("versionstamps " + ++steps);
    if (random.chance(READER_PER_MILLION)) {
      return Attempt.run(
              client,
              transaction ->
                  read(random.nextBoolean() ? transaction : transaction.snapshot(), random))
          .thenCompose(
              attempt -> {
                counts.add(attempt);
                return attempt.pause(client);
              });
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 1 + random.nextInt(TOGETHER_MAX); i > 0; i--) {
      all.add(transact(client, random.fork("transaction " + i)));
    }
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
  }

  private CompletableFuture<Void> transact(SimClient client, SeededRandom random) {
    Promised promised = new Promised(history.size() + 1, client, random);
    history.add(promised);
    return Attempt.run(
            client,
            transaction -> {
              promised.transaction = transaction;
              promised.stampAskedBefore = transaction.getVersionstamp();
              promise(promised, random);
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(
            attempt -> {
              promised.outcome = attempt.outcome();
              promised.stamp = attempt.stamp();
              if (attempt.outcome() != Outcome.OPEN) {
                promised.endedAt = client.moment();
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  // Writes

  private void promise(Promised promised, SeededRandom random) {
    Bytes id = Bytes.wrap(Encoding.bigEndian(promised.id));
    Bytes head = Bytes.wrap(keys.spread(LOG, promised.log, LOGS));
    stampKey(promised, StampedTemplate.of(head, Bytes.EMPTY), id);
    for (int i = random.nextInt(3); i > 0; i--) {
      // As many bytes before and behind as are drawn; the user's number makes two keys of one.
      Bytes before =
          keys.first() == 0 && random.chance(200_000)
              ? Bytes.EMPTY
              : place(STAMPED_KEY, promised).concat(padding(random));
      Bytes number = Bytes.of(0, i);
      Bytes behind = random.nextBoolean() ? number : number.concat(padding(random));
      stampKey(promised, StampedTemplate.of(before, behind), id.concat(padding(random)));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      Bytes key = place(STAMPED_VALUE, promised).concat(Bytes.of(i)).concat(id);
      Bytes value =
          StampedTemplate.of(
              random.nextBoolean() ? Bytes.EMPTY : padding(random),
              random.nextBoolean() ? Bytes.EMPTY : padding(random));
      promised.transaction.mutate(
          MutationType.SET_VERSIONSTAMPED_VALUE, key.toArray(), value.toArray());
      promised.promises.add(new Promise(key, false, value, true));
    }
    promised.transaction.set(register(REGISTER, promised.register), id.toArray());
    promised.transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_VALUE,
        register(STAMPED_REGISTER, promised.register),
        StampedTemplate.of(id, Bytes.EMPTY).toArray());
  }

  private void stampKey(Promised promised, Bytes template, Bytes value) {
    promised.transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_KEY, template.toArray(), value.toArray());
    promised.promises.add(new Promise(template, true, value, false));
  }

  private Bytes place(String name, Promised promised) {
    return Bytes.wrap(keys.spread(name, promised.id % PLACES, PLACES));
  }

  private byte[] register(String name, int register) {
    return keys.spread(name, register, REGISTERS);
  }

  private static Bytes padding(SeededRandom random) {
    byte[] bytes = new byte[random.nextInt(PADDING_MAX + 1)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  // Reads

  private CompletableFuture<?> read(ReadTransaction transaction, SeededRandom random) {
    int register = random.nextInt(REGISTERS);
    int log = random.nextInt(LOGS);
    int limit = 1 + random.nextInt(TAIL_ROWS_MAX);
    Range rows = Range.startsWith(keys.spread(LOG, log, LOGS));
    List<byte[]> pair = List.of(register(REGISTER, register), register(STAMPED_REGISTER, register));
    return transaction
        .getReadVersion()
        .thenCompose(
            version ->
                transaction
                    .getMany(pair)
                    .thenCombine(
                        transaction.getRange(rows, limit, true).asList(),
                        (values, last) -> read(version, register, values, log, last, limit)))
        .thenAccept(reads::add);
  }

  private static StampRead read(
      long version, int register, List<byte[]> values, int log, List<KeyValue> last, int limit) {
    List<Long> ids = new ArrayList<>();
    for (KeyValue row : last) {
      ids.add(Encoding.bigEndian(row.getValue()));
    }
    byte[] set = values.get(0);
    Bytes stamped = values.get(1) == null ? null : Bytes.wrap(values.get(1));
    return new StampRead(
        version,
        register,
        set == null ? 0 : Encoding.bigEndian(set),
        stamped == null ? 0 : Encoding.bigEndian(stamped.slice(0, Long.BYTES).toArray()),
        stamped == null ? null : Stamp.of(stamped.slice(Long.BYTES, stamped.length())),
        log,
        ids,
        limit);
  }

  // Check

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(keys.all()).asList())
        .thenApply(this::decide);
  }

  private Violations decide(List<KeyValue> rows) {
    Map<Long, List<io.ashlar.core.KeyValue>> found = new TreeMap<>();
    for (io.ashlar.core.KeyValue row : RecordedTransaction.toCore(rows)) {
      if (!keys.isNamed(row.key(), REGISTER) && !keys.isNamed(row.key(), STAMPED_REGISTER)) {
        found.computeIfAbsent(writer(row), none -> new ArrayList<>()).add(row);
      }
    }
    List<StampedTransaction> records = new ArrayList<>();
    for (Promised promised : history) {
      checkTold(promised);
      records.add(promised.toRecord());
    }
    counts.count("reads compared", reads.size());
    violations.addAll(new VersionstampChecker().check(records, found, reads));
    return violations;
  }

  /** The transaction that wrote a row, as the row says. */
  private long writer(io.ashlar.core.KeyValue row) {
    boolean inKey = keys.isNamed(row.key(), STAMPED_VALUE);
    int at = inKey ? row.key().length() - Long.BYTES : 0;
    Bytes id = (inKey ? row.key() : row.value()).slice(at, at + Long.BYTES);
    return Encoding.bigEndian(id.toArray());
  }

  /** What getVersionstamp says: before the commit, and again long after it. */
  private void checkTold(Promised promised) {
    if (promised.outcome == Outcome.OPEN || !promised.client.surroundings().isAlive()) {
      return;
    }
    for (CompletableFuture<byte[]> told :
        List.of(promised.stampAskedBefore, promised.transaction.getVersionstamp())) {
      if (!told.isDone()) {
        violations.add("transaction " + promised.id + " has ended, its stamp is still waited for");
      } else if (promised.stamp == null) {
        if (!told.isCompletedExceptionally()) {
          violations.add("transaction " + promised.id + " was not committed and has a stamp");
        }
      } else if (!Stamp.of(Bytes.wrap(told.join())).equals(promised.stamp)) {
        violations.add("transaction " + promised.id + " was told different stamps");
      }
    }
  }
}
