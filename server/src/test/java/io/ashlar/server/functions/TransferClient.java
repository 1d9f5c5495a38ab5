package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Transfers between accounts that all clients use, each with a line in the client's own journal.
 * The model is that journal: what all of them say together is what the accounts must have.
 */
final class TransferClient extends ModelledClient<List<TransferClient.Transfer>> {
  static final int ACCOUNTS = 300;
  private static final int SUM_EVERY = 15;

  /** Two reads and three writes each. */
  private static final int TRANSFERS_EACH = OPERATIONS_EACH / 5;

  record Transfer(int from, int to, long amount) {}

  /** Thrown to leave a transaction in the middle. */
  private static final class ChangedMindException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Subspace accounts;
  private final Subspace journal;
  private final SeededRandom ofMinds;

  TransferClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new ArrayList<>());
    accounts = place.get("account");
    journal = place.get("journal").get(name);
    ofMinds = random.fork("minds of " + name);
  }

  @Override
  int steps() {
    return TRANSFERS_EACH;
  }

  @Override
  List<Transfer> copy(List<Transfer> original) {
    return new ArrayList<>(original);
  }

  /** Transfers that are made, and before some of them one that is not, and a look at everything. */
  @Override
  int transact(Database database) {
    if (ofMinds.nextInt(4) == 0) {
      boolean left = false;
      try {
        database.run(
            transaction -> {
              transaction.set(account(0), Tuple.from(1_000_000L).pack());
              transaction.set(journal.pack(-1L), Tuple.from(0L, 0L, 0L).pack());
              throw new ChangedMindException();
            });
      } catch (ChangedMindException expected) {
        left = true;
      }
      assertThat(left).isTrue();
    }
    if (ofMinds.nextInt(SUM_EVERY) == 0) {
      assertThat(database.<Long>read(this::sum)).isZero();
    }
    return super.transact(database);
  }

  private byte[] account(long number) {
    return accounts.pack(number);
  }

  /** What a key has, where nothing is nothing owned and nothing owed. */
  private static long balance(byte[] value) {
    return value == null ? 0 : Tuple.fromBytes(value).getLong(0);
  }

  private long sum(ReadTransaction reads) {
    long sum = 0;
    for (KeyValue one : reads.getRange(accounts.range()).asList().join()) {
      sum += balance(one.getValue());
    }
    return sum;
  }

  @Override
  void operate(Transaction transaction, SeededRandom draws, List<Transfer> changed) {
    int from = draws.nextInt(ACCOUNTS);
    int to = (from + 1 + draws.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = draws.nextLong(1, 100);
    long giver = balance(transaction.get(account(from)).join());
    long taker = balance(transaction.get(account(to)).join());
    transaction.set(account(from), Tuple.from(giver - amount).pack());
    transaction.set(account(to), Tuple.from(taker + amount).pack());
    Tuple line = Tuple.from(from, to, amount);
    transaction.set(journal.pack((long) changed.size()), line.pack());
    changed.add(new Transfer(from, to, amount));
  }

  /** What an account has. */
  long stored(Database database, int account) {
    return balance(database.read(reads -> reads.get(account(account)).join()));
  }

  @Override
  void check(Database database) {
    List<Transfer> lines =
        database.read(
            reads ->
                reads.getRange(journal.range()).asList().join().stream()
                    .map(one -> Tuple.fromBytes(one.getValue()))
                    .map(
                        line ->
                            new Transfer(
                                (int) line.getLong(0), (int) line.getLong(1), line.getLong(2)))
                    .toList());
    assertThat(lines).isEqualTo(model());
    assertThat(database.<Long>read(this::sum)).isZero();
  }
}
