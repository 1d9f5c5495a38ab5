package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A few accounts that everybody wants at once: transfers that conflict, and are repeated. */
final class Bank {
  static final long COINS_PER_ACCOUNT = 1_000;

  private final Database database;
  private final int accounts;

  /**
   * What happened.
   *
   * @param transfers that committed
   * @param attempts to commit one, repetitions included
   * @param audits that read all accounts while transfers went on
   * @param audited whether each of them found all the money
   * @param seconds it took
   */
  record Outcome(long transfers, long attempts, long audits, boolean audited, double seconds) {
    long repeated() {
      return attempts - transfers;
    }
  }

  Bank(Database database, int accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  /** Gives every account its coins. */
  void open() {
    database.run(
        tx -> {
          for (int account = 0; account < accounts; account++) {
            tx.set(key(account), CityStore.littleEndian(COINS_PER_ACCOUNT));
          }
          return null;
        });
  }

  long coinsInTheWorld() {
    return accounts * COINS_PER_ACCOUNT;
  }

  /** The sum over all accounts, read in one transaction. */
  long sum() {
    return database.read(
        tx -> {
          long sum = 0;
          for (KeyValue row : tx.getRangeBlocking(Range.startsWith(CityStore.utf8("account/")))) {
            sum += CityStore.number(row.getValue());
          }
          return sum;
        });
  }

  /**
   * Runs {@code threads} threads of {@code transfersEach} transfers, and an auditor beside them.
   */
  Outcome transfer(int threads, int transfersEach, long seed)
      throws InterruptedException, ExecutionException {
    AtomicLong attempts = new AtomicLong();
    AtomicLong audits = new AtomicLong();
    AtomicBoolean audited = new AtomicBoolean(true);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
    long begun = System.nanoTime();
    try {
      List<Future<?>> tellers = new ArrayList<>();
      for (int teller = 0; teller < threads; teller++) {
        SeededRandom random = new SeededRandom(seed + teller);
        tellers.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < transfersEach; i++) {
                    transferOnce(random, attempts);
                  }
                }));
      }
      Future<?> auditor =
          pool.submit(
              () -> {
                while (!done.get()) {
                  if (sum() != coinsInTheWorld()) {
                    audited.set(false);
                  }
                  audits.incrementAndGet();
                }
              });
      for (Future<?> teller : tellers) {
        teller.get();
      }
      done.set(true);
      auditor.get();
    } finally {
      done.set(true);
      pool.shutdownNow();
    }
    return new Outcome(
        (long) threads * transfersEach,
        attempts.get(),
        audits.get(),
        audited.get(),
        (System.nanoTime() - begun) / 1e9);
  }

  private void transferOnce(SeededRandom random, AtomicLong attempts) {
    int from = random.nextInt(accounts);
    int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
    database.run(
        tx -> {
          attempts.incrementAndGet();
          long giver = balance(tx, from);
          long amount = Math.min(giver, 1 + random.nextInt(50));
          tx.set(key(from), CityStore.littleEndian(giver - amount));
          tx.set(key(to), CityStore.littleEndian(balance(tx, to) + amount));
          return null;
        });
  }

  private static long balance(Transaction tx, int account) {
    return CityStore.number(tx.getBlocking(key(account)));
  }

  private static byte[] key(int account) {
    return CityStore.utf8(String.format(Locale.ROOT, "account/%03d", account));
  }
}
