package io.ashlar.table;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The schema that was read last, so that it is decoded and compared once for each change. */
final class SchemaCache {
  record Seen(byte[] bytes, TableSchema schema) {}

  private final AtomicReference<Seen> last = new AtomicReference<>();

  /** What was seen last, which need not hold any more; or null. */
  Seen last() {
    return last.get();
  }

  /**
   * The schema that {@code bytes} are.
   *
   * @param check what throws when the schema does not go together with this process
   */
  TableSchema of(byte[] bytes, Consumer<TableSchema> check) {
    Seen seen = last.get();
    if (seen != null && Arrays.equals(seen.bytes(), bytes)) {
      return seen.schema();
    }
    TableSchema schema = TableSchema.decode(bytes);
    check.accept(schema);
    last.set(new Seen(bytes, schema));
    return schema;
  }
}
