package io.ashlar.simulation.workload;

import io.ashlar.client.CausalSession;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.SessionToken;
import io.ashlar.client.Staleness;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.check.ConsistencyChecker;
import io.ashlar.simulation.check.ConsistencyChecker.Seen;
import io.ashlar.simulation.check.ConsistencyChecker.Write;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sessions write registers and read them, and hand their tokens on as bytes: from one client to
 * another, at once or much later. In between others read at what a replica knows. Every write
 * leaves a row with its versionstamp, so that in the end the state at each version is known, and
 * the {@link ConsistencyChecker} can say of each read what it should have found.
 */
public final class ConsistencyWorkload implements Workload {
  private static final String REGISTER = "register/";
  private static final String LOG = "log/";
  private static final int LOGS = 4;
  private static final int SESSIONS_MAX = 3;
  private static final int BOARD_MAX = 8;
  private static final int UNSETTLED_MAX = 4;
  private static final long PAUSE_MAX_NANOS = 4_000_000_000L;
  private static final long FAR = 1_000_000_000_000_000L;

  /** A session, and what is known that it has seen. */
  private final class Line {
    final String who;
    final CausalSession session;
    final List<Long> unsettled = new ArrayList<>();
    Seen seen = Seen.NOTHING;
    long lastToken;

    Line(SimClient client, CausalSession session) {
      this.who = "session " + ++lines + " of client " + client.number();
      this.session = session;
    }
  }

  /** A token as it travels, and what whoever made it had seen. */
  private record Told(byte[] token, Seen seen) {}

  /** What one transaction has found. */
  private final class Found {
    final long[] ids = new long[registers];
    long version;

    Found() {
      Arrays.fill(ids, ConsistencyChecker.NOT_READ);
    }
  }

  private final KeySpace keys;
  private final int registers;
  private final Ledger ledger = new Ledger();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final ConsistencyChecker checker = new ConsistencyChecker();
  private final Map<Integer, List<Line>> byClient = new TreeMap<>();
  private final ArrayDeque<Told> board = new ArrayDeque<>();
  private long lines;

  /** The newest version that some client said it knows to be committed. */
  private long newestKnown;

  ConsistencyWorkload(KeySpace keys, int registers) {
    this.keys = keys;
    this.registers = registers;
  }

