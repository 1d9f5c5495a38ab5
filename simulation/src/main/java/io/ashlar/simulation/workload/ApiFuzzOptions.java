package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ApiModel;

/** The options of a transaction on which calls of any kind are made. */
final class ApiFuzzOptions {
  private final Transaction transaction;
  private final ApiModel model;
  private final SeededRandom random;
  private final ApiCalls calls;

  ApiFuzzOptions(Transaction transaction, ApiModel model, SeededRandom random, ApiCalls calls) {
    this.transaction = transaction;
    this.model = model;
    this.random = random;
    this.calls = calls;
  }

  /** The transaction has so long from now on. */
  void setTimeout(long millis) {
    calls.now(
        "setTimeout " + millis,
        model.setTimeout(millis),
        () -> transaction.options().setTimeout(millis));
  }

  /** Sets one of them, to a value that it takes or not. */
  void draw() {
    long number =
        switch (random.nextInt(6)) {
          case 0 -> Long.MIN_VALUE;
          case 1 -> -1;
          case 2 -> Long.MAX_VALUE;
          default -> random.nextInt(200);
        };
    switch (random.nextInt(12)) {
      case 0 -> {
        // What is over in a moment, only in some: afterwards nothing is certain.
        long millis = number >= 0 && number < 200 ? 50 * number : number;
        setTimeout(millis);
      }
      case 1 ->
          calls.now(
              "setRetryLimit " + number,
              model.setRetryLimit(number),
              () -> transaction.options().setRetryLimit(number));
      case 2 -> {
        long millis = Math.min(number, 1_000);
        calls.now(
            "setMaxRetryDelay " + millis,
            model.setMaxRetryDelay(millis),
            () -> transaction.options().setMaxRetryDelay(millis));
      }
      case 3 -> {
        long bytes = random.nextBoolean() ? number : 200L * number;
        calls.now(
            "setSizeLimit " + bytes,
            model.setSizeLimit(bytes),
            () -> transaction.options().setSizeLimit(bytes));
      }
      case 4 ->
          calls.now(
              "setReadYourWritesDisable",
              model.setReadYourWritesDisable(),
              () -> transaction.options().setReadYourWritesDisable());
      case 5 ->
          calls.now(
              "setNextWriteNoWriteConflictRange",
              model.setNextWriteNoWriteConflictRange(),
              () -> transaction.options().setNextWriteNoWriteConflictRange());
      case 6 ->
          calls.now(
              "setReadSystemKeys",
              model.setReadSystemKeys(),
              () -> transaction.options().setReadSystemKeys());
      case 7 ->
          calls.now(
              "setAccessSystemKeys",
              model.setAccessSystemKeys(),
              () -> transaction.options().setAccessSystemKeys());
      case 8 ->
          calls.now(
              "setIdempotent", model.setIdempotent(), () -> transaction.options().setIdempotent());
      case 9 ->
          calls.now(
              "setBypassUnreadable",
              model.setBypassUnreadable(),
              () -> transaction.options().setBypassUnreadable());
      case 10 -> {
        if (random.nextBoolean()) {
          calls.now(
              "setSnapshotRywDisable",
              model.setSnapshotRywDisable(),
              () -> transaction.options().setSnapshotRywDisable());
        } else {
          calls.now(
              "setSnapshotRywEnable",
              model.setSnapshotRywEnable(),
              () -> transaction.options().setSnapshotRywEnable());
        }
      }
      default ->
          calls.now(
              "setCausalReadRisky",
              model.option(true),
              () -> transaction.options().setCausalReadRisky());
    }
  }
}
