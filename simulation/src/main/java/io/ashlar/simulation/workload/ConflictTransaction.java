package io.ashlar.simulation.workload;

import io.ashlar.client.KeySelector;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ConflictRecord;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.StampedTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One transaction that reads and writes in all the ways there are, and notes of each which keys may
 * make it fail, and others because of it: from what the calls are documented to do.
 */
final class ConflictTransaction {
  private static final int ROWS_MAX = 4;
  private static final int UNAWAITED_PER_MILLION = 200_000;

  /** The stamp in a key is any between these two as long as it is not known. */
  private static final Stamp LOWEST = new Stamp(0, 0);

  private static final Stamp HIGHEST = new Stamp(-1, 0xffff);

  private final long id;
  private final ConflictKeys keys;
  private final SeededRandom random;
  private final boolean marked;
  private final List<KeyRange> mustReads = new ArrayList<>();
  private final List<KeyRange> mayReads = new ArrayList<>();
  private final List<KeyRange> writes = new ArrayList<>();
  private final List<Bytes> stampedKeys = new ArrayList<>();
  private long committingAt = Long.MAX_VALUE;
  private long endedAt = Long.MAX_VALUE;
  private long readVersion = -1;
  private Outcome outcome = Outcome.OPEN;
  private ErrorCode error;
  private Stamp stamp;
  private CompletableFuture<Void> unawaited = CompletableFuture.completedFuture(null);

  ConflictTransaction(long id, ConflictKeys keys, SeededRandom random) {
    this.id = id;
    this.keys = keys;
    this.random = random;
    this.marked = !random.chance(80_000);
  }

  void setReadVersion(long version) {
    readVersion = version;
  }

  void committing(long moment) {
    committingAt = moment;
  }

  void end(long moment, Attempt attempt) {
    outcome = attempt.outcome();
    stamp = attempt.stamp();
    error = attempt.error();
    if (outcome != Outcome.OPEN) {
      endedAt = moment;
    }
  }

  /**
   * @param marker the stamp that the final data tell of, or null
   */
  ConflictRecord toRecord(Stamp marker) {
    Stamp place = stamp == null ? marker : stamp;
    List<KeyRange> all = new ArrayList<>(writes);
    for (Bytes template : stampedKeys) {
      Bytes least = StampedTemplate.fill(template, place == null ? LOWEST : place);
      Bytes most = StampedTemplate.fill(template, place == null ? HIGHEST : place);
      all.add(new KeyRange(least, Keys.after(most)));
    }
    return new ConflictRecord(
        id,
        committingAt,
        endedAt,
        readVersion,
        mustReads,
        mayReads,
        all,
        marked,
        outcome,
        error == ErrorCode.NOT_COMMITTED,
        stamp);
  }

  private void noteRead(Bytes begin, Bytes end) {
    noteRead(new KeyRange(begin, end), true);
  }

  private void noteRead(KeyRange range, boolean must) {
    mayReads.add(range);
    if (must) {
      mustReads.add(range);
    }
  }

  // Reads

