package io.ashlar.lease;

import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Deadline;
import io.ashlar.layer.Spans;
import io.ashlar.layer.Waiting;
import io.ashlar.layer.Waiting.Tried;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Locks by name that are held for some time of the store's ({@link ReadTransaction#getStoreTime})
 * and end by themselves when the holder is gone. At most one holds a name at any version.
 *
 * <pre>{@code
 * Lease lease = leases.acquire(database, "nightly", "worker 7", ofSeconds(10), ofMinutes(1)).join();
 * if (lease != null) {
 *   database.run(
 *       tx -> {
 *         leases.require(tx, lease).join();
 *         tx.set(result, value); // committed while the lease lasts, or not at all
 *         return null;
 *       });
 *   leases.release(database, lease).join();
 * }
 * }</pre>
 *
 * <p>A holder may be paused at any point and for any time; so to look whether one holds a lease and
 * then to act is not enough. {@link #require} makes it part of the transaction that acts. For what
 * is outside of the database there is {@link Lease#token}. Thread-safe and immutable; in one
 * transaction, though, wait for each call before the next one and before the commit.
 */
public final class Leases {
  /** A watch that is lost is not waited for longer. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(5);

  /** Who is not held by anybody has no holder, and the token of the lease that was last. */
  private record Row(long token, String holder, long expiry) {
    static final Row NOBODY = new Row(0, null, 0);

    static Row decode(byte[] bytes) {
      if (bytes == null) {
        return NOBODY;
      }
      Tuple row = Tuple.fromBytes(bytes);
      return new Row(row.getLong(0), row.getString(1), row.getLong(2));
    }

    byte[] encode() {
      return Tuple.from(token, holder, expiry).pack();
    }

    boolean isHeldAt(long now) {
      return holder != null && now < expiry;
    }

    boolean isOf(Lease lease) {
      return holder != null && token == lease.token();
    }

    Lease lease(String name) {
      return new Lease(name, token, holder, expiry);
    }
  }

  private record Seen(Row row, long now) {
    boolean isHeld() {
      return row.isHeldAt(now);
    }
  }

  private final Subspace place;

  /** Locks on all keys of {@code place}, which nothing else may use. */
  public Leases(Subspace place) {
    this.place = Objects.requireNonNull(place, "the place is null");
  }

  private CompletableFuture<Seen> see(ReadTransaction reads, String name) {
    Objects.requireNonNull(name, "the name is null");
    CompletableFuture<Row> row = reads.get(place.pack(name)).thenApply(Row::decode);
    return reads.getStoreTime().thenCombine(row, (now, found) -> new Seen(found, now));
  }

  private static long millis(Duration time) {
    return Spans.millis(time, "a lease");
  }

  /** Who holds a name, or null. */
  public CompletableFuture<Lease> holder(ReadTransactionContext context, String name) {
    return Calls.read(
        context,
        reads -> see(reads, name).thenApply(seen -> seen.isHeld() ? seen.row().lease(name) : null));
  }

  /**
   * Takes a name that nobody holds; gives null when somebody does, be it the same holder.
   *
   * @param time how long, from the transaction's store time on; at least a millisecond, and more
   *     than 100 years count as 100 years
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<Lease> tryAcquire(
      TransactionContext context, String name, String holder, Duration time) {
    Objects.requireNonNull(holder, "the holder is null");
    long millis = millis(time);
    return Calls.write(
        context,
        transaction ->
            see(transaction, name)
                .thenApply(
                    seen -> seen.isHeld() ? null : take(transaction, name, holder, seen, millis)));
  }

  private Lease take(Transaction transaction, String name, String holder, Seen seen, long millis) {
    Row row = new Row(seen.row().token() + 1, holder, seen.now() + millis);
    transaction.set(place.pack(name), row.encode());
    return row.lease(name);
  }

  /**
   * Takes a name, and waits for it as long as somebody else holds it. Who waits longest need not be
   * next. When the future is cancelled, or ended by a timeout, a lease that it gets nevertheless is
   * released.
   *
   * @param time as with {@link #tryAcquire}
   * @param patience after which it gives null; zero to try once
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<Lease> acquire(
      Database database, String name, String holder, Duration time, Duration patience) {
    Objects.requireNonNull(holder, "the holder is null");
    long millis = millis(time);
    return Waiting.until(
        database.environment(),
        patience,
        () -> Calls.write(database, transaction -> takeOrWatch(transaction, name, holder, millis)),
        lease -> release(database, lease));
  }

  private CompletableFuture<Tried<Lease>> takeOrWatch(
      Transaction transaction, String name, String holder, long millis) {
    return see(transaction, name)
        .thenApply(
            seen -> {
              if (!seen.isHeld()) {
                return Tried.got(take(transaction, name, holder, seen, millis));
              }
              Duration left = Duration.ofMillis(seen.row().expiry() - seen.now());
              return new Tried<>(
                  null,
                  transaction.watch(place.pack(name)),
                  left.compareTo(LOOK_MAX) < 0 ? left : LOOK_MAX);
            });
  }

  /**
   * Holds a lease for longer: until {@code time} from now, but not for shorter than it would have
   * lasted. Gives null when it is over.
   *
   * @param time as with {@link #tryAcquire}
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<Lease> renew(TransactionContext context, Lease lease, Duration time) {
    long millis = millis(time);
    return Calls.write(
        context,
        transaction ->
            see(transaction, lease.name())
                .thenCompose(
                    seen -> {
                      Row row = seen.row();
                      if (!row.isOf(lease) || !seen.isHeld()) {
                        return CompletableFuture.completedFuture(null);
                      }
                      long expiry = Math.max(row.expiry(), seen.now() + millis);
                      Row longer = new Row(row.token(), row.holder(), expiry);
                      transaction.set(place.pack(lease.name()), longer.encode());
                      return Deadline.before(transaction, seen.now(), row.expiry())
                          .thenApply(bounded -> longer.lease(lease.name()));
                    }));
  }

  /**
   * Ends a lease, be it over. Gives false, and does nothing, when it was released before, or when
   * somebody has taken the name since.
   */
  public CompletableFuture<Boolean> release(TransactionContext context, Lease lease) {
    return Calls.write(
        context,
        transaction ->
            see(transaction, lease.name())
                .thenApply(
                    seen -> {
                      boolean isOurs = seen.row().isOf(lease);
                      if (isOurs) {
                        Row free = new Row(lease.token(), null, 0);
                        transaction.set(place.pack(lease.name()), free.encode());
                      }
                      return isOurs;
                    }));
  }

  /**
   * Makes a transaction one of the holder: it is committed while the lease lasts, or not at all.
   * Fails with {@link LeaseLostException} when the lease is over already.
   */
  public CompletableFuture<Void> require(Transaction transaction, Lease lease) {
    return Calls.write(
        transaction,
        same ->
            see(same, lease.name())
                .thenCompose(
                    seen -> {
                      if (!seen.row().isOf(lease) || !seen.isHeld()) {
                        throw new LeaseLostException(lease);
                      }
                      return Deadline.before(same, seen.now(), seen.row().expiry());
                    }));
  }
}
