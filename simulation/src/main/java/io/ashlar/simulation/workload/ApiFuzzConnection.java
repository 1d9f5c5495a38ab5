package io.ashlar.simulation.workload;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.check.ApiModel;
import io.ashlar.simulation.check.Violations;
import java.util.concurrent.CompletableFuture;

/**
 * What is wrong with calls of a whole connection: one that is closed, or functions that misbehave.
 */
final class ApiFuzzConnection {
  private static final byte[] KEY = {1};

  private final SimClient client;
  private final ApiCalls calls;

  ApiFuzzConnection(long id, SimClient client, Violations violations) {
    this.client = client;
    this.calls = new ApiCalls("step " + id, violations);
  }

  /** A connection of its own, with something under way when it is closed, and after that. */
  CompletableFuture<ApiCalls> useClosed() {
    DatabaseOptions options = client.database().options().withTransactionTimeoutMillis(0);
    Database database = client.connect(options);
    Transaction before = database.createTransaction();
    CompletableFuture<byte[]> pending = before.get(KEY);
    CompletableFuture<Void> watch = before.watch(KEY);
    database.close();
    database.close();
    fails("get under way at the close", pending, ErrorCode.DATABASE_CLOSED);
    fails("watch at the close", watch, ErrorCode.DATABASE_CLOSED);
    Transaction after = database.createTransaction();
    fails("get after the close", after.get(KEY), ErrorCode.DATABASE_CLOSED);
    fails("getReadVersion", after.getReadVersion(), ErrorCode.DATABASE_CLOSED);
    fails("getRange", after.getRange(KEY, new byte[] {2}).asList(), ErrorCode.DATABASE_CLOSED);
    Transaction again = database.createTransaction();
    CompletableFuture<Transaction> retry =
        again.onError(new AshlarException(ErrorCode.NOT_COMMITTED));
    fails("onError", retry, ErrorCode.DATABASE_CLOSED);
    fails(
        "get after the retry that the close ended",
        retry.handle((tried, thrown) -> again.get(KEY)).thenCompose(read -> read),
        ErrorCode.DATABASE_CLOSED);
    Transaction writer = database.createTransaction();
    writer.addWriteConflictKey(KEY);
    fails("commit", writer.commit(), ErrorCode.DATABASE_CLOSED);
    fails(
        "runAsync",
        database.runAsync(transaction -> transaction.get(KEY)),
        ErrorCode.DATABASE_CLOSED);
    return calls
        .all()
        .thenApply(
            done -> {
              before.close();
              after.close();
              again.close();
              writer.close();
              return calls;
            });
  }

  private <T> void fails(String what, CompletableFuture<T> future, ErrorCode code) {
    calls.later(what, ApiModel.failing(code), () -> future, (result, thrown) -> {});
  }

  /** Functions that give null or throw; and options that no connection takes. */
  CompletableFuture<ApiCalls> giveFunctions() {
    Database database = client.database();
    IllegalStateException own = new IllegalStateException("the function's own");
    fails("null for a future", database.runAsync(tr -> null), ErrorCode.CLIENT_INVALID_OPERATION);
    fails("null for a future", database.readAsync(tr -> null), ErrorCode.CLIENT_INVALID_OPERATION);
    throwsItsOwn(
        own,
        database.runAsync(
            transaction -> {
              throw own;
            }));
    throwsItsOwn(own, database.readAsync(tr -> CompletableFuture.failedFuture(own)));
    calls.now("runAsync null", ApiModel.ofNull(), () -> database.runAsync(null));
    calls.now("readAsync null", ApiModel.ofNull(), () -> database.readAsync(null));
    DatabaseOptions options = DatabaseOptions.defaults();
    refused("timeout", () -> options.withTransactionTimeoutMillis(-1));
    refused("delay", () -> options.withTransactionMaxRetryDelayMillis(-1));
    refused("size", () -> options.withTransactionSizeLimitBytes(31));
    refused("size", () -> options.withTransactionSizeLimitBytes(10_000_001));
    refused("watches", () -> options.withWatchesMax(0));
    refused("watches", () -> options.withWatchesMax(1_000_001));
    refused("locations", () -> options.withLocationsMax(0));
    refused("request's timeout", () -> options.withRequestTimeoutMillis(9));
    return calls.all().thenApply(done -> calls);
  }

  private void refused(String what, Runnable call) {
    calls.now(what, ApiModel.throwing(ErrorCode.INVALID_OPTION_VALUE), call);
  }

  private void throwsItsOwn(Throwable own, CompletableFuture<?> future) {
    calls.unjudged(
        "a function that throws",
        ApiModel.failing(ErrorCode.INTERNAL_ERROR),
        () -> future,
        (result, thrown) ->
            calls.complain(
                "a function that throws", thrown == own ? null : "ended with " + thrown));
  }
}
