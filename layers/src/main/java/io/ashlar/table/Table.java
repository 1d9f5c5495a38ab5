package io.ashlar.table;

import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Limits;
import io.ashlar.layer.Calls;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Rows with a primary key, and indexes that agree with them at every version. Thread-safe.
 *
 * <pre>{@code
 * Table<Long, City> cities =
 *     new Table<>(place, PrimaryKey.longs(), City::id, RecordCodec.of(City.class),
 *         List.of(Index.on("by-country", City::country, City::population)));
 * cities.create(database).join();
 * cities.put(database, new City(7, "Vienna", "AT", 2_000_000)).join();
 * List<City> largest =
 *     cities.query("by-country").equalTo("AT").reversed().limit(3).page(database).join().found();
 * }</pre>
 *
 * <p>Each call is one transaction, repeated by itself, when it is given a database; given a
 * transaction it is a part of that, and strictly serializable with all else: wait for each call
 * before the next one and before the commit. Two that write at once do not see each other, and
 * could give the same value of a unique index to two rows.
 *
 * <p><b>Processes of different age.</b> What the table has is kept with it, and read by every call.
 * Someone who writes and does not declare an index that the table has is refused ({@code
 * INCOMPATIBLE}), as is someone whose rows lack a component that the table has, or have one more
 * than the table, or one that holds less or more, such as a number of fewer bits: so nobody can
 * spoil or lose what he does not know. Who is refused can still read. An index that is declared,
 * and that the table does not have yet, is not used until {@link #create} adds it and, if there are
 * rows already, an {@link IndexBuild} has gone through them.
 *
 * <p>The rows, and the values and key of each entry, keep to the limits of keys and values: 10,000
 * and 100,000 bytes, less what the place and the encoding take; what does not is refused before
 * anything is written.
 *
 * <p>Rows, keys and values are encoded at once. So nulls are {@link NullPointerException}s at once,
 * and what the codec or the primary key does not encode is what that throws, such as an {@link
 * IllegalArgumentException}. Unless a method says otherwise, other errors arrive in the future:
 * those of the database, and {@link TableException}.
 */
public final class Table<K, V> {
  private static final byte[] NOTHING = new byte[0];

  private final Layout layout;
  private final PrimaryKey<K> primaryKey;
  private final Function<? super V, K> keyOf;
  private final RowCodec<V> codec;
  private final boolean isWritable;
  private final SortedMap<String, Index<V>> declared = new TreeMap<>();
  private final SchemaCache cache = new SchemaCache();
  private final AtomicReference<Kept<V>> lastKept = new AtomicReference<>();

  /** What a writer has to keep of a schema that does not refuse him. */
  private record Kept<V>(TableSchema schema, List<Entries<V>> entries) {}

  /**
   * A table on all keys of {@code place}, which nothing else may use.
   *
   * @param keyOf the primary key of a row
   * @param indexes as this program knows them
   */
  public Table(
      Subspace place,
      PrimaryKey<K> primaryKey,
      Function<? super V, K> keyOf,
      RowCodec<V> codec,
      List<Index<V>> indexes) {
    this(place, primaryKey, keyOf, codec, indexes, true);
  }

  /**
   * @param isWritable false where nobody knows what rows have in indexes, so that none is written
   */
  Table(
      Subspace place,
      PrimaryKey<K> primaryKey,
      Function<? super V, K> keyOf,
      RowCodec<V> codec,
      List<Index<V>> indexes,
      boolean isWritable) {
    this.isWritable = isWritable;
    this.layout = new Layout(place);
    this.primaryKey = Objects.requireNonNull(primaryKey, "the primary key is null");
    this.keyOf = Objects.requireNonNull(keyOf, "the function to the primary key is null");
    this.codec = Objects.requireNonNull(codec, "the codec is null");
    for (Index<V> index : indexes) {
      if (declared.put(index.name(), index) != null) {
        throw new IllegalArgumentException("two indexes are called " + index.name());
      }
    }
  }

  Layout layout() {
    return layout;
  }

  Tuple keyTuple(K key) {
    return primaryKey.encode(key);
  }

  K key(Tuple columns) {
    return primaryKey.decode(columns);
  }

  V decode(byte[] row) {
    if (row == null) {
      return null;
    }
    try {
      return codec.decode(row);
    } catch (IllegalArgumentException e) {
      throw new TableException(Reason.CORRUPT, "a row is none of this table: " + e.getMessage());
    }
  }

  /** As {@link #decode(byte[])}; the message says which row it is. */
  V decode(Tuple key, byte[] row) {
    try {
      return decode(row);
    } catch (TableException e) {
      if (e.reason() != Reason.CORRUPT) {
        throw e;
      }
      throw new TableException(Reason.CORRUPT, "the key " + key + ": " + e.getMessage());
    }
  }

  // What the table has.

  /**
   * Makes the table, or adds to one that is there the components and indexes that are declared and
   * that it does not have yet, and lets components hold more if they do so here. An index that is
   * added is readable at once if there are no rows. One that was dropped stays so. Repeatable.
   *
   * @return the names of declared indexes that are still to be built
   */
  public CompletableFuture<List<String>> create(TransactionContext context) {
    return Calls.write(
        context,
        transaction -> {
          CompletableFuture<byte[]> stored = transaction.get(layout.schemaKey());
          return hasRows(transaction)
              .thenCombine(stored, (rows, bytes) -> created(transaction, bytes, rows));
        });
  }

  private CompletableFuture<Boolean> hasRows(Transaction transaction) {
    return transaction
        .getRange(Layout.all(layout.rows()), 1)
        .asList()
        .thenApply(rows -> !rows.isEmpty());
  }

  private List<String> created(Transaction transaction, byte[] bytes, boolean hasRows) {
    TableSchema schema;
    if (bytes == null) {
      if (hasRows) {
        throw new TableException(Reason.CORRUPT, "there are rows, but no table");
      }
      schema =
          new TableSchema(
              codec.name(),
              Kinds.none(primaryKey.columns()),
              codec.components(),
              new TreeMap<>(),
              0);
    } else {
      schema = TableSchema.decode(bytes);
      SchemaCheck.reader(schema, codec, primaryKey.columns());
      SchemaCheck.knowsComponents(schema, codec);
      SortedMap<String, String> components = new TreeMap<>(schema.components());
      components.putAll(codec.components());
      schema = schema.withComponents(components);
    }
    for (Index<V> index : declared.values()) {
      TableSchema.Stored stored = schema.indexes().get(index.name());
      if (stored == null) {
        IndexState state = hasRows ? IndexState.BUILDING : IndexState.READABLE;
        schema = schema.with(index.name(), state, index.shape());
      }
    }
    SchemaCheck.indexes(schema, declared);
    byte[] changed = schema.encode();
    if (!Arrays.equals(bytes, changed)) {
      transaction.set(layout.schemaKey(), changed);
    }
    List<String> building = new ArrayList<>();
    schema
        .indexes()
        .forEach(
            (name, stored) -> {
              if (stored.state() == IndexState.BUILDING) {
                building.add(name);
              }
            });
    return List.copyOf(building);
  }

  /** The indexes that the table has, and what they are good for. */
  public CompletableFuture<SortedMap<String, IndexState>> states(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads ->
            schema(reads)
                .thenApply(
                    schema -> {
                      SortedMap<String, IndexState> states = new TreeMap<>();
                      schema.indexes().forEach((name, one) -> states.put(name, one.state()));
                      return states;
                    }));
  }

  /**
   * Removes an index with all its entries. Nobody keeps it from then on, also where it is still
   * declared.
   */
  public CompletableFuture<Void> dropIndex(TransactionContext context, String name) {
    Objects.requireNonNull(name, "the name is null");
    return Calls.write(
        context,
        transaction ->
            schema(transaction)
                .thenAccept(
                    schema -> {
                      TableSchema.Stored stored = stored(schema, name);
                      if (stored.state() != IndexState.DROPPED) {
                        transaction.set(
                            layout.schemaKey(),
                            schema.with(name, IndexState.DROPPED, stored.shape()).encode());
                        transaction.clear(Layout.all(layout.entries(stored.id())));
                        transaction.clear(layout.buildKey(stored.id()));
                      }
                    }));
  }

  /**
   * Adds a declared index again that was dropped, perhaps as another one than it was.
   *
   * @return what it is then: to be built, or readable if there are no rows
   * @throws TableException {@code NO_INDEX} when none is declared with this name
   */
  public CompletableFuture<IndexState> addIndex(TransactionContext context, String name) {
    Index<V> index = declared(name);
    return Calls.write(
        context,
        transaction ->
            hasRows(transaction)
                .thenCombine(
                    schema(transaction),
                    (rows, schema) -> {
                      TableSchema.Stored stored = schema.indexes().get(name);
                      if (stored != null && stored.state() != IndexState.DROPPED) {
                        SchemaCheck.indexes(schema, declared);
                        return stored.state();
                      }
                      IndexState state = rows ? IndexState.BUILDING : IndexState.READABLE;
                      transaction.set(
                          layout.schemaKey(), schema.with(name, state, index.shape()).encode());
                      return state;
                    }));
  }

  /**
   * Goes through the rows that were there before an index was added.
   *
   * @throws TableException {@code NO_INDEX} when none is declared with this name
   */
  public IndexBuild<K, V> newIndexBuild(Database database, String name, PassOptions options) {
    return new IndexBuild<>(database, this, declared(name), options);
  }

  /** Looks whether indexes and rows agree. */
  public Scrub<K, V> newScrub(Database database, boolean repairs, PassOptions options) {
    return new Scrub<>(database, this, repairs, options);
  }

  private Index<V> declared(String name) {
    Index<V> index = declared.get(Objects.requireNonNull(name, "the name is null"));
    if (index == null) {
      throw new TableException(Reason.NO_INDEX, "no index is declared as " + name);
    }
    return index;
  }

  static TableSchema.Stored stored(TableSchema schema, String name) {
    TableSchema.Stored stored = schema.indexes().get(name);
    if (stored == null) {
      throw new TableException(
          Reason.NO_INDEX,
          "the table has no index " + name + ", only " + schema.indexes().keySet());
    }
    return stored;
  }

  /** What the table has, which agrees with what is declared here. */
  CompletableFuture<TableSchema> schema(ReadTransaction reads) {
    return reads
        .get(layout.schemaKey())
        .thenApply(
            bytes -> {
              if (bytes == null) {
                throw new TableException(Reason.NO_TABLE, "nobody has created the table");
              }
              return cache.of(
                  bytes, schema -> SchemaCheck.reader(schema, codec, primaryKey.columns()));
            });
  }

  /** The indexes that whoever changes a row has to keep; refuses who may not write. */
  List<Entries<V>> kept(TableSchema schema) {
    if (!isWritable) {
      throw new UnsupportedOperationException(
          "rows are written and scrubbed by the program that declares the table");
    }
    Kept<V> last = lastKept.get();
    if (last != null && last.schema() == schema) {
      return last.entries();
    }
    SchemaCheck.writer(schema, codec, declared);
    List<Entries<V>> kept = new ArrayList<>();
    schema
        .indexes()
        .forEach(
            (name, stored) -> {
              if (stored.state() != IndexState.DROPPED) {
                kept.add(new Entries<>(layout, declared.get(name), stored));
              }
            });
    lastKept.set(new Kept<>(schema, List.copyOf(kept)));
    return kept;
  }

  /** An index that may be read. */
  Entries<V> readable(TableSchema schema, String name) {
    TableSchema.Stored stored = stored(schema, name);
    if (stored.state() != IndexState.READABLE) {
      throw new TableException(
          Reason.INDEX_NOT_READABLE,
          "the index " + name + " is " + stored.state().name().toLowerCase(Locale.ROOT));
    }
    SchemaCheck.index(name, stored, declared.get(name));
    return new Entries<>(layout, declared.get(name), stored);
  }

  // Rows.

  /**
   * Sets a row, whatever was there with its primary key; gives that, or null. {@code NOT_UNIQUE}
   * when another row has the same values in a unique index.
   */
  public CompletableFuture<V> put(TransactionContext context, V row) {
    return set(context, row, true);
  }

  /** Sets a row that is not there yet: {@code ALREADY_THERE} else. */
  public CompletableFuture<Void> insert(TransactionContext context, V row) {
    return set(context, row, false).thenApply(before -> null);
  }

  /**
   * Sets several rows, all or none, as {@link #put} does; they may pass what is unique on among
   * each other. Faster than one after the other: their reads go out together.
   *
   * @return what was there with their primary keys, in their order
   * @throws IllegalArgumentException when two have the same primary key
   */
  public CompletableFuture<List<V>> putAll(TransactionContext context, List<V> rows) {
    return change(context, rows.stream().map(this::toSet).toList(), true);
  }

  private CompletableFuture<V> set(TransactionContext context, V row, boolean mayBeThere) {
    return change(context, List.of(toSet(row)), mayBeThere).thenApply(before -> before.get(0));
  }

  /** Removes a row; gives what was there, or null. */
  public CompletableFuture<V> delete(TransactionContext context, K key) {
    return deleteAll(context, List.of(key)).thenApply(before -> before.get(0));
  }

  /**
   * Removes several rows, all or none.
   *
   * @return what was there, in the order of the keys, null where nothing was
   * @throws IllegalArgumentException when two keys are equal
   */
  public CompletableFuture<List<V>> deleteAll(TransactionContext context, List<K> keys) {
    List<RowChange<V>> changes = new ArrayList<>(keys.size());
    for (K key : keys) {
      Tuple tuple = primaryKey.encode(key);
      changes.add(new RowChange<>(tuple, layout.rowKey(tuple), null, null));
    }
    return change(context, changes, true);
  }

  private RowChange<V> toSet(V row) {
    Tuple key = primaryKey.encode(keyOf.apply(Objects.requireNonNull(row, "the row is null")));
    // Its array may be a part of the row, which is the caller's, and may change before it is
    // written.
    byte[] content = codec.encode(row).clone();
    // What indexes see is what everyone will see who reads the row.
    return new RowChange<>(key, layout.rowKey(key), content, codec.decode(content.clone()));
  }

  /**
   * What is to become of a row.
   *
   * @param content null to remove it
   */
  private record RowChange<V>(Tuple key, byte[] rowKey, byte[] content, V after) {
    /**
     * The write would be refused too, but after those of the entries, which the transaction of a
     * caller who goes on would then have without the row. A key that is too long cannot be read.
     */
    void checkFits() {
      if (content != null && content.length > Limits.VALUE_BYTES_MAX) {
        throw new TableException(
            Reason.ROW_TOO_LARGE,
            "the row "
                + key
                + " has "
                + content.length
                + " bytes, and not more than "
                + Limits.VALUE_BYTES_MAX
                + " are possible; keep a part of it elsewhere, such as in a blob");
      }
    }

    void write(Transaction transaction) {
      if (content == null) {
        transaction.clear(rowKey);
      } else {
        transaction.set(rowKey, content);
      }
    }
  }

  private CompletableFuture<List<V>> change(
      TransactionContext context, List<RowChange<V>> changes, boolean mayBeThere) {
    Set<Tuple> keys = new HashSet<>();
    for (RowChange<V> change : changes) {
      if (!keys.add(change.key())) {
        throw new IllegalArgumentException("two rows have the primary key " + change.key());
      }
    }
    List<byte[]> rowKeys = changes.stream().map(RowChange::rowKey).toList();
    return Calls.write(
        context,
        transaction -> {
          CompletableFuture<List<byte[]>> stored = transaction.getMany(rowKeys);
          return schema(transaction)
              .thenCombine(stored, Found::new)
              .thenCompose(found -> write(transaction, changes, found, mayBeThere));
        });
  }

  private record Found(TableSchema schema, List<byte[]> rows) {}

  private CompletableFuture<List<V>> write(
      Transaction transaction, List<RowChange<V>> changes, Found found, boolean mayBeThere) {
    List<Entries<V>> kept = kept(found.schema());
    IndexWrites writes = new IndexWrites(transaction);
    KindsNoted noted = new KindsNoted(found.schema());
    List<V> all = new ArrayList<>(changes.size());
    for (int i = 0; i < changes.size(); i++) {
      RowChange<V> change = changes.get(i);
      change.checkFits();
      V before = decode(change.key(), found.rows().get(i));
      if (before != null && !mayBeThere) {
        throw new TableException(
            Reason.ALREADY_THERE, "there is a row with the key " + change.key());
      }
      for (Entries<V> index : kept) {
        writes.add(
            index,
            change.key(),
            index.of(before, change.key()),
            index.of(change.after(), change.key(), noted));
      }
      if (change.content() != null) {
        noted.noteKey(change.key());
      }
      all.add(before);
    }
    return writes
        .write(
            () -> {
              changes.forEach(change -> change.write(transaction));
              noted.write(transaction, layout);
            })
        .thenApply(done -> Collections.unmodifiableList(all));
  }

  /** The row with a primary key, or null. */
  public CompletableFuture<V> get(ReadTransactionContext context, K key) {
    return getAll(context, List.of(key)).thenApply(rows -> rows.get(0));
  }

  /** Rows by primary key at one version, in the order of the keys, null where there is none. */
  public CompletableFuture<List<V>> getAll(ReadTransactionContext context, List<K> keys) {
    List<Tuple> tuples = keys.stream().map(primaryKey::encode).toList();
    List<byte[]> rowKeys = tuples.stream().map(layout::rowKey).toList();
    return Calls.read(
        context,
        reads -> {
          CompletableFuture<List<byte[]>> rows = reads.getMany(rowKeys);
          return schema(reads)
              .thenCombine(
                  rows,
                  (schema, found) -> {
                    List<V> decoded = new ArrayList<>(found.size());
                    for (byte[] row : found) {
                      decoded.add(decode(tuples.get(decoded.size()), row));
                    }
                    return decoded;
                  });
        });
  }

  /**
   * The row with these values in all columns of a unique index, or null.
   *
   * @throws TableException {@code NO_INDEX} when none is declared with this name
   * @throws IllegalArgumentException when it is not unique, or has another number of columns
   */
  public CompletableFuture<V> getBy(
      ReadTransactionContext context, String index, Object... values) {
    IndexShape shape = declared(index).shape();
    Tuple wanted = Query.elements(values);
    if (!shape.unique() || shape.columns() != wanted.size()) {
      throw new IllegalArgumentException(index + " is no unique index of the columns " + wanted);
    }
    return Calls.read(
        context,
        reads ->
            entry(reads, index, wanted)
                .thenCompose(
                    entry ->
                        entry == null
                            ? CompletableFuture.completedFuture(null)
                            : reads
                                .get(layout.rowKey(Entries.ownerOf(entry)))
                                .thenApply(row -> existing(row, index, wanted))));
  }

  /** Reads the entry beside the schema, where the index was last; that is rarely somewhere else. */
  private CompletableFuture<byte[]> entry(ReadTransaction reads, String index, Tuple values) {
    SchemaCache.Seen seen = cache.last();
    TableSchema.Stored last = seen == null ? null : seen.schema().indexes().get(index);
    byte[] guess = last == null ? null : layout.entries(last.id()).pack(values);
    CompletableFuture<byte[]> early =
        guess == null || !Entries.fits(guess, NOTHING) ? null : reads.get(guess);
    return schema(reads)
        .thenCompose(
            schema -> {
              Entries<V> entries = readable(schema, index);
              byte[] entryKey = entries.place().pack(entries.wanted(values));
              if (!Entries.fits(entryKey, NOTHING)) {
                return CompletableFuture.completedFuture(null);
              }
              return early != null && Arrays.equals(entryKey, guess) ? early : reads.get(entryKey);
            });
  }

  V existing(byte[] row, String index, Tuple values) {
    if (row == null) {
      throw new TableException(
          Reason.CORRUPT, "the index " + index + " leads from " + values + " to no row");
    }
    return decode(row);
  }

  /** All rows, by primary key. */
  public Query<K, V> scan() {
    return Query.ofRows(this, primaryKey.columns());
  }

  /**
   * Rows by an index.
   *
   * @throws TableException {@code NO_INDEX} when none is declared with this name
   */
  public Query<K, V> query(String index) {
    return Query.of(this, index, declared(index).shape().columns());
  }
}
