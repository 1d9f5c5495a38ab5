package io.ashlar.layer;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A database in which each function has a try that does not commit before the one that does. */
public final class TriedTwice {
  private TriedTwice() {}

  /**
   * Makes it.
   *
   * @param between happens when the first try has ended
   */
  public static Database of(Database database, Runnable between) {
    return (Database)
        Proxy.newProxyInstance(
            Database.class.getClassLoader(),
            new Class<?>[] {Database.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("runAsync")) {
                @SuppressWarnings("unchecked") // What the method declares.
                Function<Transaction, CompletableFuture<Object>> body =
                    (Function<Transaction, CompletableFuture<Object>>) arguments[0];
                Transaction first = database.createTransaction();
                return body.apply(first)
                    .thenCompose(
                        result -> {
                          first.close();
                          between.run();
                          return database.runAsync(body);
                        });
              }
              try {
                return method.invoke(database, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
