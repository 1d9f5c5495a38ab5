package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.simulation.check.Violations;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A store whose keys are tuples, of which the bytes of one may begin those of another where the
 * tuple does not. A scan by a prefix has the tuples that begin with it, and no others. A batch that
 * is refused in the middle has done nothing, in a transaction that goes on.
 */
final class TupleKeys {
  private static final List<Tuple> KEYS =
      List.of(
          Tuple.from("a"),
          Tuple.from("a", null),
          Tuple.from("a", 1),
          Tuple.from("a\0"),
          Tuple.from("a\0b", 1),
          Tuple.from((Object) new byte[] {1}),
          Tuple.from(new byte[] {1}, 2),
          Tuple.from((Object) new byte[] {1, 0, 5}),
          Tuple.from(Tuple.from(1)),
          Tuple.from(Tuple.from(1), 3),
          Tuple.from(Tuple.from(1, null)));

  private static final Tuple TOO_LONG = Tuple.from("k".repeat(10_000));

  private final Subspace place;
  private final KeyValueStore<Tuple, Long> store;
  private final Violations violations;

  TupleKeys(Subspace place, Violations violations) {
    this.place = place;
    this.store =
        new KeyValueStore<>(
            place, Codec.tuples(), Codec.of(Encoding::bigEndian, Encoding::bigEndian));
    this.violations = violations;
  }

  /** Whether a key of the database is one of this. */
  boolean contains(byte[] key) {
    return place.contains(key);
  }

  /** One use in a transaction. */
  CompletableFuture<Void> use(Transaction transaction, SeededRandom random, long value) {
    Tuple one = KEYS.get(random.nextInt(KEYS.size()));
    Tuple other = KEYS.get(random.nextInt(KEYS.size()));
    return switch (random.nextInt(4)) {
      case 0 ->
          store
              .putAll(transaction, Map.of(one, value))
              .thenCompose(done -> look(transaction, other));
      case 1 -> store.delete(transaction, one).thenCompose(done -> look(transaction, other));
      case 2 -> beRefused(transaction, one, other, value);
      default -> look(transaction, one);
    };
  }

  private CompletableFuture<List<Entry<Tuple, Long>>> all(Transaction transaction) {
    return store.scan().page(transaction).thenApply(page -> page.entries());
  }

  private CompletableFuture<Void> look(Transaction transaction, Tuple prefix) {
    return all(transaction)
        .thenCombine(
            store.scanPrefix(prefix).page(transaction),
            (all, page) -> {
              List<Tuple> wanted =
                  all.stream().map(Entry::key).filter(key -> begins(prefix, key)).toList();
              List<Tuple> found = page.entries().stream().map(Entry::key).toList();
              if (!found.equals(wanted)) {
                violations.add("with " + prefix + " begin " + wanted + ", and not " + found);
              }
              return null;
            });
  }

  private static boolean begins(Tuple prefix, Tuple key) {
    int size = prefix.size();
    return key.size() >= size && Tuple.fromList(key.getItems().subList(0, size)).equals(prefix);
  }

  private CompletableFuture<Void> beRefused(
      Transaction transaction, Tuple one, Tuple other, long value) {
    return all(transaction)
        .thenCompose(
            before ->
                store
                    .apply(
                        transaction,
                        store.newBatch().delete(one).put(other, value).put(TOO_LONG, value))
                    .handle((done, thrown) -> expectRefusal(thrown))
                    .thenCompose(refused -> all(transaction))
                    .thenAccept(
                        after -> {
                          if (!after.equals(before)) {
                            violations.add(
                                "a call was refused and left " + after + " of " + before);
                          }
                        }));
  }

  private Void expectRefusal(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      violations.add("a key that is too long was put");
    } else if (!(cause instanceof AshlarException e) || e.code() != ErrorCode.KEY_TOO_LARGE) {
      throw new CompletionException(cause);
    }
    return null;
  }
}
