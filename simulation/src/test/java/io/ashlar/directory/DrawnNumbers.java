package io.ashlar.directory;

import io.ashlar.client.Environment;
import io.ashlar.client.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A generator that draws what it is told, and transactions that take their draws from it. */
final class DrawnNumbers implements RandomGenerator {
  private final Deque<Integer> next = new ArrayDeque<>();

  void add(int number) {
    next.add(number);
  }

  boolean areUsedUp() {
    return next.isEmpty();
  }

  @Override
  public int nextInt(int bound) {
    int number = next.remove();
    if (number < 0 || number >= bound) {
      throw new IllegalStateException(number + " was to be drawn, below " + bound);
    }
    return number;
  }

  @Override
  public long nextLong() {
    throw new IllegalStateException("only nextInt(bound) is drawn");
  }

  /** The same transaction, whose environment has this for randomness. */
  Transaction in(Transaction transaction) {
    return (Transaction)
        Proxy.newProxyInstance(
            DrawnNumbers.class.getClassLoader(),
            new Class<?>[] {Transaction.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "environment" -> {
                  return in(transaction.environment());
                }
                case "runAsync" -> {
                  return applied(arguments[0], (Transaction) proxy);
                }
                default -> {
                  try {
                    return method.invoke(transaction, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }
              }
            });
  }

  @SuppressWarnings("unchecked") // As the declaration of runAsync has it.
  private static CompletableFuture<?> applied(Object body, Transaction to) {
    return ((Function<Transaction, CompletableFuture<?>>) body).apply(to);
  }

  private Environment in(Environment environment) {
    return (Environment)
        Proxy.newProxyInstance(
            DrawnNumbers.class.getClassLoader(),
            new Class<?>[] {Environment.class},
            (proxy, method, arguments) ->
                method.getName().equals("newRandom")
                    ? this
                    : method.invoke(environment, arguments));
  }
}
