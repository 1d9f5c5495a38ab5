package example;

import io.ashlar.client.Database;
import io.ashlar.tuple.Tuple;

/** Asks the database to try again, whatever happened. */
public final class NaiveBank extends Bank {
  public NaiveBank(Database db) {
    super(db);
  }

  // snippet: naive-transfer
  @Override
  public void transfer(String id, String from, String to, long amount) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          add(tx, from, -amount);
          add(tx, to, amount);
          tx.set(transferKey(id), Tuple.from(from, to, amount).pack());
          return null;
        });
  }
  // end
}
