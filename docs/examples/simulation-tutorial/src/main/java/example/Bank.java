package example;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.tuple.Tuple;

/** Accounts, and transfers between them. */
public abstract class Bank {
  protected final Database db;

  protected Bank(Database db) {
    this.db = db;
  }

  /**
   * Moves money, once.
   *
   * @param id the number on the order: no other transfer has it
   */
  public abstract void transfer(String id, String from, String to, long amount);

  public void open(String account, long amount) {
    db.run(
        tx -> {
          tx.options().setIdempotent();
          tx.set(balanceKey(account), encode(amount));
          return null;
        });
  }

  public long balance(String account) {
    return db.read(tx -> decode(tx.getBlocking(balanceKey(account))));
  }

  protected static void add(Transaction tx, String account, long amount) {
    byte[] key = balanceKey(account);
    tx.set(key, encode(decode(tx.getBlocking(key)) + amount));
  }

  protected static byte[] transferKey(String id) {
    return Tuple.from("transfer", id).pack();
  }

  private static byte[] balanceKey(String account) {
    return Tuple.from("balance", account).pack();
  }

  private static byte[] encode(long number) {
    return Tuple.from(number).pack();
  }

  private static long decode(byte[] value) {
    return Tuple.fromBytes(value).getLong(0);
  }
}
