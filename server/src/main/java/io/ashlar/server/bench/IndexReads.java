package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.table.Index;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Rows with a unique index, read in three ways, each time in a transaction of its own. */
final class IndexReads {
  private static final int ROWS_EACH = 500;
  private static final int NOTE_LENGTH = 100;

  /** A row: some 170 bytes. */
  private record Account(long id, String email, String note) {}

  private final Database database;
  private final int rows;
  private final Subspace plain = new Subspace(Tuple.from("bench", "plain"));
  private final Table<Long, Account> table =
      new Table<>(
          new Subspace(Tuple.from("bench", "accounts")),
          PrimaryKey.longs(),
          Account::id,
          RecordCodec.of(Account.class),
          List.of(Index.<Account>on("by-email", Account::email).unique()));

  IndexReads(Database database, int rows) {
    this.database = database;
    this.rows = rows;
  }

  private static String email(long id) {
    return String.format(Locale.ROOT, "person-%08d@example.com", id);
  }

  /** The rows, and beside them their bytes under plain keys. */
  void load() {
    RecordCodec<Account> codec = RecordCodec.of(Account.class);
    table.create(database).join();
    for (int from = 0; from < rows; from += ROWS_EACH) {
      List<Account> several = new ArrayList<>();
      for (int id = from; id < Math.min(rows, from + ROWS_EACH); id++) {
        several.add(new Account(id, email(id), "n".repeat(NOTE_LENGTH)));
      }
      database.run(
          transaction -> {
            several.forEach(one -> transaction.set(plain.pack(one.id()), codec.encode(one)));
            return table.putAll(transaction, several).join();
          });
    }
  }

  CompletableFuture<?> plain(SeededRandom random) {
    byte[] key = plain.pack(random.nextLong(rows));
    return database.readAsync(reads -> reads.get(key)).thenApply(IndexReads::present);
  }

  CompletableFuture<?> byKey(SeededRandom random) {
    return table.get(database, random.nextLong(rows)).thenApply(IndexReads::present);
  }

  CompletableFuture<?> byIndex(SeededRandom random) {
    return table
        .getBy(database, "by-email", email(random.nextLong(rows)))
        .thenApply(IndexReads::present);
  }

  private static <T> T present(T found) {
    if (found == null) {
      throw new IllegalStateException("a loaded row is not there");
    }
    return found;
  }
}
