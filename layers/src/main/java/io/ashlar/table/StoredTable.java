package io.ashlar.table;

import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.layer.Calls;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * A table as it describes itself, for who does not have the class of its rows, such as a shell:
 * what it has, and its rows as bytes, by primary key and by index.
 *
 * <p>For reading alone. What a row has in an index is computed by functions of the program that
 * declared it, and these are not in the table: to write a row, to build an index or to scrub it
 * takes that program's {@link Table}, and through this one fails with {@link
 * UnsupportedOperationException}. Thread-safe; it shows what the table was when it was opened.
 */
public final class StoredTable {
  /**
   * An index as the table has it.
   *
   * @param columns how many values an entry is ordered by, before the primary key
   * @param multiple whether a row may have several entries
   * @param covered how many values of the row an entry carries
   * @param rowsBuilt how many rows the build has been through, while it is built; 0 else
   */
  public record StoredIndex(
      String name,
      IndexState state,
      boolean unique,
      int columns,
      boolean multiple,
      int covered,
      int revision,
      long rowsBuilt) {}

  private final TableSchema schema;
  private final List<StoredIndex> indexes;
  private final Table<Tuple, byte[]> rows;

  private StoredTable(Subspace place, TableSchema schema, List<StoredIndex> indexes) {
    this.schema = schema;
    this.indexes = List.copyOf(indexes);
    List<Index<byte[]>> declared = new ArrayList<>();
    schema.indexes().forEach((name, stored) -> declared.add(Index.ofStored(name, stored.shape())));
    this.rows =
        new Table<>(
            place,
            PrimaryKey.tuples(schema.keyColumns()),
            row -> {
              throw new UnsupportedOperationException(
                  "the primary key of a row is known to the program that declares the table");
            },
            new Encoded(schema.codec(), schema.components()),
            declared,
            false);
  }

  /** The rows of any codec, left as they are. */
  private record Encoded(String name, SortedMap<String, String> components)
      implements RowCodec<byte[]> {
    @Override
    public byte[] encode(byte[] row) {
      return row.clone();
    }

    @Override
    public byte[] decode(byte[] bytes) {
      return bytes;
    }
  }

  /** Opens the table on the keys of {@code place}; gives null when there is none. */
  public static CompletableFuture<StoredTable> open(
      ReadTransactionContext context, Subspace place) {
    Objects.requireNonNull(place, "the place is null");
    Layout layout = new Layout(place);
    return Calls.read(
        context,
        reads ->
            reads
                .get(layout.schemaKey())
                .thenCompose(
                    bytes ->
                        bytes == null
                            ? CompletableFuture.completedFuture(null)
                            : describe(reads, place, layout, TableSchema.decode(bytes))));
  }

  private static CompletableFuture<StoredTable> describe(
      ReadTransaction reads, Subspace place, Layout layout, TableSchema schema) {
    List<byte[]> marks =
        schema.indexes().values().stream().map(stored -> layout.buildKey(stored.id())).toList();
    return reads
        .getMany(marks)
        .thenApply(
            found -> {
              List<StoredIndex> indexes = new ArrayList<>();
              schema
                  .indexes()
                  .forEach(
                      (name, stored) -> {
                        byte[] mark = found.get(indexes.size());
                        indexes.add(
                            new StoredIndex(
                                name,
                                stored.state(),
                                stored.shape().unique(),
                                stored.shape().columns(),
                                stored.shape().multiple(),
                                stored.shape().covered(),
                                stored.shape().revision(),
                                mark == null ? 0 : Tuple.fromBytes(mark).getLong(0)));
                      });
              return new StoredTable(place, schema, indexes);
            });
  }

  /** The name of the encoding of rows. */
  public String codec() {
    return schema.codec();
  }

  /** How many columns the primary key has. */
  public int keyColumns() {
    return schema.keyColumns();
  }

  /** The components of rows by name, with what they hold; empty when the codec does not tell. */
  public SortedMap<String, String> components() {
    return schema.components();
  }

  /** All indexes by name, dropped ones included. */
  public List<StoredIndex> indexes() {
    return indexes;
  }

  /** The rows, encoded, to get and to query. */
  public Table<Tuple, byte[]> rows() {
    return rows;
  }
}