  @Override
  public String name() {
    return "consistency";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key(int register) {
    return keys.spread(REGISTER, register, registers);
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    SeededRandom random = client.random();
    int choice = random.nextInt(100);
    if (choice < 25) {
      return eventually(client);
    }
    if (choice < 27) {
      return withForeignToken(client);
    }
    if (choice < 30) {
      // Longer than a version may be used without asking, at times.
      return client.pause(random.nextLong(PAUSE_MAX_NANOS));
    }
    Line line = line(client);
    if (choice < 65) {
      return read(client, line);
    }
    return write(client, line);
  }

  // ---- sessions and tokens

  /** One of the client's sessions: an old or a new one, which may get a token. */
  private Line line(SimClient client) {
    SeededRandom random = client.random();
    List<Line> mine = byClient.computeIfAbsent(client.number(), number -> new ArrayList<>());
    Line line;
    if (mine.size() < SESSIONS_MAX && random.chance(200_000)) {
      line = new Line(client, client.database().session());
      mine.add(line);
    } else if (mine.isEmpty() || random.chance(30_000)) {
      line = new Line(client, client.database().session());
      mine.clear();
      mine.add(line);
    } else {
      line = mine.get(random.nextInt(mine.size()));
    }
    if (!board.isEmpty() && random.chance(300_000)) {
      Told told = new ArrayList<>(board).get(random.nextInt(board.size()));
      line.session.join(SessionToken.parse(told.token));
      line.seen = line.seen.toldOf(told.seen);
      counts.count("tokens joined", 1);
    }
    return line;
  }

  /** The session has seen something: its token says so, and may go to others. */
  private void show(SimClient client, Line line) {
    SessionToken token = line.session.token();
    checker.token(line.who, token.version(), line.seen, line.lastToken);
    line.lastToken = token.version();
    if (client.random().chance(500_000)) {
      board.addLast(new Told(token.toBytes(), line.seen));
      if (board.size() > BOARD_MAX) {
        board.removeFirst();
      }
    }
  }

  /** A token of another database, or one of a version that never was, opens nothing. */
  private CompletableFuture<Void> withForeignToken(SimClient client) {
    SessionToken mine = client.database().session().token();
    if (mine.version() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    boolean isOther = client.random().nextBoolean();
    CompletableFuture<?> refused;
    if (isOther) {
      Uid id = new Uid(mine.databaseId().high() + 1, mine.databaseId().low());
      refused =
          CompletableFuture.completedFuture(new SessionToken(id, mine.version()))
              .thenApply(client.database()::session);
    } else {
      SessionToken far = new SessionToken(mine.databaseId(), mine.version() + FAR);
      refused = client.database().session(far).readAsync(reads -> reads.get(key(0)));
    }
    return refused.handle(
        (any, thrown) -> {
          if (thrown == null) {
            checker.wrong("client " + client.number() + " reads by a token that says nothing");
          } else if (Attempt.code(thrown) == ErrorCode.SESSION_TOKEN_INVALID) {
            counts.count("tokens refused", 1);
          } else {
            failed(thrown);
          }
          return null;
        });
  }

  /** What a transaction that only reads may fail with: the rest is an error of the run. */
  private void failed(Throwable thrown) {
    ErrorCode code = Attempt.code(thrown);
    boolean isExpected = code.isRetryable() || code == ErrorCode.TRANSACTION_TIMED_OUT;
    if (!isExpected) {
      throw new CompletionException(thrown);
    }
    counts.count("reads that failed", 1);
  }

  // ---- reads

  /** Reads some registers, in one of several ways. */
  private CompletableFuture<Found> find(SeededRandom random, ReadTransaction reads) {
    Found found = new Found();
    CompletableFuture<?> done;
    int way = random.nextInt(4);
    if (way == 0) {
      done =
          reads
              .getRange(keys.begin().toArray(), keys.behind().toArray())
              .asList()
              .thenAccept(rows -> take(found, rows));
    } else if (way == 1) {
      List<byte[]> all = new ArrayList<>();
      for (int i = 0; i < registers; i++) {
        all.add(key(i));
      }
      done =
          reads
              .getMany(all)
              .thenAccept(
                  values -> {
                    for (int i = 0; i < registers; i++) {
                      found.ids[i] = id(values.get(i));
                    }
                  });
    } else {
      done = oneByOne(random, reads, found, random.nextInt(1, 4));
    }
    return done.thenCompose(nothing -> reads.getReadVersion())
        .thenApply(
            version -> {
              found.version = version;
              return found;
            });
  }

  private CompletableFuture<?> oneByOne(
      SeededRandom random, ReadTransaction reads, Found found, int left) {
    int register = random.nextInt(registers);
    CompletableFuture<?> one =
        reads.get(key(register)).thenAccept(value -> found.ids[register] = id(value));
    boolean waits = random.nextBoolean();
    if (left <= 1) {
      return one;
    }
    return waits
        ? one.thenCompose(nothing -> oneByOne(random, reads, found, left - 1))
        : one.thenCombine(oneByOne(random, reads, found, left - 1), (a, b) -> null);
  }

  private void take(Found found, List<KeyValue> rows) {
    Arrays.fill(found.ids, ConsistencyChecker.ABSENT);
    for (KeyValue row : rows) {
      Bytes key = Bytes.wrap(row.getKey());
      if (keys.isNamed(key, REGISTER)) {
        found.ids[(int) keys.number(REGISTER, key)] = id(row.getValue());
      }
    }
  }

  private static long id(byte[] value) {
    return value == null ? ConsistencyChecker.ABSENT : Encoding.bigEndian(value);
  }

  private CompletableFuture<Void> read(SimClient client, Line line) {
    SeededRandom random = client.random();
    Seen before = line.seen;
    List<Long> unsettled = List.copyOf(line.unsettled);
    boolean asksTime = random.nextInt(4) == 0;
    return line.session
        .readAsync(
            reads ->
                find(random, reads)
                    .thenCompose(
                        found ->
                            asksTime
                                ? reads
                                    .getStoreTime()
                                    .thenApply(
                                        millis -> {
                                          checker.time(line.who, found.version, millis);
                                          return found;
                                        })
                                : CompletableFuture.completedFuture(found)))
        .handle(
            (found, thrown) -> {
              if (thrown != null) {
                failed(thrown);
                return null;
              }
              checker.sessionRead(line.who, found.version, found.ids, before, unsettled);
              line.seen = line.seen.readAt(found.version);
              counts.count("session reads", 1);
              show(client, line);
              return null;
            });
  }

  private CompletableFuture<Void> eventually(SimClient client) {
    SeededRandom random = client.random();
    String who = "client " + client.number() + ", eventually,";
    boolean asksAge = random.nextBoolean();
    return client
        .database()
        .eventual()
        .readAsync(
            reads ->
                find(random, reads)
                    .thenCompose(
                        found ->
                            asksAge
                                ? reads.getStaleness().thenApply(age -> aged(who, found, age))
                                : CompletableFuture.completedFuture(found)))
        .handle(
            (found, thrown) -> {
              if (thrown != null) {
                failed(thrown);
              } else {
                checker.eventualRead(who, found.version, found.ids);
                counts.count("eventual reads", 1);
              }
              return null;
            });
  }

  private Found aged(String who, Found found, Staleness age) {
    if (age.version() != found.version) {
      checker.wrong(who + " reads at " + found.version + " and is told " + age);
    }
    if (age.versionsBehind() < 0 || age.millisBehind() < 0) {
      checker.wrong(who + " is told " + age);
    }
    checker.time(who, found.version, age.storeTimeMillis());
    newestKnown = Math.max(newestKnown, age.version() + age.versionsBehind());
    counts.count("reads that were behind", age.versionsBehind() > 0 ? 1 : 0);
    return found;
  }

  // ---- writes

  private CompletableFuture<Void> write(SimClient client, Line line) {
    SeededRandom random = client.random();
    Seen before = line.seen;
    boolean reads = random.nextInt(3) > 0;
    int register = random.nextInt(registers);
    long id = ledger.begin();
    Found[] found = {new Found()};
    return Attempt.run(
            client,
            line.session.createTransaction(),
            transaction -> {
              if (!reads) {
                set(transaction, register, id);
                return CompletableFuture.completedFuture(null);
              }
              return find(random, transaction)
                  .thenAccept(
                      state -> {
                        found[0] = state;
                        set(transaction, register, id);
                      });
            })
        .thenCompose(
            attempt -> {
              end(client, line, before, id, found[0], attempt);
              return attempt.pause(client);
            });
  }

  private void set(Transaction transaction, int register, long id) {
    transaction.set(key(register), Encoding.bigEndian(id));
    byte[] row = keys.stamped(LOG, id % LOGS, LOGS, id);
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, row, Encoding.bigEndian(register));
  }

  private void end(
      SimClient client, Line line, Seen before, long id, Found found, Attempt attempt) {
    if (attempt.outcome() != Outcome.OPEN) {
      ledger.end(id, attempt.outcome());
    }
    counts.add(attempt);
    if (attempt.outcome() == Outcome.UNKNOWN) {
      line.unsettled.add(id);
      if (line.unsettled.size() > UNSETTLED_MAX) {
        line.unsettled.remove(0);
      }
    }
    if (attempt.isCommitted()) {
      checker.sessionWrote(line.who, found.version, found.ids, before, attempt.stamp());
      line.seen = line.seen.writtenAt(attempt.stamp().version());
      show(client, line);
    }
  }

  // ---- the end

  private record Ending(List<KeyValue> rows, long version) {}

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(
            transaction ->
                transaction
                    .getRange(keys.begin().toArray(), keys.behind().toArray())
                    .asList()
                    .thenCombine(transaction.getReadVersion(), Ending::new))
        .thenApply(this::decide);
  }

  private Violations decide(Ending ending) {
    List<Write> history = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (KeyValue row : ending.rows) {
      Bytes key = Bytes.wrap(row.getKey());
      if (!keys.isNamed(key, LOG)) {
        continue;
      }
      Bytes tail = keys.tail(LOG, key);
      long id = Encoding.bigEndian(tail.slice(Encoding.STAMP_BYTES, tail.length()).toArray());
      Stamp stamp = Stamp.of(tail.slice(0, Encoding.STAMP_BYTES));
      ids.add(id);
      history.add(new Write((int) Encoding.bigEndian(row.getValue()), id, stamp));
    }
    counts.settle(ledger, ids);
    Violations violations = ledger.check(ids);
    violations.addAll(checker.check(registers, history));
    if (newestKnown > ending.version) {
      violations.add(
          "somebody knew version "
              + newestKnown
              + " to be committed, and the database is at "
              + ending.version);
    }
    return violations;
  }
}
