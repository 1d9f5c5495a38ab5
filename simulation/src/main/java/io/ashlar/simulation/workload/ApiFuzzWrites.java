package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ApiModel;

/** The writes and conflicts of a transaction on which calls of any kind are made. */
final class ApiFuzzWrites {
  private final Transaction transaction;
  private final ApiModel model;
  private final ApiDraws draws;
  private final SeededRandom random;
  private final ApiCalls calls;

  /** Something was written in this try that is not the workload's own. */
  private boolean isWide;

  ApiFuzzWrites(
      Transaction transaction,
      ApiModel model,
      ApiDraws draws,
      SeededRandom random,
      ApiCalls calls) {
    this.transaction = transaction;
    this.model = model;
    this.draws = draws;
    this.random = random;
    this.calls = calls;
  }

  /** Whether something was written in this try that is not the workload's own. */
  boolean isWide() {
    return isWide;
  }

  /** Everything is to be written. */
  void widen() {
    isWide = true;
  }

  /** A new try begins. */
  void forget() {
    isWide = false;
  }

  void conflictKey() {
    byte[] key = draws.key();
    String text = " conflict key " + ApiCalls.shown(key);
    switch (random.nextInt(3)) {
      case 0 ->
          calls.now(
              "read" + text,
              model.addReadConflictKey(key),
              () -> transaction.addReadConflictKey(key),
              key);
      case 1 ->
          calls.now(
              "read" + text,
              model.addReadConflictKey(key),
              () -> transaction.addReadConflictKeyIfNotSnapshot(key),
              key);
      default -> {
        widen(key);
        calls.now(
            "write" + text,
            model.addWriteConflictKey(key),
            () -> transaction.addWriteConflictKey(key),
            key);
      }
    }
  }

  void conflictRange() {
    byte[][] range = draws.range();
    String text = " conflict range " + ApiCalls.shown(range[0]) + " " + ApiCalls.shown(range[1]);
    switch (random.nextInt(4)) {
      case 0 ->
          calls.now(
              "read" + text,
              model.addReadConflictRange(range[0], range[1]),
              () -> transaction.addReadConflictRange(range[0], range[1]),
              range);
      case 1 ->
          calls.now(
              "read" + text,
              model.addReadConflictRange(range[0], range[1]),
              () -> transaction.addReadConflictRangeIfNotSnapshot(range[0], range[1]),
              range);
      case 2 ->
          calls.now(
              "snapshot's read" + text,
              model.option(true),
              () -> {
                if (transaction.snapshot().addReadConflictRangeIfNotSnapshot(range[0], range[1])) {
                  calls.complain(text, "was added by a snapshot");
                }
              },
              range);
      default -> {
        widen(range[0], range[1]);
        calls.now(
            "write" + text,
            model.addWriteConflictRange(range[0], range[1]),
            () -> transaction.addWriteConflictRange(range[0], range[1]),
            range);
      }
    }
  }

  /** What is to be written may be of others; before it is known whether it is legal. */
  private void widen(byte[] key) {
    isWide |= key != null && !draws.isHome(key);
  }

  private void widen(byte[] begin, byte[] end) {
    isWide |= begin != null && end != null && !draws.isHome(begin, end);
  }

  void set() {
    byte[] key = draws.key();
    byte[] value = draws.value();
    widen(key);
    calls.now(
        "set " + ApiCalls.shown(key) + " " + ApiCalls.shown(value),
        model.set(key, value),
        () -> transaction.set(key, value),
        key,
        value);
  }

  void clear() {
    byte[] key = draws.key();
    widen(key);
    calls.now("clear " + ApiCalls.shown(key), model.clear(key), () -> transaction.clear(key), key);
  }

  void clearRange() {
    byte[][] range = draws.range();
    widen(range[0], range[1]);
    calls.now(
        "clear " + ApiCalls.shown(range[0]) + " " + ApiCalls.shown(range[1]),
        model.clear(range[0], range[1]),
        () -> transaction.clear(range[0], range[1]),
        range);
  }

  void mutate() {
    MutationType type = draws.mutation();
    byte[] key = draws.key();
    byte[] param = draws.value();
    if (type == MutationType.SET_VERSIONSTAMPED_KEY) {
      key = draws.template(draws.homeKey());
      // A stamp in the place of its first byte takes the key somewhere else.
      isWide |= key != null && key.length >= 4 && key[key.length - 4] == 0;
    } else if (type == MutationType.SET_VERSIONSTAMPED_VALUE) {
      param = draws.template(draws.someBytes(4));
    }
    widen(key);
    byte[] on = key;
    byte[] with = param;
    if (type == MutationType.SET_VERSIONSTAMPED_VALUE && key != null) {
      draws.drawOften(key);
    }
    calls.now(
        "mutate " + type + " " + ApiCalls.shown(on) + " " + ApiCalls.shown(with),
        model.mutate(type, on, with),
        () -> transaction.mutate(type, on, with),
        on,
        with);
  }
}
