package io.ashlar.server.shell;

import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.Page;
import io.ashlar.kv.Scan;
import io.ashlar.kv.Sweeper;
import io.ashlar.kv.SweeperOptions;
import io.ashlar.server.Json;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What {@code kv} does: keys of the store in a directory. */
final class KeyValueCommands {
  private static final int SCAN_LIMIT = 25;

  private final DirectoryLayer directories = new DirectoryLayer();
  private final Database database;
  private final Transactions transactions;
  private List<String> path = List.of("kv");

  KeyValueCommands(Database database, Transactions transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  Reply run(KeyValueVerb verb, Arguments arguments)
      throws InterruptedException, ExecutionException {
    return switch (verb) {
      case USE -> use(arguments);
      case GET -> get(arguments.next());
      case PUT -> put(arguments);
      case PUTNEW -> putNew(arguments);
      case DELETE -> delete(arguments.next());
      case CAS -> compareAndSet(arguments);
      case INCR -> add(arguments, 1);
      case DECR -> add(arguments, -1);
      case COUNTER -> counter(arguments.next());
      case TTL -> timeToLive(arguments.next());
      case EXPIRE -> expire(arguments.next(), arguments.time());
      case PERSIST -> expire(arguments.next(), KeyValueStore.FOREVER);
      case SCAN -> scan(arguments);
      case MGET -> getAll(arguments);
      case MPUT -> putAll(arguments);
      case SWEEP -> sweep();
    };
  }

  private String place() {
    return String.join("/", path);
  }

  private Reply use(Arguments arguments) {
    if (arguments.left() > 0) {
      path = Arguments.path(arguments.next());
    }
    return Reply.ok(Json.object().put("store", place()), "Key-value store " + place());
  }

  /** A part of a transaction on the store. */
  private interface Part<C, T> {
    CompletableFuture<T> of(C context, KeyValueStore<byte[], byte[]> store);
  }

  /**
   * The store in a directory. What is a table is no store: a key of one would be a row of the other
   * that nobody can read.
   */
  private CompletableFuture<KeyValueStore<byte[], byte[]>> storeIn(
      ReadTransaction reads, DirectorySubspace directory) {
    if (directory.isPartition()) {
      throw new RefusedException(
          "the directory " + place() + " is a partition, which has no keys: name one in it");
    }
    return TableCommands.tableIn(reads, directory)
        .thenApply(
            table -> {
              if (table != null) {
                throw new RefusedException(
                    "the directory " + place() + " has a table: see `table'");
              }
              return new KeyValueStore<>(directory.subspace(), Codec.bytes(), Codec.bytes());
            });
  }

  /** Reads from the store; gives {@code nothing} when there is no such directory yet. */
  private <T> T read(T nothing, Part<ReadTransaction, T> part)
      throws InterruptedException, ExecutionException {
    return transactions.read(
        reads ->
            directories
                .exists(reads, path)
                .thenCompose(
                    there ->
                        there
                            ? directories
                                .open(reads, path)
                                .thenCompose(directory -> storeIn(reads, directory))
                                .thenCompose(store -> part.of(reads, store))
                            : CompletableFuture.completedFuture(nothing)));
  }

  /** Changes the store, whose directory is made where there is none. */
  private <T> T change(Part<Transaction, T> part) throws InterruptedException, ExecutionException {
    return transactions.change(
        transaction ->
            directories
                .createOrOpen(transaction, path)
                .thenCompose(directory -> storeIn(transaction, directory))
                .thenCompose(store -> part.of(transaction, store)));
  }

  private static Json json(Bytes key) {
    return Json.object().put("key", key.toString());
  }

  private static Reply told(Json json, Bytes key, byte[] value) {
    json.put("found", value != null);
    if (value == null) {
      return Reply.ok(json, notFound(key));
    }
    Bytes shown = Bytes.wrap(value);
    return Reply.ok(json.put("value", shown.toString()), "`" + key + "' is `" + shown + "'");
  }

  private static String notFound(Bytes key) {
    return "`" + key + "': not found";
  }

  private Reply get(Bytes key) throws InterruptedException, ExecutionException {
    return told(json(key), key, read(null, (reads, store) -> store.get(reads, key.toArray())));
  }

  private static Duration timeOrEver(Arguments arguments) {
    return arguments.left() > 0 ? arguments.time() : KeyValueStore.FOREVER;
  }

  private Reply put(Arguments arguments) throws InterruptedException, ExecutionException {
    Bytes key = arguments.next();
    byte[] value = arguments.next().toArray();
    Duration time = timeOrEver(arguments);
    long version =
        change((transaction, store) -> store.put(transaction, key.toArray(), value, time));
    return Reply.ok(json(key).put("version", Long.toString(version)), "`" + key + "' is set");
  }

  private Reply putNew(Arguments arguments) throws InterruptedException, ExecutionException {
    Bytes key = arguments.next();
    byte[] value = arguments.next().toArray();
    Duration time = timeOrEver(arguments);
    byte[] there =
        change((transaction, store) -> store.putIfAbsent(transaction, key.toArray(), value, time));
    Json json = json(key).put("set", there == null);
    if (there == null) {
      return Reply.ok(json, "`" + key + "' is set");
    }
    Bytes shown = Bytes.wrap(there);
    return Reply.ok(
        json.put("value", shown.toString()), "`" + key + "' is `" + shown + "' already: not set");
  }

  private Reply delete(Bytes key) throws InterruptedException, ExecutionException {
    boolean was = change((transaction, store) -> store.deleteIfPresent(transaction, key.toArray()));
    return Reply.ok(json(key).put("found", was), was ? "`" + key + "' is removed" : notFound(key));
  }

  private Reply compareAndSet(Arguments arguments) throws InterruptedException, ExecutionException {
    Bytes key = arguments.next();
    byte[] old = arguments.next().toArray();
    byte[] value = arguments.next().toArray();
    boolean done =
        change((transaction, store) -> store.compareAndSet(transaction, key.toArray(), old, value));
    return Reply.ok(
        json(key).put("set", done),
        done ? "`" + key + "' is set" : "`" + key + "' is not `" + Bytes.wrap(old) + "': not set");
  }

  private Reply add(Arguments arguments, int sign) throws InterruptedException, ExecutionException {
    Bytes key = arguments.next();
    long by = arguments.left() > 0 ? arguments.number() : 1;
    if (by == Long.MIN_VALUE) {
      throw new RefusedException("`" + by + "' is too much at once");
    }
    long sum =
        change((transaction, store) -> store.increment(transaction, key.toArray(), sign * by));
    return Reply.ok(json(key).put("counter", sum), "`" + key + "' is " + sum);
  }

  private Reply counter(Bytes key) throws InterruptedException, ExecutionException {
    long count = read(0L, (reads, store) -> store.getCounter(reads, key.toArray()));
    return Reply.ok(json(key).put("counter", count), "`" + key + "' is " + count);
  }

  private Reply timeToLive(Bytes key) throws InterruptedException, ExecutionException {
    Duration left = read(null, (reads, store) -> store.ttl(reads, key.toArray()));
    Json json = json(key).put("found", left != null);
    if (left == null) {
      return Reply.ok(json, notFound(key));
    }
    return lasting(json, key, left);
  }

  /** How long a key will be there: the same words and fields whoever asks. */
  private static Reply lasting(Json json, Bytes key, Duration left) {
    boolean forEver = left.equals(KeyValueStore.FOREVER);
    json.put("expires", !forEver);
    return forEver
        ? Reply.ok(json, "`" + key + "' is there for ever")
        : Reply.ok(
            json.put("millis", left.toMillis()),
            "`" + key + "' expires in " + Arguments.time(left));
  }

  private Reply expire(Bytes key, Duration time) throws InterruptedException, ExecutionException {
    boolean was = change((transaction, store) -> store.expire(transaction, key.toArray(), time));
    Json json = json(key).put("found", was);
    return was ? lasting(json, key, time) : Reply.ok(json, notFound(key));
  }

  private Reply scan(Arguments arguments) throws InterruptedException, ExecutionException {
    byte[] prefix = arguments.left() > 0 ? prefix(arguments) : new byte[0];
    boolean hasLimit = arguments.left() > 0 && !isKeyword(arguments.peek());
    int rows = hasLimit ? arguments.limit() : SCAN_LIMIT;
    boolean backwards = arguments.take("reverse");
    Bytes after = null;
    if (arguments.take("after")) {
      arguments.need("after");
      after = arguments.next();
    }
    arguments.end();
    Tuple which = Tuple.from("kv", place(), prefix, backwards);
    byte[] from = PageToken.continuation(after, which);
    Page<byte[], byte[]> page =
        read(
            new Page<>(List.of(), null),
            (reads, store) -> {
              Scan<byte[], byte[]> scan = store.scanPrefix(prefix).limit(rows);
              return (backwards ? scan.reversed() : scan).page(reads, from);
            });
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    for (Entry<byte[], byte[]> entry : page.entries()) {
      Bytes key = Bytes.wrap(entry.key());
      Bytes value = Bytes.wrap(entry.value());
      lines.add("`" + key + "' is `" + value + "'");
      Json row = json(key).put("value", value.toString());
      entry.expiresAtMillis().ifPresent(millis -> row.put("expiresAtMillis", millis));
      shown.add(row);
    }
    String more = PageToken.of(page.continuation(), which);
    lines.add(Reply.page(page.entries().size(), "key", more));
    return Reply.ok(Reply.page(shown, more), lines);
  }

  private static boolean isKeyword(Bytes word) {
    return word.utf8().equals("reverse") || word.utf8().equals("after");
  }

  /**
   * The first word of a scan is a prefix, whatever it is. One that looks like what may come behind
   * it is none that somebody meant, unless something comes behind it.
   */
  private static byte[] prefix(Arguments arguments) {
    Bytes word = arguments.next();
    boolean isMeant = arguments.left() > 0 && !word.utf8().equals("after");
    if (isKeyword(word) && !isMeant) {
      throw new RefusedException(
          "`"
              + word
              + "' stands where the prefix does: `kv scan \"\" "
              + word
              + "' is of all keys, `kv scan "
              + word
              + " 25' of those that start so");
    }
    return word.toArray();
  }

  private Reply getAll(Arguments arguments) throws InterruptedException, ExecutionException {
    List<Bytes> keys = new ArrayList<>();
    while (arguments.left() > 0) {
      keys.add(arguments.next());
    }
    List<byte[]> raw = keys.stream().map(Bytes::toArray).toList();
    List<byte[]> found =
        read(Collections.nCopies(raw.size(), null), (reads, store) -> store.getAll(reads, raw));
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Reply one = told(json(keys.get(i)), keys.get(i), found.get(i));
      lines.addAll(one.lines());
      shown.add(one.json());
    }
    return Reply.ok(Json.object().put("rows", shown), lines);
  }

