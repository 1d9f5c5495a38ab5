package io.ashlar.layer;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A database whose readers find that two milliseconds go by each time they look at the clock: for
 * what takes longer than a transaction lasts, without waiting for it.
 */
public final class SlowClock {
  private static final Duration STEP = Duration.ofMillis(2);

  private final long stepNanos;
  private long nanos;

  private SlowClock(Duration step) {
    stepNanos = step.toNanos();
  }

  /** A transaction, seen through a clock that goes on by {@code step} with each look. */
  public static Transaction on(Transaction transaction, Duration step) {
    return new SlowClock(step).transaction(transaction);
  }

  private Transaction transaction(Transaction transaction) {
    return wrapped(Transaction.class, transaction, body -> body.apply(transaction(transaction)));
  }

  /** The database, seen through such a clock. Only what it reads is slow. */
  public static Database on(Database database) {
    SlowClock clock = new SlowClock(STEP);
    return clock.wrapped(
        Database.class,
        database,
        body -> database.readAsync(reads -> body.apply(clock.reads(reads))));
  }

  private ReadTransaction reads(ReadTransaction reads) {
    return wrapped(ReadTransaction.class, reads, body -> body.apply(reads(reads)));
  }

  /** What {@code readAsync} does with its body; so does {@code runAsync} of a transaction. */
  private interface Reading {
    CompletableFuture<?> run(
        Function<? super ReadTransaction, ? extends CompletableFuture<Object>> body);
  }

  private <T> T wrapped(Class<T> type, T target, Reading reading) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("environment")) {
                return environment(((ReadTransactionContext) target).environment());
              }
              boolean isRun = method.getName().equals("runAsync") && type == Transaction.class;
              if (isRun || method.getName().equals("readAsync")) {
                @SuppressWarnings("unchecked") // What the method declares.
                Function<ReadTransaction, CompletableFuture<Object>> body =
                    (Function<ReadTransaction, CompletableFuture<Object>>) arguments[0];
                return reading.run(body);
              }
              return called(() -> method.invoke(target, arguments));
            }));
  }

  private Environment environment(Environment target) {
    return (Environment)
        Proxy.newProxyInstance(
            Environment.class.getClassLoader(),
            new Class<?>[] {Environment.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("nowNanos")) {
                nanos += stepNanos;
                return nanos;
              }
              return called(() -> method.invoke(target, arguments));
            });
  }

  /** A call by reflection. */
  private interface Call {
    Object run() throws InvocationTargetException, IllegalAccessException;
  }

  private static Object called(Call call) throws Throwable {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
