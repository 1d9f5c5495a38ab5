package example;

import io.ashlar.client.Database;
import io.ashlar.tuple.Tuple;

/** Knows a transfer again that it has made already. */
public final class SafeBank extends Bank {
  public SafeBank(Database db) {
    super(db);
  }

  // snippet: safe-transfer
  @Override
  public void transfer(String id, String from, String to, long amount) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          if (tx.getBlocking(transferKey(id)) != null) {
            return null; // made by an attempt whose outcome we never heard of
          }
          add(tx, from, -amount);
          add(tx, to, amount);
          tx.set(transferKey(id), Tuple.from(from, to, amount).pack());
          return null;
        });
  }
  // end
}