  private Reply putAll(Arguments arguments) throws InterruptedException, ExecutionException {
    Map<byte[], byte[]> several = new LinkedHashMap<>();
    while (arguments.left() > 1) {
      several.put(arguments.next().toArray(), arguments.next().toArray());
    }
    if (arguments.left() > 0) {
      throw new RefusedException("`" + arguments.next() + "' has no value");
    }
    change((transaction, store) -> store.putAll(transaction, several));
    return Reply.ok(
        Json.object().put("keys", several.size()),
        several.size() == 1 ? "1 key is set" : several.size() + " keys are set");
  }

  /** In transactions of its own: what is swept nobody sees, so it belongs to no other. */
  private Reply sweep() throws InterruptedException, ExecutionException {
    KeyValueStore<byte[], byte[]> store =
        change((transaction, one) -> CompletableFuture.completedFuture(one));
    try (Sweeper sweeper = store.newSweeper(database, SweeperOptions.defaults())) {
      while (!sweeper.sweepOnce().get().lag().isZero()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException();
        }
      }
      return Reply.ok(
          Json.object().put("removed", sweeper.removed()),
          "removed "
              + Reply.count(sweeper.removed(), "key")
              + " that had expired more than "
              + Arguments.time(Sweeper.GRACE)
              + " ago");
    }
  }
}