  /** Reads in one drawn way. */
  CompletableFuture<?> read(Transaction transaction) {
    boolean snapshot = random.chance(200_000);
    ReadTransaction reader = snapshot ? transaction.snapshot() : transaction;
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        return declare(transaction, reader);
      }
      case 2, 3 -> {
        return get(reader);
      }
      case 4 -> {
        return getKey(reader);
      }
      case 5 -> {
        return getRangeBySelectors(transaction, reader);
      }
      default -> {
        return getRange(reader);
      }
    }
  }

  /**
   * At times begins a read, which may still be under way when the commit is called, or does not.
   */
  boolean readUnawaited(Transaction transaction) {
    if (!random.chance(UNAWAITED_PER_MILLION)) {
      return false;
    }
    CompletableFuture<?> read =
        switch (random.nextInt(4)) {
          case 0 -> get(transaction);
          case 1 -> getKey(transaction);
          default -> getRange(transaction);
        };
    unawaited = read.handle((rows, thrown) -> ended(thrown));
    return true;
  }

  /**
   * The pages of a range that come after the commit was called are refused, and those before count.
   * Other failures are those that may end the transaction too.
   */
  private Void ended(Throwable thrown) {
    if (thrown != null) {
      ErrorCode code = Attempt.code(thrown);
      boolean isExpected =
          code == ErrorCode.USED_DURING_COMMIT
              || code == ErrorCode.TRANSACTION_CANCELLED
              || code == ErrorCode.TRANSACTION_TIMED_OUT
              || code.isRetryable();
      if (!isExpected) {
        throw new CompletionException(thrown);
      }
      noteRead(new KeyRange(Bytes.EMPTY, Bytes.of(keys.space().end())), false);
    }
    return null;
  }

  /** Completes when also the read has ended that was not waited for. */
  CompletableFuture<Void> whenRead() {
    return unawaited;
  }

  private static CompletableFuture<?> done() {
    return CompletableFuture.completedFuture(null);
  }

  /** Says that something was read, without reading. */
  private CompletableFuture<?> declare(Transaction transaction, ReadTransaction reader) {
    KeyRange range = random.nextBoolean() ? keys.range(random) : KeyRange.ofKey(keys.key(random));
    boolean single = range.end().equals(Keys.after(range.begin())) && random.nextBoolean();
    byte[] begin = range.begin().toArray();
    byte[] end = range.end().toArray();
    if (random.nextBoolean()) {
      boolean added =
          single
              ? reader.addReadConflictKeyIfNotSnapshot(begin)
              : reader.addReadConflictRangeIfNotSnapshot(begin, end);
      if (added) {
        noteRead(range, true);
      }
      return done();
    }
    if (single) {
      transaction.addReadConflictKey(begin);
    } else {
      transaction.addReadConflictRange(begin, end);
    }
    noteRead(range, true);
    return done();
  }

  private CompletableFuture<?> get(ReadTransaction reader) {
    Bytes key = keys.key(random);
    if (!reader.isSnapshot()) {
      noteRead(KeyRange.ofKey(key), true);
    }
    if (random.chance(300_000)) {
      Bytes other = keys.key(random);
      if (!reader.isSnapshot()) {
        noteRead(KeyRange.ofKey(other), true);
      }
      return reader.getMany(List.of(key.toArray(), other.toArray(), key.toArray()));
    }
    return reader.get(key.toArray());
  }

  private KeySelector selector() {
    int offset = random.nextInt(2 * ConflictKeys.OFFSET_MAX + 1) - ConflictKeys.OFFSET_MAX;
    return new KeySelector(keys.key(random).toArray(), random.nextBoolean(), offset);
  }

  /** Where the selector begins to count. */
  private static Bytes origin(KeySelector selector) {
    Bytes key = Bytes.wrap(selector.getKey());
    return selector.orEqual() ? Keys.after(key) : key;
  }

  /** What a selector looks at on its way to the key it finds. */
  private static KeyRange wayTo(KeySelector selector, Bytes found) {
    return selector.getOffset() > 0
        ? new KeyRange(origin(selector), Keys.after(found))
        : new KeyRange(found, origin(selector));
  }

  private CompletableFuture<?> getKey(ReadTransaction reader) {
    KeySelector selector = selector();
    return reader
        .getKey(selector)
        .thenAccept(
            found -> {
              if (!reader.isSnapshot()) {
                noteRead(wayTo(selector, Bytes.wrap(found)), true);
              }
            });
  }

  private StreamingMode mode(int limit) {
    StreamingMode[] modes = StreamingMode.values();
    StreamingMode mode = modes[random.nextInt(modes.length)];
    return mode == StreamingMode.EXACT && limit == 0 ? StreamingMode.WANT_ALL : mode;
  }

  private int limit() {
    return random.nextBoolean() ? 0 : 1 + random.nextInt(ROWS_MAX);
  }

  private CompletableFuture<?> getRange(ReadTransaction reader) {
    KeyRange range = keys.range(random);
    int limit = limit();
    boolean reverse = random.nextBoolean();
    return reader
        .getRange(range.begin().toArray(), range.end().toArray(), limit, reverse, mode(limit))
        .asList()
        .thenAccept(
            rows -> {
              if (!reader.isSnapshot()) {
                noteRows(range.begin(), range.end(), rows, limit, reverse);
              }
            });
  }

  /** What a range read looks at: all of the range, or as far as the last row of its limit. */
  private void noteRows(Bytes begin, Bytes end, List<KeyValue> rows, int limit, boolean reverse) {
    if (limit == 0 || rows.size() < limit) {
      noteRead(begin, end);
      return;
    }
    Bytes last = Bytes.wrap(rows.get(rows.size() - 1).getKey());
    noteRead(reverse ? last : begin, reverse ? end : Keys.after(last));
  }

  private CompletableFuture<?> getRangeBySelectors(
      Transaction transaction, ReadTransaction reader) {
    KeySelector begin = selector();
    KeySelector end = selector();
    int limit = limit();
    boolean reverse = random.nextBoolean();
    StreamingMode mode = mode(limit);
    return place(transaction, begin)
        .thenCombine(
            place(transaction, end),
            (from, to) ->
                reader
                    .getRange(begin, end, limit, reverse, mode)
                    .asList()
                    .thenAccept(
                        rows -> {
                          if (!reader.isSnapshot()) {
                            noteSelected(begin, from, end, to, rows, limit, reverse);
                          }
                        }))
        .thenCompose(read -> read);
  }

  /** Where a range that begins or ends at the selector does so, found out without a conflict. */
  private static CompletableFuture<Bytes> place(Transaction transaction, KeySelector selector) {
    return selector.getOffset() == 1
        ? CompletableFuture.completedFuture(origin(selector))
        : transaction.snapshot().getKey(selector).thenApply(Bytes::wrap);
  }

  private void noteSelected(
      KeySelector begin,
      Bytes from,
      KeySelector end,
      Bytes to,
      List<KeyValue> rows,
      int limit,
      boolean reverse) {
    boolean neverAnything =
        begin.getOffset() >= end.getOffset() && origin(begin).compareTo(origin(end)) >= 0;
    if (neverAnything) {
      return;
    }
    noteRows(from, to, rows, limit, reverse);
    // A read that its limit ended need not depend on where its far end is.
    boolean must = limit == 0 || rows.size() < limit;
    if (begin.getOffset() != 1) {
      noteRead(wayTo(begin, from), must);
    }
    if (end.getOffset() != 1) {
      noteRead(wayTo(end, to), must);
    }
  }

  // Writes

  /** Leaves its stamp in the data, so that its outcome can be told at the end. */
  void mark(Transaction transaction) {
    if (marked) {
      byte[] key = keys.marker(id);
      transaction.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, key, Encoding.stampedValue());
      writes.add(KeyRange.ofKey(Bytes.wrap(key)));
    }
  }

  /** Writes in one drawn way. One without a marker changes nothing, and only says it does. */
  void write(Transaction transaction) {
    switch (marked ? random.nextInt(9) : random.nextInt(2)) {
      case 0 -> {
        KeyRange range = keys.range(random);
        transaction.addWriteConflictRange(range.begin().toArray(), range.end().toArray());
        writes.add(range);
      }
      case 1 -> {
        Bytes key = keys.key(random);
        transaction.addWriteConflictKey(key.toArray());
        writes.add(KeyRange.ofKey(key));
      }
      case 2 -> clear(transaction, narrow());
      case 3 -> clear(transaction, KeyRange.ofKey(keys.key(random)));
      case 4 -> {
        Bytes key = keys.key(random);
        transaction.mutate(MutationType.ADD, key.toArray(), Encoding.littleEndian(id));
        writes.add(KeyRange.ofKey(key));
      }
      case 5 -> {
        // Invisible to others: it must not make them fail.
        transaction.options().setNextWriteNoWriteConflictRange();
        transaction.set(keys.key(random).toArray(), Encoding.bigEndian(id));
      }
      case 6 -> {
        Bytes template = StampedTemplate.of(keys.key(random), Bytes.EMPTY);
        transaction.mutate(
            MutationType.SET_VERSIONSTAMPED_KEY, template.toArray(), Encoding.bigEndian(id));
        stampedKeys.add(template);
      }
      default -> {
        Bytes key = keys.key(random);
        transaction.set(key.toArray(), Encoding.bigEndian(id));
        writes.add(KeyRange.ofKey(key));
      }
    }
  }

  /** A range whose rows may be lost: none of the guards. */
  private KeyRange narrow() {
    Bytes key = keys.key(random);
    return random.nextBoolean()
        ? KeyRange.ofPrefix(key)
        : new KeyRange(key, random.nextBoolean() ? key : Keys.afterPrefix(key));
  }

  private void clear(Transaction transaction, KeyRange range) {
    if (range.end().equals(Keys.after(range.begin()))) {
      transaction.clear(range.begin().toArray());
    } else {
      transaction.clear(range.begin().toArray(), range.end().toArray());
    }
    writes.add(range);
  }
}
