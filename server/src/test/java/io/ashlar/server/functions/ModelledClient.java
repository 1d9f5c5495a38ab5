package io.ashlar.server.functions;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.SeededRandom;

/**
 * A client that does random operations, several in a transaction, and compares all that it is told
 * with a model of what belongs to it alone. For one thread at a time.
 *
 * @param <M> the model, which is changed only through a copy
 */
abstract class ModelledClient<M> {
  static final int OPERATIONS_EACH = 25;

  private final SeededRandom random;
  private final String name;
  private M model;
  private int transactions;

  ModelledClient(String name, SeededRandom random, M model) {
    this.name = name;
    this.random = random.fork(name);
    this.model = model;
  }

  final String name() {
    return name;
  }

  final M model() {
    return model;
  }

  /** One transaction; it does the same again when it is repeated. Gives how many operations. */
  int transact(Database database) {
    String concern = "transaction " + transactions++;
    model =
        context(database)
            .run(
                transaction -> {
                  SeededRandom draws = random.fork(concern);
                  M changed = copy(model);
                  for (int i = 0; i < steps(); i++) {
                    operate(transaction, draws, changed);
                  }
                  return changed;
                });
    return OPERATIONS_EACH;
  }

  /** Where the next transaction runs. */
  TransactionContext context(Database database) {
    return database;
  }

  /** How often {@link #operate} is called in a transaction, for {@link #OPERATIONS_EACH} in all. */
  int steps() {
    return OPERATIONS_EACH;
  }

  /** A copy that can be changed without the original. */
  abstract M copy(M original);

  /** One operation in a transaction, of which the model is told too. */
  abstract void operate(Transaction transaction, SeededRandom draws, M changed);

  /** Everything at the end. */
  abstract void check(Database database) throws InterruptedException;
}
