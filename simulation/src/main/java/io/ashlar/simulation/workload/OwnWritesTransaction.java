package io.ashlar.simulation.workload;

import io.ashlar.client.AsyncIterable;
import io.ashlar.client.KeySelector;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Expectation;
import io.ashlar.simulation.check.Seen;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.StampedTemplate;
import io.ashlar.simulation.check.TransactionView;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One transaction of reads and writes in any order, some of them under way at the same time. What
 * each read must give is known when it begins.
 */
final class OwnWritesTransaction {
  /** Whether reads see the transaction's own writes. */
  private enum Sight {
    ALL,
    SNAPSHOT_READS_DO_NOT,
    NONE
  }

  private static final int OPERATIONS_MIN = 3;
  private static final int OPERATIONS_MAX = 12;
  private static final int ROWS_MAX = 6;
  private static final int VALUE_BYTES_MAX = 40;

  /** For where everything outside has been cleared. */
  private static final int FAR_OFFSET_MAX = 40;

  private static final int AGAIN_PER_MILLION = 350_000;

  /** A version that no commit comes to, above all that do. */
  private static final long NEVER_COMMITTED = Long.MAX_VALUE;

  private static final int BYPASS_PER_MILLION = 200_000;
  private static final int STACK_PER_MILLION = 100_000;

  private final long id;
  private final OwnedKeys keys;
  private final SeededRandom random;
  private final Violations violations;
  private final boolean abandoned;
  private final Sight sight;

  /** Whether reads pass over what only the commit will know. */
  private final boolean bypassesUnreadable;

  /** Without this transaction's writes. */
  private final TransactionView before;

  /** With them. */
  private final TransactionView after;

  private final List<Mutation> mutations = new ArrayList<>();
  private final List<CompletableFuture<?>> reads = new ArrayList<>();
  private final List<CompletableFuture<?>> pages = new ArrayList<>();
  private Transaction transaction;
  private long readVersion;
  private boolean isAlone;
  private long readsCompared;
  private long unreadableSeen;

  /** What it wrote, and by which operation last: often the same once more. */
  private final List<Bytes> written = new ArrayList<>();

  private MutationType lastType = MutationType.ADD;

  /**
   * @param keys of which it knows what is there
   * @param rows these
   * @param abandoned whether it is never to be committed: then it may write anything
   * @param violations gets what a read gave that it must not give
   */
  OwnWritesTransaction(
      long id,
      OwnedKeys keys,
      Map<Bytes, Bytes> rows,
      boolean abandoned,
      SeededRandom random,
      Violations violations) {
    this.id = id;
    this.keys = keys;
    this.random = random;
    this.violations = violations;
    this.abandoned = abandoned;
    int choice = random.nextInt(100);
    this.sight = choice < 8 ? Sight.NONE : choice < 20 ? Sight.SNAPSHOT_READS_DO_NOT : Sight.ALL;
    this.before = new TransactionView(rows, keys.range());
    this.bypassesUnreadable = random.fork("bypass").chance(BYPASS_PER_MILLION);
    this.after = new TransactionView(rows, keys.range(), bypassesUnreadable);
  }

  List<Mutation> mutations() {
    return mutations;
  }

  long readsCompared() {
    return readsCompared;
  }

  /** Reads that came upon a versionstamped write, and gave an error as they must. */
  long unreadableSeen() {
    return unreadableSeen;
  }

  /** How much of its own a transaction sees is an option, and to be set before all else. */
  void setOptions(Transaction with) {
    transaction = with;
    if (bypassesUnreadable) {
      transaction.options().setBypassUnreadable();
    }
    if (sight == Sight.NONE) {
      transaction.options().setReadYourWritesDisable();
    } else if (sight == Sight.SNAPSHOT_READS_DO_NOT) {
      transaction.options().setSnapshotRywDisable();
    }
  }

  /** Does everything but the commit. */
  CompletableFuture<Void> run(long version) {
    readVersion = version;
    return operations(random.nextInt(OPERATIONS_MIN, OPERATIONS_MAX + 1))
        .thenCompose(done -> allRead(abandoned ? reads : pages));
  }

  /** The commit waits for what is still under way; what is given up does not. */
  private static CompletableFuture<Void> allRead(List<CompletableFuture<?>> which) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(which.toArray(new CompletableFuture<?>[0]));
    which.clear();
    return all;
  }

  private CompletableFuture<Void> operations(int left) {
    if (left == 0) {
      return CompletableFuture.completedFuture(null);
    }
    if (random.nextInt(100) < 60) {
      CompletableFuture<?> read = read();
      reads.add(read);
      return random.nextBoolean()
          ? read.thenCompose(done -> operations(left - 1))
          : operations(left - 1);
    }
    // A later page of a read sees writes that come between it and the page before.
    return allRead(pages)
        .thenCompose(
            done -> {
              write();
              return operations(left - 1);
            });
  }

  private Bytes anyKey() {
    return isAgain() ? written.get(random.nextInt(written.size())) : keys.anyKey(random);
  }

  private Bytes middleKey() {
    Bytes key = isAgain() ? written.get(random.nextInt(written.size())) : keys.middleKey(random);
    written.add(key);
    return key;
  }

  private boolean isAgain() {
    return !written.isEmpty() && random.chance(AGAIN_PER_MILLION);
  }

  // Reads

  private CompletableFuture<?> read() {
    boolean snapshot = random.chance(250_000);
    ReadTransaction reader = snapshot ? transaction.snapshot() : transaction;
    boolean seesOwn = sight == Sight.ALL || (sight == Sight.SNAPSHOT_READS_DO_NOT && !snapshot);
    TransactionView view = seesOwn ? after : before;
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> get(reader, view);
      case 3, 4, 5 -> getKey(reader, view);
      default -> getRange(reader, view);
    };
  }

  private CompletableFuture<?> get(ReadTransaction reader, TransactionView view) {
    Bytes key = anyKey();
    if (!random.chance(250_000)) {
      return judged(view.get(key), reader.get(key.toArray()), OwnWritesTransaction::value);
    }
    Bytes other = anyKey();
    CompletableFuture<List<byte[]>> values =
        reader.getMany(List.of(key.toArray(), other.toArray()));
    Expectation first = view.get(key);
    Expectation second = view.get(other);
    if (first.mayBeUnreadable() || second.mayBeUnreadable()) {
      // One that cannot be read takes the other with it.
      return judged(Expectation.anything("getMany"), values, many -> value(many.get(0)));
    }
    return CompletableFuture.allOf(
        judged(first, values, many -> value(many.get(0))),
        judged(second, values, many -> value(many.get(1))));
  }

  private static Seen value(byte[] value) {
    return new Seen.Value(value == null ? null : Bytes.wrap(value));
  }

  private KeySelector selector() {
    int most = isAlone && random.nextBoolean() ? FAR_OFFSET_MAX : OwnedSlot.OFFSET_MAX;
    Bytes key = anyKey();
    if (isAlone && random.chance(100_000)) {
      key = random.nextBoolean() ? Keys.FIRST : Keys.USER_END;
    }
    return new KeySelector(key.toArray(), random.nextBoolean(), random.nextInt(-most, most + 1));
  }

  private static io.ashlar.core.KeySelector core(KeySelector selector) {
    return new io.ashlar.core.KeySelector(
        Bytes.wrap(selector.getKey()), selector.orEqual(), selector.getOffset());
  }

  private CompletableFuture<?> getKey(ReadTransaction reader, TransactionView view) {
    KeySelector selector = selector();
    return judged(
        view.getKey(core(selector)), reader.getKey(selector), key -> new Seen.Key(Bytes.wrap(key)));
  }

  private CompletableFuture<?> getRange(ReadTransaction reader, TransactionView view) {
    int limit = random.nextBoolean() ? 0 : 1 + random.nextInt(ROWS_MAX);
    boolean reverse = random.nextBoolean();
    KeySelector begin = rangeEnd();
    KeySelector end = rangeEnd();
    Expectation expectation = view.getRange(core(begin), core(end), limit, reverse);
    if (expectation.isAnything()) {
      begin = KeySelector.firstGreaterOrEqual(keys.range().begin().toArray());
      end = KeySelector.firstGreaterOrEqual(keys.range().end().toArray());
      expectation = view.getRange(core(begin), core(end), limit, reverse);
    }
    StreamingMode[] modes = StreamingMode.values();
    StreamingMode mode = modes[random.nextInt(modes.length)];
    if (mode == StreamingMode.EXACT && limit == 0) {
      mode = StreamingMode.WANT_ALL;
    }
    AsyncIterable<KeyValue> rows = reader.getRange(begin, end, limit, reverse, mode);
    CompletableFuture<List<KeyValue>> all =
        random.nextBoolean() ? rows.asList() : RowByRow.all(rows.iterator());
    CompletableFuture<?> judged =
        judged(expectation, all, found -> new Seen.Rows(RecordedTransaction.toCore(found)));
    pages.add(judged);
    return judged;
  }

  private KeySelector rangeEnd() {
    return random.nextBoolean() ? KeySelector.firstGreaterOrEqual(anyKey().toArray()) : selector();
  }

  /** Seen from a result. */
  private interface Look<T> {
    Seen at(T result);
  }

  /** Compares when the read has ended; fails as the read does, unless that is what it must do. */
  private <T> CompletableFuture<?> judged(
      Expectation expectation, CompletableFuture<T> read, Look<T> look) {
    return read.handle(
        (result, thrown) -> {
          Seen seen = thrown == null ? look.at(result) : seenOf(thrown);
          readsCompared++;
          if (seen instanceof Seen.Unreadable) {
            unreadableSeen++;
          }
          String wrong = expectation.judge(seen);
          if (wrong != null) {
            violations.add(
                "transaction "
                    + id
                    + ", reading at "
                    + readVersion
                    + ", "
                    + sight
                    + (bypassesUnreadable ? ", bypassing what is unreadable: " : ": ")
                    + wrong);
          }
          return null;
        });
  }

  private Seen seenOf(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    ErrorCode code =
        cause instanceof AshlarException error ? error.code() : ErrorCode.INTERNAL_ERROR;
    if (code == ErrorCode.ACCESSED_UNREADABLE) {
      return new Seen.Unreadable();
    }
    // Not every read is waited for, so that an error which none may give would go unnoticed.
    boolean expected =
        code.isRetryableNotCommitted()
            || code == ErrorCode.TRANSACTION_TIMED_OUT
            || code == ErrorCode.TRANSACTION_CANCELLED;
    if (!expected) {
      violations.add("transaction " + id + ": a read failed with " + cause);
    }
    throw new CompletionException(cause);
  }

  // Writes

  private void write() {
    if (random.chance(STACK_PER_MILLION)) {
      stack();
      return;
    }
    int choice = random.nextInt(abandoned ? 14 : 12);
    switch (choice) {
      case 0, 1, 2 -> {
        Bytes key = middleKey();
        Bytes value = bytes(VALUE_BYTES_MAX);
        transaction.set(key.toArray(), value.toArray());
        did(Mutation.set(key, value));
      }
      case 3 -> {
        Bytes key = middleKey();
        transaction.clear(key.toArray());
        did(Mutation.clearRange(key, Keys.after(key)));
      }
      case 4 -> clear(keys.middleRange(random));
      case 5 -> {
        if (random.nextBoolean()) {
          stampValue();
        } else {
          stampKey();
        }
      }
      case 12 -> {
        isAlone = true;
        clear(new KeyRange(Keys.FIRST, keys.range().begin()));
        clear(new KeyRange(keys.range().end(), Keys.USER_END));
      }
      case 13 -> {
        Bytes key = anyKey();
        clear(
            random.nextBoolean()
                ? new KeyRange(keys.range().begin(), key)
                : new KeyRange(key, keys.range().end()));
      }
      default -> atomic();
    }
  }

  private Bytes bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private void did(Mutation mutation) {
    mutations.add(mutation);
    after.write(mutation);
  }

  private void clear(KeyRange range) {
    transaction.clear(range.begin().toArray(), range.end().toArray());
    did(Mutation.clearRange(range.begin(), range.end()));
  }

  private void atomic() {
    MutationType type = random.chance(AGAIN_PER_MILLION) ? lastType : AtomicDraws.type(random);
    lastType = type;
    Bytes key = middleKey();
    Bytes operand = AtomicDraws.operand(type, after.valueOf(key), random);
    transaction.mutate(type, key.toArray(), operand.toArray());
    did(new Mutation(AtomicDraws.core(type), key, operand));
  }

  /** Several operations of one type on one key, and what they come to over what is there. */
  private void stack() {
    MutationType type = AtomicDraws.type(random);
    Bytes key = keys.middleKey(random);
    for (int i = random.nextInt(2, 4); i > 0; i--) {
      Bytes operand = AtomicDraws.operand(type, after.valueOf(key), random);
      transaction.mutate(type, key.toArray(), operand.toArray());
      did(new Mutation(AtomicDraws.core(type), key, operand));
    }
    TransactionView view = sight == Sight.NONE ? before : after;
    reads.add(judged(view.get(key), transaction.get(key.toArray()), OwnWritesTransaction::value));
  }

  private void stampValue() {
    Bytes key = middleKey();
    Bytes template = StampedTemplate.of(bytes(4), bytes(4));
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, key.toArray(), template.toArray());
    did(new Mutation(io.ashlar.core.MutationType.SET_VERSIONSTAMPED_VALUE, key, template));
  }

  private void stampKey() {
    Bytes template = keys.stampedKey(random);
    // Own writes and reads come to lie where only the commit knows what is, before and after.
    Bytes within = StampedTemplate.fill(template, new Stamp(NEVER_COMMITTED, random.nextInt(4)));
    written.add(within);
    if (random.nextInt(3) == 0) {
      Bytes earlier = bytes(VALUE_BYTES_MAX);
      transaction.set(within.toArray(), earlier.toArray());
      did(Mutation.set(within, earlier));
    }
    Bytes value = bytes(VALUE_BYTES_MAX);
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, template.toArray(), value.toArray());
    mutations.add(
        new Mutation(io.ashlar.core.MutationType.SET_VERSIONSTAMPED_KEY, template, value));
    after.writeStampedKey(template, readVersion);
  }
}
